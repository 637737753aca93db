"""A run as one HTML page: no network, no script, no font of its own; light, dark and printable."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from pipeline.report import svg, words
from pipeline.report.view import DISCLAIMER, View


@cache
def _template() -> Template:
    loader = PackageLoader("pipeline.report", "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.update(words=words, disclaimer=DISCLAIMER)
    return environment.get_template("page.html.j2")


def render(view: View) -> str:
    """The page. Everything that came from the change is escaped, whatever it holds."""
    charts = [(each, Markup(svg.rollout(each))) for each in view.rollouts]  # noqa: S704  svg escapes all its texts
    journey = Markup(svg.journey(view.journey, view.total))  # noqa: S704
    return _template().render(view=view, journey=journey, charts=charts)
