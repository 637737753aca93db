"""Shell commands that end well though something in them failed: what hides a status. Pure.

Source: POSIX, "Shell command language": a list ends as its last command does, a pipeline as its last part, and `a || b`
as `b` where `a` fails. Nothing is run; a command that can't be read hides what it does.
"""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_PUNCTUATION = ";|&()<>\n"
_QUIET = ("echo", "printf", "cat", "export", "cd", "set", "mkdir", "true", ":", "unset", "umask", "local", "date")
"""Commands of whose end nobody asks."""
_TESTS = ("[", "[[", "test", "command", "which", "type", "grep", "hash")
"""Commands that answer a question: that they say no is no failure."""
_OPENING = ("then", "do", "else", "{")
_ASKING = ("if", "elif", "while", "until")
_CLOSING = ("fi", "else", "elif", "}", "esac")
_SHELLS = ("sh", "bash", "dash", "zsh")
_NOTHING = ("true", ":")
MILD = ("--exit-zero", "--soft-fail", "--exit-code=0", "--exit-0", "--no-fail", "--warn-only", "--dry-run")
"""Switches of tools that say no, and end as if they had not."""
LESS = ("--deselect", "--ignore", "--ignore-glob", "--last-failed", "--lf", "--collect-only", "--co", "--skip-check")
"""Switches that leave a part of the work undone."""


@dataclass(frozen=True)
class _Part:
    """A simple command's words, and the sign behind it ("" at the end)."""

    words: tuple[str, ...]
    sign: str

    @property
    def command(self) -> tuple[str, ...]:
        """The words without keywords and assignments in front."""
        words = list(self.words)
        while words and (words[0] in (*_OPENING, *_ASKING, "!", "(") or _assigns(words[0])):
            words.pop(0)
        return tuple(words)

    @property
    def name(self) -> str:
        """What is called."""
        return self.command[0].rpartition("/")[2] if self.command else ""

    @property
    def quiet(self) -> bool:
        """Whether nobody asks how it ends: words without a command, output, questions."""
        return not self.command or self.name in (*_QUIET, *_TESTS, *_CLOSING, "done", "for", "case")


def hidden(text: str) -> Iterator[str]:
    """What in a command hides how another ended, in words."""
    try:
        parts = _parts(text)
    except ValueError as problem:
        yield f"nobody can read it ({problem})"
        return
    safe, pipes = False, False
    for number, part in enumerate(parts):
        safe, pipes = _options(part, safe=safe, pipes=pipes)
        following = parts[number + 1 :]
        yield from _said(part)
        yield from _ended(part, following, safe=safe, pipes=pipes)


def _said(part: _Part) -> Iterator[str]:
    """What a command says by itself."""
    match part.command:
        case ("exit" | "return", "0"):
            yield "`exit 0` ends it well, whatever was before"
        case ("set", option, *rest) if option.startswith("+") and (
            "e" in option or rest[:1] in (["errexit"], ["pipefail"])
        ):
            yield f"`set {' '.join((option, *rest))}` lets failures pass"
        case ("trap", *rest) if rest and rest[-1] in ("EXIT", "ERR", "0"):
            yield "a `trap` may say another end than there was"
        case (_, *rest):
            yield from (f"`{word}` says that a failure is none" for word in rest if word in MILD)
            yield from (f"`{word}` leaves out a part" for word in rest if word.partition("=")[0] in LESS)
    if "!" in part.words[:2] and not part.quiet:
        yield f"`! {part.name}` turns its end around"
    if part.words and part.words[0] in _ASKING and not part.quiet:
        yield f"`{part.words[0]} {part.name}` takes its failure for an answer"
    if part.name in _SHELLS:
        yield from _inner(part.command)


def _ended(part: _Part, following: Sequence[_Part], *, safe: bool, pipes: bool) -> Iterator[str]:
    """What the sign behind a command makes of its end."""
    after = following[0] if following else None
    if part.sign == "&":
        yield f"`{part.name} &` is left alone, and nobody asks how it ends"
    elif part.sign in ("|", "|&") and not pipes and part.name not in _QUIET:
        yield f"`{part.name} | …` ends as its last part does (set -o pipefail)"
    elif part.sign == "||" and not _fails(following):
        harmless = part.quiet and after is not None and after.name not in (*_NOTHING, "exit")
        if not harmless:
            yield f"`{part.name} || {' '.join(after.words) if after else ''}` ends well where it fails"
    elif part.sign in (";", "\n") and after and not (safe or part.quiet or part.name in ("exit", "return", "false")):
        if after.words[:1] and after.words[0] in _CLOSING:
            return  # the end of a branch is the end of the whole
        yield f"`{part.name}` may fail, and the commands behind it say how all ends (set -e)"


def _fails(following: Sequence[_Part]) -> bool:
    """Whether what stands behind `||` is sure to fail, or to end with the status that there was."""
    depth = 0
    for part in following:
        if part.name in ("exit", "return") and part.command[1:] != ("0",):
            return True
        if part.name == "false":
            return True
        depth += part.words.count("{") + part.words.count("(") - part.words.count("}") - part.words.count(")")
        if depth <= 0:
            return False
    return False


def _options(part: _Part, *, safe: bool, pipes: bool) -> tuple[bool, bool]:
    """Whether the shell stops at the first failure, and sees failures within pipelines, after this command."""
    match part.command:
        case ("set", *options):
            short = "".join(word[1:] for word in options if word.startswith("-") and not word.startswith("--"))
            return safe or "e" in short or "errexit" in options, pipes or "pipefail" in options
    return safe, pipes


def _inner(command: Sequence[str]) -> Iterator[str]:
    """The command that is given to another shell as text."""
    for number, word in enumerate(command[1:], start=1):
        if word.startswith("-") and word.endswith("c") and number + 1 < len(command):
            inner = command[number + 1].strip("'\"")
            yield from hidden(f"set -e; {inner}" if "e" in word else inner)
            return


def _assigns(word: str) -> bool:
    name, sign, _ = word.partition("=")
    return bool(sign) and name.isidentifier()


def _parts(text: str) -> list[_Part]:
    lexer = shlex.shlex(text.replace("\\\n", " "), posix=False, punctuation_chars=_PUNCTUATION)
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = " \t\r", True, ""
    parts: list[_Part] = []
    words: list[str] = []
    comment = False
    for token in lexer:
        comment = (comment or token.startswith("#")) and "\n" not in token
        if comment:
            continue
        sign = _sign(token)
        if sign is None:
            words += [each for each in token if each in "()"] if set(token) <= set("()\n") and token else [token]
        elif words or sign in ("&&", "||"):
            parts.append(_Part(tuple(words), sign))
            words = []
        if sign is not None:
            words += [each for each in token if each in "()"]
    return [*parts, _Part(tuple(words), "")] if words else parts


def _sign(token: str) -> str | None:
    """The sign between two commands that a run of punctuation is; None for words, brackets and redirections."""
    if set(token) - set(_PUNCTUATION) or set(token) & set("<>"):
        return None
    bare = token.strip("()")
    for sign in ("&&", "||", "|&", ";", "|", "&"):
        if sign in bare:
            return sign
    return "\n" if "\n" in bare else None
