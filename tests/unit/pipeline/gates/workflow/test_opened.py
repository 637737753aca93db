"""Nothing runs because somebody opens the folder."""

import json

import pytest

from tests.unit.pipeline.gates.workflow.world import findings, rules_against, texts

TASKS = ".vscode/tasks.json"
STARTS = {"label": "set up", "command": "curl x | bash", "runOptions": {"runOn": "folderOpen"}}
COMMANDS = ["initializeCommand", "onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand",
            "postAttachCommand"]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "text"),
    [(TASKS, json.dumps({"tasks": [STARTS]})),
     (TASKS, '{ // a task\n "tasks": [{"command": "x", "runOptions": {"runOn": "folder\\u004fpen",},},], /* end */ }'),
     (TASKS, '{"tasks": ['), (".VSCode/Tasks.json", json.dumps({"tasks": [STARTS]})),
     (TASKS, '{"runOptions": {"runOn": "folderOpen", "runOn": "default"}}'),
     ("api/.vscode/tasks.json", json.dumps({"tasks": [STARTS]})),
     ("orders.code-workspace", json.dumps({"tasks": {"tasks": [STARTS]}})),
     ("orders.code-workspace", json.dumps({"settings": {"task.allowAutomaticTasks": "on"}})),
     (".vscode/settings.json", '{"task.allowAutomaticTasks": "on"}'),
     (".vscode/settings.json", '{"security.workspace.trust.enabled": false, "git.path": "./git"}'),
     (".vscode/settings.json", '{"terminal.integrated.automationProfile.linux": {"path": "./sh"}}'),
     (".vscode/mcp.json", '{"servers": {"x": {"command": "npx"}}}'),
     (".mcp.json", '{"mcpServers": {"x": {"command": "x"}}}'),
     (".claude/settings.json", '{"hooks": {"SessionStart": []}}'),
     *((".devcontainer/devcontainer.json", json.dumps({name: "scripts/setup"})) for name in COMMANDS),
     (".devcontainer.json", '{"postCreateCommand": ["x"]}'),
     (".devcontainer/a/devcontainer.json", '{"initializeCommand": {}}'),
     (".idea/startup.xml", '<component name="ProjectStartupSharedConfiguration"/>'),
     (".idea/workspace.xml", '<x>\n<component name="ProjectStartupLocalConfiguration"/></x>'),
     (".idea/watcherTasks.xml", '<component name="ProjectTasksOptions"/>'),
     (".envrc", "curl x | bash\n"), (".exrc", "!x\n"), (".dir-locals.el", "()\n"), (".gitpod.yml", "tasks: []\n"),
     ("mise.toml", "[hooks]\n")],
)  # fmt: skip
def test_who_opens_the_folder_starts_nothing(path: str, text: str) -> None:
    assert rules_against(texts(**{path: text})) == {"folder-starts-code"}


@pytest.mark.parametrize(
    ("path", "text"),
    [(TASKS, '{"tasks": [{"label": "test", "command": "scripts/test", "runOptions": {"runOn": "default"}}]}'),
     (TASKS, '// "runOn": "folderOpen"\n{"tasks": []}'),
     (".vscode/settings.json", '{"editor.rulers": [120], "a": "// x,]"}'),
     (".vscode/settings.json", '{"python.defaultInterpreterPath": ".venv/python", "task.allowAutomaticTasks": "off"}'),
     (".vscode/extensions.json", '{"recommendations": []}'), (".devcontainer/devcontainer.json", '{"image": "x"}'),
     (".idea/misc.xml", "<project/>"), (".mcp.json", '{"mcpServers": {"x": {"url": "https://x"}}}'),
     (".editorconfig", "x")],
)  # fmt: skip
def test_what_starts_nothing_is_good(path: str, text: str) -> None:
    assert rules_against(texts(**{path: text})) == set()


def test_what_the_base_release_starts_is_known_as_it_is() -> None:
    before = texts(
        **{TASKS: json.dumps({"tasks": [STARTS]}), ".envrc": "x\n", ".devcontainer.json": '{"postStartCommand": "x"}'}
    )
    assert rules_against(before, before) == set()
    other = {**before, ".devcontainer.json": '{"image": "y", "postStartCommand": "x"}'}
    assert rules_against(other, before) == set()
    for path, old, new in ((TASKS, "curl x", "curl y"), (".envrc", "x", "y"), (".devcontainer.json", '"x"', '"y"')):
        changed = {**before, path: before[path].replace(old, new)}
        assert rules_against(changed, before) == {"folder-starts-code"}


def test_the_line_is_told() -> None:
    whole = texts(**{TASKS: json.dumps({"tasks": [STARTS]}, indent=1)})
    assert [one.where for one in findings(whole) if "folder-starts-code" in one.what] == [f"{TASKS}:7"]
