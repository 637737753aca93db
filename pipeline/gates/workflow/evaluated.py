"""Where a shell's script runs the value of a variable as code. Pure.

`eval`, a shell or another interpreter that is given it as its program (`-c`, its input, a file that was just written),
`source`, and a command whose name it is. In double quotes, as an argument, a value stays a text.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import takewhile

from tree_sitter import Node

from pipeline.gates.workflow.shell import SHELLS, below, line_of, parsed
from pipeline.gates.workflow.words import PREFIXES, plain, words_of

_OTHERS = re.compile(r"python[\d.]*|node|deno|bun|perl|ruby|php")
_PROGRAM = re.compile(r"-[a-z]*c")
_PROGRAM_OF_OTHERS = re.compile(r"-[a-zA-Z]*[cerpE]|--eval|--print")
_READS_FILES = frozenset({"source", "."})
_EVALUATES = frozenset({"eval", "trap", "su"})
_GIVEN = frozenset({*"123456789", "@", "*"})
"""What a function, or a script, is called with."""
_REPLACES = re.compile(r"-[Ii].*|--replace.*")
_NAMES = ("variable_name", "special_variable_name")
_ASKED = (("gh", "pr"), ("gh", "issue"), ("gh", "api"), ("git", "log"), ("git", "show"))
"""What answers with texts that others wrote."""
_RUNS = re.compile(r"\b(?:eval|exec|execSync|Function|system|popen)\s*\((?P<what>[^\n]*)")


@cache
def evaluated_in(script: str, names: frozenset[str]) -> tuple[tuple[int, str], ...]:
    """The lines (from 1) where a value of `names`, or of a variable that it was put into, is run, and the command."""
    return tuple(_evaluated_in(script, names))


def _evaluated_in(script: str, names: frozenset[str]) -> Iterator[tuple[int, str]]:
    top = parsed(script)
    held = _held(top, names)
    written = frozenset(_written(top, held))
    for node in below(top):
        if node.type != "command":
            continue
        if _runs_file(node, written) or any(_mentions(part, held) for part in _code(node)):
            yield line_of(node), " ".join(plain(node).split())[:80]
        for part, is_shell in _programs(node):
            text = plain(part)[1:-1]
            if part.type == "raw_string" and is_shell:
                yield from ((line_of(part) + line - 1, told) for line, told in _evaluated_in(text, held))
            elif not is_shell and evaluates(text, held):
                yield line_of(node), " ".join(plain(node).split())[:80]


def evaluates(text: str, names: frozenset[str]) -> bool:
    """Whether a program of another language evaluates one of these variables."""
    return any(set(re.findall(r"\w+", found["what"])) & names for found in _RUNS.finditer(text))


@cache
def handed_on(script: str, names: frozenset[str]) -> frozenset[str]:
    """The variables that a step gives those values to for the steps behind it, by `$GITHUB_ENV`."""
    return frozenset(_handed_on(script, names))


def _handed_on(script: str, names: frozenset[str]) -> Iterator[str]:
    top = parsed(script)
    held = _held(top, names)
    for node in below(top):
        if node.type == "redirected_statement" and "GITHUB_ENV" in plain(node) and _mentions(node, held):
            yield from re.findall(r"(\w+)=", plain(node.child_by_field_name("body")))


def _held(top: Node, names: frozenset[str]) -> frozenset[str]:
    """These variables, and those that are set from them."""
    while more := frozenset(_set_from(top, names)) - names:
        names |= more
    return names


def _set_from(top: Node, names: frozenset[str]) -> Iterator[str]:
    functions = {plain(one.child_by_field_name("name")) for one in below(top) if one.type == "function_definition"}
    for node in below(top):
        if node.type == "command" and functions & set(_names(node)[:1]):
            yield from _GIVEN if any(_mentions(one, names) for one in _parts(node)[1:]) else ()
        if node.type == "variable_assignment" and (value := node.child_by_field_name("value")) is not None:
            name = node.child_by_field_name("name")
            yield from [plain(name)] if _mentions(value, names) else []
        elif node.type == "for_statement":
            over = [one for one in node.named_children if one.type not in ("variable_name", "do_group")]
            yield from [plain(node.named_children[0])] if any(_mentions(one, names) for one in over) else []
        elif node.type == "command" and _names(node)[:1] in (["read"], ["mapfile"], ["readarray"]):
            told = any(_mentions(one, names) for one in _input(node))
            yield from (word for word in _names(node)[1:] if told and word.isidentifier())


def _mentions(node: Node, names: frozenset[str]) -> bool:
    """Whether the value of one of the variables comes to stand here, or the answer to who wrote what."""
    if node.type in ("simple_expansion", "expansion"):
        is_quoted = plain(node).endswith("@Q}")
        return not is_quoted and any(plain(one) in names for one in below(node) if one.type in _NAMES)
    if node.type == "command":
        words = words_of(node)
        if words[:1] == ("printf",) and "%q" in " ".join(words):
            return False
        if words[:2] in _ASKED:
            return True
    return any(_mentions(one, names) for one in node.named_children)


def _code(node: Node) -> Iterator[Node]:
    """The parts of a command that are run: its name, and what `eval`, `source` or an interpreter is given."""
    parts, names = _parts(node), _names(node)
    first = len(list(takewhile(lambda name: name in PREFIXES or name.startswith("-"), names)))
    yield from parts[first : first + 1]
    if not names[first:]:
        return
    if names[first] in _EVALUATES | _READS_FILES:
        yield from parts[first + 1 :]
        yield from _input(node) if names[first] in _READS_FILES else ()
    yield from (part for part, _ in _programs(node))
    is_interpreter = names[first] in SHELLS or _OTHERS.fullmatch(names[first])
    has_file = any(not name.startswith(("-", "+")) for name in names[first + 1 :])
    replaces = names[0] == "xargs" and any(map(_REPLACES.fullmatch, names)) and any(True for _ in _programs(node))
    if (is_interpreter and not has_file) or replaces:
        yield from _input(node)


def _programs(node: Node) -> Iterator[tuple[Node, bool]]:
    """What interpreters are given as their program, wherever they stand in the command; whether they are shells."""
    parts, names = _parts(node), _names(node)
    for place, name in enumerate(names):
        is_shell = name in SHELLS
        if not (is_shell or _OTHERS.fullmatch(name)):
            continue
        option = _PROGRAM if is_shell else _PROGRAM_OF_OTHERS
        given = range(place + 1, len(names) - 1)
        flag = next((one for one in given if option.fullmatch(names[one])), None)
        if flag is not None and all(names[one].startswith("-") for one in range(place + 1, flag)):
            yield parts[flag + 1], is_shell


def _input(node: Node) -> Iterator[Node]:
    """What a command reads: here-strings, here-documents, redirections, and what is piped into it."""
    yield from (one for one in node.named_children if one.type == "herestring_redirect")
    here, above = node, node.parent
    while above is not None and above.type in ("redirected_statement", "pipeline", "subshell", "compound_statement"):
        for one in above.named_children:
            if above.type == "pipeline" and one.end_byte <= here.start_byte:
                yield one
            if above.type == "redirected_statement" and one.type.endswith("_redirect"):
                yield one
        here, above = above, above.parent


def _written(top: Node, names: frozenset[str]) -> Iterator[str]:
    """The files that one of the values was written into."""
    for node in below(top):
        if node.type == "redirected_statement" and _mentions(node, names):
            for one in node.named_children:
                if one.type == "file_redirect" and "<" not in plain(one):
                    yield _file(plain(one).lstrip("0123456789&>| "))
        elif (
            node.type == "command"
            and _names(node)[:1] == ["tee"]
            and any(_mentions(one, names) for one in _input(node))
        ):
            yield from (_file(plain(one)) for one in _parts(node)[1:])


def _runs_file(node: Node, written: frozenset[str]) -> bool:
    names = [_file(plain(one)) for one in _parts(node)]
    if not names or not written & set(names):
        return False
    program = names[0].rsplit("/", 1)[-1]
    return names[0] in written or program in SHELLS | _READS_FILES or bool(_OTHERS.fullmatch(program))


def _file(name: str) -> str:
    return name.strip("\"'").removeprefix("./")


def _parts(node: Node) -> list[Node]:
    left_out = ("variable_assignment", "comment", "file_redirect", "herestring_redirect", "heredoc_redirect")
    return [one for one in node.named_children if one.type not in left_out]


def _names(node: Node) -> list[str]:
    return [plain(one).strip("\"'").rsplit("/", 1)[-1] for one in _parts(node)]
