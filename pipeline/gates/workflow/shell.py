"""Where a shell's script hides that a command failed. Pure.

A command may fail unseen if nobody takes its status: it neither ends the script (`set -e`, which bash suspends in
conditions, before `&&` and `||`, after `!`, and in all that such a place encloses) nor is what the script ends with.
The script is read by the shell's grammar (tree-sitter), so that quotes, comments and here-documents are what they are.
Rules by the Bash Reference Manual, "The Set Builtin" and "Lists of Commands".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from tree_sitter import Language, Node, Parser

from pipeline.gates.workflow.words import Options, is_check, is_harmless, options_set, plain, words_of

_BEYOND = re.compile(r"[^\n\t\x20-\x7e]")
SHELLS = frozenset({"bash", "sh", "dash", "zsh"})


@dataclass(frozen=True)
class Hidden:
    """A line of the script (from 1) and what hides a failure there."""

    line: int
    what: str


@dataclass(frozen=True)
class _Place:
    """Where a command stands: whether `set -e` and `pipefail` count there, and whether somebody takes its status.

    `why` says what hides it; only checks are asked for where `checks_only`: a value that is put into a text is often
    allowed to be empty.
    """

    errexit: bool
    pipefail: bool
    used: bool
    why: str = ""
    checks_only: bool = False

    def unseen(self, why: str) -> "_Place":
        return replace(self, errexit=False, used=False, why=why)


@cache
def hidden_in(script: str, *, errexit: bool, pipefail: bool) -> tuple[Hidden, ...]:
    """Everything in a bash script that hides a failure; `errexit` and `pipefail` are how its shell starts."""
    top = parsed(script)
    reader = _Reader(script, top)
    return tuple(sorted(set(reader.read(top, Options(errexit, pipefail))), key=lambda one: (one.line, one.what)))


@cache
def commands_in(script: str) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Every command of a script, wherever it stands, with its line (from 1) and the words that it is called with."""
    return tuple(_commands(script))


def _commands(script: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    for node in below(parsed(script)):
        if words := words_of(node):
            yield line_of(node), words
            flag = _command_flag(words) if words[0].rsplit("/", 1)[-1] in SHELLS else 0
            if flag and flag + 1 < len(words):
                yield from ((line_of(node), inner) for _, inner in commands_in(words[flag + 1]))


@cache
def _parser() -> Parser:
    import tree_sitter_bash

    return Parser(Language(tree_sitter_bash.language()))


def parsed(script: str) -> Node:
    """The script as the grammar reads it.

    Its scanner ends the whole process at some letters beyond ASCII; to bash they are letters as any.
    """
    return _parser().parse(_BEYOND.sub("x", script).encode()).root_node


class _Reader:
    def __init__(self, script: str, top: Node) -> None:
        self._functions = {
            plain(one.child_by_field_name("name")): one.child_by_field_name("body")
            for one in below(top)
            if one.type == "function_definition"
        }
        self._kept = set(re.findall(r"\b(\w+)=\"?\$\{?(?:\?|PIPESTATUS)", script))
        self._ends_with = set(re.findall(r"\bexit\s+\"?\$\{?(\w+)", script))
        self._waits = bool(re.search(r"\bwait\s+(?:-\w+\s+)*[\"$%0-9]|\bwait\s+-n\b", script))

    def read(self, top: Node, options: Options) -> Iterator[Hidden]:
        if top.has_error:
            wrong = next((one for one in below(top) if one.is_error or one.is_missing), top)
            yield Hidden(line_of(wrong), "is no shell that can be read, so nobody can tell what it hides")
            return
        yield from self._sequence(top, _Place(options.errexit, options.pipefail, used=True), whole=True)

    # -- what stands one after another ------------------------------------------------------------------------------

    def _sequence(self, parent: Node, place: _Place, *, whole: bool = False) -> Iterator[Hidden]:
        """Statements in a row: the last one's status is the row's; each of the others needs `set -e`."""
        statements = _statements(parent)
        for number, one in enumerate(statements):
            is_last = number == len(statements) - 1
            here = place if is_last else replace(place, used=False, why=place.why or _why_not_last(place))
            if _in_background(one):
                here = replace(
                    here, errexit=False, used=self._waits, why="it is in the background, where nobody waits for it"
                )
            yield from self._statement(one, here)
            changed = options_set(words_of(_command_of(one)))
            for name, is_on in changed.items():
                if not is_on:
                    yield Hidden(line_of(one), f"`set +o {name}` lets what fails go unseen")
                place = _with_option(place, name, is_on=is_on)
        if whole and len(statements) > 1 and _always_succeeds(statements[-1]):
            yield Hidden(line_of(statements[-1]), f"`{_told(statements[-1])}` at its end succeeds whatever came before")

    def _statement(self, node: Node, place: _Place) -> Iterator[Hidden]:
        match node.type:
            case "list":
                yield from self._list(node, place)
            case "pipeline":
                yield from self._pipeline(node, place)
            case "negated_command":
                yield from self._each(node, place.unseen("it stands behind `!`, which no `set -e` minds"))
            case "if_statement":
                yield from self._if(node, place)
            case "while_statement" | "until_statement":
                yield from self._loop(node, place)
            case "for_statement" | "c_style_for_statement" | "case_statement" | "case_item" | "do_group":
                yield from self._body(node, place)
            case "compound_statement" | "subshell" | "program" | "else_clause":
                yield from self._sequence(node, place)
            case "function_definition":
                yield from self._function(node, place)
            case "redirected_statement":
                yield from self._redirected(node, place)
            case "command" | "test_command" | "declaration_command" | "unset_command":
                yield from self._command(node, place)
            case "variable_assignment" | "variable_assignments":
                yield from self._substitutions(node, place)
            case _:
                yield from self._body(node, place)

    def _function(self, node: Node, place: _Place) -> Iterator[Hidden]:
        name, body = plain(node.child_by_field_name("name")), node.child_by_field_name("body")
        if is_check((name,)):
            yield Hidden(line_of(node), f"a function stands in the place of the command `{name}`")
        if body:
            yield from self._statement(body, replace(place, used=True))

    def _each(self, node: Node, place: _Place) -> Iterator[Hidden]:
        for one in _statements(node):
            yield from self._statement(one, place)

    def _body(self, node: Node, place: _Place) -> Iterator[Hidden]:
        """What a loop or a case holds: rows of statements, beside the words that it goes over."""
        parts = [one for one in node.named_children if one.type in ("do_group", "case_item")]
        for part in parts:
            yield from self._body(part, place)
        if not parts and node.type in ("do_group", "case_item"):
            yield from self._sequence(node, place)

    # -- what joins statements --------------------------------------------------------------------------------------

    def _list(self, node: Node, place: _Place) -> Iterator[Hidden]:
        left, right = node.named_children[0], node.named_children[-1]
        if any(child.type == "&&" for child in node.children):
            yield from self._statement(left, replace(place, errexit=False, why=place.why or "it stands before `&&`"))
        elif self._fails(right) or self._keeps_status(right):
            goes_on = right.type == "subshell" or words_of(right) == ("false",)
            used = place.errexit or place.used if goes_on else True
            yield from self._statement(left, replace(place, errexit=False, used=used))
        else:
            yield from self._statement(left, place.unseen(f"behind it stands `|| {_told(right)}`"))
        yield from self._statement(right, place)

    def _pipeline(self, node: Node, place: _Place) -> Iterator[Hidden]:
        *before, last = _statements(node)
        hides = place if place.pipefail else place.unseen("it is piped without `pipefail`")
        for one in before:
            yield from self._statement(one, hides)
        yield from self._statement(last, place)

    def _redirected(self, node: Node, place: _Place) -> Iterator[Hidden]:
        body = node.child_by_field_name("body")
        piped = [one for part in node.named_children if part.type == "heredoc_redirect" for one in _statements(part)]
        if body:
            hides = place if place.pipefail or not piped else place.unseen("it is piped without `pipefail`")
            yield from self._statement(body, hides)
        for one in piped:
            yield from self._statement(one, place)
        for part in node.named_children:
            if part.type != "heredoc_redirect" and part != body:
                yield from self._substitutions(part, place.unseen("it stands in a redirection"))

    def _if(self, node: Node, place: _Place) -> Iterator[Hidden]:
        *conditions, _ = (*_before(node, "then"), None)
        branches = [one for one in node.named_children if one.type in ("elif_clause", "else_clause")]
        body = [one for one in _after(node, "then") if one not in branches]
        otherwise = branches[-1] if branches and branches[-1].type == "else_clause" else None
        negated = bool(conditions) and conditions[-1] is not None and conditions[-1].type == "negated_command"
        seen = (
            any(map(self._fails, body))
            if negated
            else bool(otherwise and any(map(self._fails, _statements(otherwise))))
        )
        for one in filter(None, conditions):
            inner = _statements(one)[0] if negated and _statements(one) else one
            asked = replace(
                place, errexit=False, used=seen, why="it is a condition, and the branch for its failure passes"
            )
            yield from self._statement(inner, asked)
        yield from self._row(body, place)
        for branch in branches:
            if branch.type == "elif_clause":
                yield from self._if(branch, place)
            else:
                yield from self._sequence(branch, place)

    def _row(self, statements: list[Node], place: _Place) -> Iterator[Hidden]:
        for number, one in enumerate(statements):
            last = number == len(statements) - 1
            yield from self._statement(one, place if last else replace(place, used=False, why=_why_not_last(place)))

    def _loop(self, node: Node, place: _Place) -> Iterator[Hidden]:
        """`until A` and `while ! A` end when A succeeds; `while A` ends when it fails, and nobody hears of it."""
        until = any(child.type == "until" for child in node.children)
        for one in node.named_children:
            if one.type == "do_group":
                yield from self._sequence(one, place)
                continue
            negated = one.type == "negated_command"
            inner = _statements(one)[0] if negated and _statements(one) else one
            waits = until != negated
            yield from self._statement(
                inner, replace(place, errexit=False, used=waits, why="it is the condition of a loop")
            )

    # -- one command ------------------------------------------------------------------------------------------------

    def _command(self, node: Node, place: _Place) -> Iterator[Hidden]:
        words = words_of(node)
        yield from self._inner_script(node, words)
        yield from self._ends(node, words)
        seen = place.errexit or place.used
        if not seen and words and not is_harmless(words) and not (place.checks_only and not is_check(words)):
            yield Hidden(line_of(node), f"`{_told(node)}` may fail unseen: {place.why}".rstrip())
        yield from self._substitutions(node, place.unseen("it stands inside another command"))

    def _ends(self, node: Node, words: tuple[str, ...]) -> Iterator[Hidden]:
        if words[:1] in (("exit",), ("return",)) and _is_nought(words[1:]):
            yield Hidden(line_of(node), f"`{_told(node)}` ends with success whatever came before")
        if words[:1] == ("trap",) and len(words) > 2 and re.search(r"\bexit\b(?!\s+([1-9]|\"?\$))", words[1]):
            yield Hidden(line_of(node), f"`{_told(node)}` changes what the script ends with")

    def _inner_script(self, node: Node, words: tuple[str, ...]) -> Iterator[Hidden]:
        """`bash -c '…'` and `eval '…'` run a script of their own."""
        if not words:
            return
        program = words[0].rsplit("/", 1)[-1]
        inner: str | None = None
        starts = Options(errexit=False, pipefail=False)
        if program in SHELLS and (flag := _command_flag(words)):
            inner = words[flag + 1] if flag + 1 < len(words) else None
            told = options_set(("set", *words[1:flag], words[flag].replace("c", "")))
            starts = Options(told.get("errexit", False), told.get("pipefail", False))
        elif program == "eval":
            inner, starts = " ".join(words[1:]), Options(errexit=True, pipefail=True)
        if inner and inner != plain(node):
            line = line_of(node)
            found = hidden_in(inner, errexit=starts.errexit, pipefail=starts.pipefail)
            yield from (Hidden(line + one.line - 1, one.what) for one in found)

    def _substitutions(self, node: Node, place: _Place) -> Iterator[Hidden]:
        """`$(…)`: the status is the assignment's if there is nothing else; inside a command nobody takes it."""
        is_value = node.type == "variable_assignment"
        for one in _nearest(node, ("command_substitution", "process_substitution")):
            inner = replace(place, errexit=False, used=is_value and (place.errexit or place.used), checks_only=True)
            if one.type == "process_substitution":
                inner = place.unseen("it stands in a process substitution")
                inner = replace(inner, checks_only=True)
            yield from self._sequence(one, inner)

    def _keeps_status(self, node: Node) -> bool:
        """`A || code=$?`, and the script ends with `exit $code`."""
        name = plain(node.child_by_field_name("name")) if node.type == "variable_assignment" else ""
        return name in self._kept & self._ends_with

    # -- what surely fails ------------------------------------------------------------------------------------------

    def _fails(self, node: Node) -> bool:
        """Whether a statement always ends with a failure: `exit 1`, `{ echo …; exit 1; }`, a function that does."""
        if node.type == "redirected_statement":
            body = node.child_by_field_name("body")
            return bool(body and self._fails(body))
        if node.type == "compound_statement":
            row = _statements(node)
            return any(self._fails_late(one) for one in row[1:]) or bool(row and self._fails(row[0]))
        if node.type == "subshell":
            row = _statements(node)
            return bool(row) and (self._fails_late(row[-1]) if len(row) > 1 else self._fails(row[0]))
        if node.type == "list":
            left, right = node.named_children[0], node.named_children[-1]
            harmless = is_harmless(words_of(_command_of(left)))
            return self._fails(left) if not harmless else self._fails_late(right)
        words = words_of(node)
        if not words:
            return False
        body = self._functions.get(words[0])
        if words[0] in ("exit", "return"):
            return _is_failure(words[1:], self._kept, at_once=True)
        return words == ("false",) or bool(body and body is not node and self._fails(body))

    def _fails_late(self, node: Node) -> bool:
        """As `_fails`, where something was done meanwhile: `$?` is that one's status then."""
        words = words_of(_command_of(node))
        if words[:1] in (("exit",), ("return",)):
            return _is_failure(words[1:], self._kept, at_once=False)
        return self._fails(node)


def _is_failure(given: tuple[str, ...], kept: set[str], *, at_once: bool) -> bool:
    word = given[0].strip('"') if given else ""
    if word in ("$?", "${?}", ""):
        return at_once
    if word.isdigit():
        return int(word) % 256 != 0
    variable = re.fullmatch(r"\$\{?(\w+)\}?", word)
    return bool(variable and variable[1] in kept)


def _is_nought(given: tuple[str, ...]) -> bool:
    """Whether an exit status is 0 as it stands; arithmetic may always come to it."""
    word = given[0].strip("\"'") if given else "$?"
    return (word.isdigit() and int(word) % 256 == 0) or word.startswith("$((")


def _always_succeeds(node: Node) -> bool:
    words = words_of(_command_of(node))
    return words[:1] in (("true",), (":",)) and len(words) == 1


def _with_option(place: _Place, name: str, *, is_on: bool) -> _Place:
    return replace(place, errexit=is_on) if name == "errexit" else replace(place, pipefail=is_on)


def _why_not_last(place: _Place) -> str:
    return "" if place.errexit else "there is no `set -e`"


def _command_flag(words: tuple[str, ...]) -> int:
    return next((place for place, word in enumerate(words) if re.fullmatch(r"-[a-z]*c", word)), 0)


# -- the grammar's tree ---------------------------------------------------------------------------------------------

_NOT_STATEMENTS = frozenset(
    {
        "comment",
        "heredoc_start",
        "heredoc_body",
        "heredoc_end",
        "file_redirect",
        "herestring_redirect",
        "heredoc_redirect",
        "word",
        "string",
        "raw_string",
        "number",
        "simple_expansion",
        "expansion",
        "extglob_pattern",
        "variable_name",
        "concatenation",
    }
)


def _statements(node: Node) -> list[Node]:
    return [one for one in node.named_children if one.type not in _NOT_STATEMENTS]


def _before(node: Node, sign: str) -> list[Node]:
    found: list[Node] = []
    for one in node.children:
        if one.type == sign:
            break
        if one.is_named and one.type not in _NOT_STATEMENTS:
            found.append(one)
    return found


def _after(node: Node, sign: str) -> list[Node]:
    ahead = _before(node, sign)
    return [one for one in _statements(node) if one not in ahead]


def _in_background(node: Node) -> bool:
    follows = node.next_sibling
    return follows is not None and follows.type == "&"


def _command_of(node: Node) -> Node:
    body = node.child_by_field_name("body") if node.type == "redirected_statement" else None
    return body or node


def _nearest(node: Node, kinds: tuple[str, ...]) -> Iterator[Node]:
    for one in node.named_children:
        if one.type in kinds:
            yield one
        elif one.type not in ("heredoc_start", "heredoc_end"):
            yield from _nearest(one, kinds)


def below(node: Node) -> Iterator[Node]:
    """The node, and all that is in it."""
    yield node
    for one in node.children:
        yield from below(one)


def line_of(node: Node) -> int:
    """Where it begins (from 1)."""
    return node.start_point[0] + 1


def _told(node: Node) -> str:
    text = " ".join(plain(node).split())
    return text if len(text) <= 60 else f"{text[:57]}…"
