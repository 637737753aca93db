"""The source action: hands on the files of a real commit, which were laid out before the run began.

Source of the variables: "CodeStarSourceConnection ... action reference", output variables. Those that a local commit
doesn't have (AuthorId) have no value here, and an action that uses one is refused.
"""

from dataclasses import dataclass
from pathlib import Path

from pipeline.record.events import Commit
from pipeline.rehearsal.runners.base import ActionContext, ActionResult
from pipeline.rehearsal.spec import Action

UNCOMMITTED = " + uncommitted work"


@dataclass(frozen=True)
class Snapshot:
    """A commit and the folder that holds its files. `message` and the author's details may be left out.

    `author_date` is RFC 3339.
    """

    folder: Path
    commit: Commit
    message: str = ""
    author_date: str = ""
    author_email: str = ""


class SourceRunner:
    """Gives every source action the same commit, whatever branch its configuration names."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def run(self, action: Action, context: ActionContext) -> ActionResult:
        """The snapshot as the action's output artifact, and what there is to know of the commit as its variables."""
        context.cancel.check()
        commit = self._snapshot.commit
        dirty = UNCOMMITTED if commit.dirty else ""
        context.write_log(f"commit {commit.sha}{dirty}\n{commit.title}\nby {commit.author}")
        return ActionResult(
            summary=f"{commit.sha[:7]}{dirty}: {commit.title}",
            outputs=dict.fromkeys(action.outputs, self._snapshot.folder),
            variables=self._variables(context),
        )

    def _variables(self, context: ActionContext) -> dict[str, str]:
        snapshot = self._snapshot
        known = {
            "AuthorDate": snapshot.author_date,
            "AuthorDisplayName": snapshot.commit.author,
            "AuthorEmail": snapshot.author_email,
            "BranchName": context.configuration.get("BranchName", ""),
            "CommitId": snapshot.commit.sha,
            "CommitMessage": (snapshot.message or snapshot.commit.title)
            + (UNCOMMITTED if snapshot.commit.dirty else ""),
            "ConnectionArn": context.configuration.get("ConnectionArn", ""),
            "FullRepositoryName": context.configuration.get("FullRepositoryId", ""),
        }
        return {name: value for name, value in known.items() if value}
