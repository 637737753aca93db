"""What runs as soon as somebody opens the folder: in an editor, in a container for developing, in a shell. Pure.

VS Code reads its files as JSON with comments and trailing commas; what can't be read so is told as it is.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

_JSON = re.compile(
    r"(?:.*/)?(?:\.vscode/(?:tasks|settings|mcp)\.json|[^/]+\.code-workspace|\.devcontainer\.json"
    r"|\.devcontainer/(?:[^/]+/)?devcontainer\.json|\.claude/settings[\w.]*\.json|\.(?:cursor/)?mcp\.json|\.cursor/hooks\.json)"
)
_IDEA = re.compile(r"(?:.*/)?\.idea/.+\.(?:xml|iws)|[^/]+\.(?:ipr|iws)")
_WHOLE = re.compile(
    r"(?:.*/)?(?:\.envrc|\.exrc|\.n?vimrc|\.lvimrc|\.nvim\.lua|\.dir-locals(?:-2)?\.el|\.gitpod\.ya?ml|\.?mise(?:\.\w+)?\.toml)"
)
"""Files that are programs themselves, or lists of commands."""
_COMMANDS = frozenset(
    {"initializecommand", "oncreatecommand", "updatecontentcommand", "postcreatecommand", "poststartcommand"}
    | {"postattachcommand", "hooks"}
)
_SERVERS = frozenset({"mcpservers", "servers"})
_SETTINGS = re.compile(
    r"task\.allowautomatictasks|security\.workspace\.trust\..+|git\.path|chat\.tools\..*autoapprove.*"
    r"|terminal\.integrated\.(?:automation|profiles|env|shell|default).*"
)
_OFF = ("off", False, None, "never")
_STARTS = re.compile(r"ProjectStartup\w*Configuration|ProjectTasksOptions")
"""IntelliJ's tasks at the start of a project, and its watchers of files."""


@dataclass(frozen=True)
class Started:
    """What starts by itself, the line where it stands, and all that decides over what it does."""

    line: int
    what: str
    exact: str


class _Fields(list[tuple[str, object]]):
    """An object of JSON, with every field that it has, twice where it stands twice."""


def is_opened(path: str) -> bool:
    """Whether something obeys the file when the folder is opened. Some disks don't mind how a name is written."""
    return any(kind.fullmatch(path.lower()) for kind in (_JSON, _IDEA, _WHOLE))


def started_by(path: str, text: str) -> Iterator[Started]:
    """What the file starts."""
    name = path.lower()
    if _WHOLE.fullmatch(name):
        yield Started(1, "what is in it", text)
    elif _IDEA.fullmatch(name):
        if found := _STARTS.search(text):
            yield Started(text.count("\n", 0, found.start()) + 1, found[0], text)
    else:
        try:
            document = json.loads(_plain(text), object_pairs_hook=_Fields)
        except ValueError:
            yield Started(1, "nobody can tell what, since it is no JSON", text)
            return
        for key, what, value in _found(document):
            exact = text if key.lower() == "runon" else json.dumps(value)
            yield Started(_line(text, key), what, f"{key}: {exact}")


def _found(value: object) -> Iterator[tuple[str, str, object]]:
    """Every field that starts something, with how it is told, and its value."""
    fields = value if isinstance(value, _Fields) else _Fields()
    inside = [one for _, one in fields] if fields else value if isinstance(value, list) else []
    for key, one in fields:
        name = key.lower()
        if name == "runon" and str(one).lower() == "folderopen":
            yield key, "a task, at once (folderOpen)", one
        elif name in _COMMANDS or (_SETTINGS.fullmatch(name) and one not in _OFF):
            yield key, f"{key}: {json.dumps(one)[:80]}", one
        elif name in _SERVERS and '"command"' in json.dumps(one):
            yield key, f"{key}, which are programs", one
    for one in inside:
        yield from _found(one)


def _plain(text: str) -> str:
    """The text without comments, and without commas before an end."""
    words = r'"(?:[^"\\]|\\.)*"'
    bare = re.sub(
        rf"({words})|//[^\n]*|/\*.*?\*/", lambda found: found[1] or " ", text.lstrip("\ufeff"), flags=re.DOTALL
    )
    return re.sub(rf"({words})|,(?=\s*[}}\]])", lambda found: found[1] or "", bare, flags=re.DOTALL)


def _line(text: str, key: str) -> int:
    place = text.find(f'"{key}"')
    return text.count("\n", 0, place) + 1 if place >= 0 else 1
