"""A run as one HTML page: no network, no script, no font of its own; light, dark and printable."""

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from pipeline.record.run import RolloutRun
from pipeline.record.verdict import Outcome
from pipeline.report import judged, rollouts, svg, words
from pipeline.report.view import DISCLAIMER, NOTHING_LIVE, View


@cache
def template(name: str) -> Template:
    """The page of this name among our templates: one style sheet for all, and whatever is put in is escaped."""
    loader = PackageLoader("pipeline.report", "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["breaking"] = _breaking
    environment.globals.update(words=words, rollouts=rollouts, judged=judged)
    environment.globals.update(disclaimer=DISCLAIMER, nothing_live=NOTHING_LIVE)
    return environment.get_template(name)


def _breaking(name: str) -> Markup:
    """A resource type or path that may be broken behind its separators, and nowhere else."""
    return Markup("<wbr>").join(re.split(r"(?<=::)|(?<=/)", name))  # Markup.join escapes what it joins


def _quiet(rollout: RolloutRun) -> bool:
    """Whether nothing happened that a reader must see: its chart stays folded."""
    outcome, _ = rollouts.outcome_of(rollout)
    failed = rollout.finished is not None and rollout.finished.what.failed > 0
    return outcome in (Outcome.PASSED, Outcome.NOT_REACHED) and not failed


def _loud_first(view: View) -> list[RolloutRun]:
    return sorted(view.rollouts, key=_quiet)


def render(view: View) -> str:
    """The page. Everything that came from the change is escaped, whatever it holds."""
    charts = [(each, Markup(svg.rollout(each)), _quiet(each)) for each in _loud_first(view)]  # noqa: S704  svg escapes
    journey = Markup(svg.journey(view.journey, view.total))  # noqa: S704
    return template("page.html.j2").render(view=view, journey=journey, charts=charts)
