"""A walk through a pipeline whose actions do what a test says, and what was told of it."""

from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path

from pipeline.record.events import ActionFinished, Event
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.execute import Ended, Options, Setting, execute
from pipeline.rehearsal.ground import Ground, solid
from pipeline.rehearsal.runners.base import ActionContext, ActionResult, Registry
from pipeline.rehearsal.spec import Action, Pipeline, Stage
from tests.unit.pipeline.rehearsal.making import build, pipeline, source

type Deed = Callable[[ActionContext], ActionResult]

TWO = pipeline(("Source", source()), ("Build", build("unit")))


class Doing:
    """A runner that does what the test says for each action, and passes otherwise, making every output."""

    def __init__(self, deeds: Mapping[str, Deed]) -> None:
        self._deeds = deeds

    def run(self, action: Action, context: ActionContext) -> ActionResult:
        for folder in context.outputs.values():
            (folder / "made").write_text(action.name)
        deed = self._deeds.get(action.name)
        return deed(context) if deed else ActionResult()


class Stand:
    """Everything around an execution, and what was told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cancel = Cancel()
        self.before_stage: Callable[[Stage], None] = lambda _: None
        self.ground: Ground = solid
        self.denied: list[str] = []
        self.events: list[Event] = []
        for name in ("work", "logs", "given"):
            (folder / name).mkdir()

    def walk(self, made: Pipeline, options: Options | None = None, **deeds: Deed) -> Ended:
        ticks = count()
        kinds = {(item.category, item.owner, item.provider) for _, item in made.actions()}
        setting = Setting(
            runners=Registry(dict.fromkeys(kinds, Doing(deeds))),
            emit=self.events.append,
            cancel=self.cancel,
            clock=lambda: float(next(ticks)),
            work=self.folder / "work",
            logs=self.folder / "logs",
            environment={"HOME": "/home/ada"},
            execution_id="run-1",
            before_stage=self.before_stage,
            ground=self.ground,
            denied=lambda: tuple(self.denied),
            artifacts={"Given": self.folder / "given"} if any((self.folder / "given").iterdir()) else {},
        )
        return execute(made, setting, options or Options())

    @property
    def ends(self) -> dict[str, ActionFinished]:
        return {event.action: event for event in self.events if isinstance(event, ActionFinished)}

    def log(self, name: str) -> str:
        return (self.folder / "logs" / name).read_text()


def raising(problem: Exception) -> Deed:
    def deed(_: ActionContext) -> ActionResult:
        raise problem

    return deed
