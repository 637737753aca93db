"""A stage that asks for everything that a stage's settings offer, synthesized by itself."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.cloud.settings import ROOT, bundle_home, context
from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import Addresses, BreakGlass, Chat, Domain, Environment, Replicas, Stage
from tests.synth.reading import Template

EVERYTHING: dict[str, Any] = {
    "alerts": Addresses(
        pager="https://events.pagerduty.com/integration/0123456789abcdef/enqueue",
        mail=("orders-team@example.com",),
        chat=Chat("T0123ABCD", "C0123ABCD"),
    ),
    "origins": ("https://shop.example.com", "https://office.example.com"),
    "spans": True,
    "replicas": Replicas(
        Environment("555555555555", "eu-central-1"), "arn:aws:kms:eu-central-1:555555555555:key/1234abcd-12ab-34cd"
    ),
    "domain": Domain("orders.example.com", zone="example.com", zone_id="Z0123456789ABCDEFGHIJ"),
}


BROKEN = BreakGlass(
    "2026-11-28T12:00:00+00:00", "2026-11-28T18:00:00+00:00", "payments are down, and nobody comes to try", "ada"
)


def with_broken_glass(stage: Stage) -> Stage:
    """The stage with its glass broken."""
    return replace(stage, rollout=replace(stage.rollout, break_glass=BROKEN))


def wishing(**settings: Any) -> Stage:
    """The plan's last stage with other settings."""
    stage = DELIVERY.stages[-1]
    return replace(stage, settings=replace(stage.settings, **settings))


def synthesized(stage: Stage, outdir: Path) -> Template:
    """The service's template of one stage, without any pipeline around it."""
    from aws_cdk import App  # here, as the environment says first how it is to start

    from pipeline.cloud.delivery_stage import DeliveryStage
    from pipeline.cloud.inputs import read_inputs

    app = App(outdir=str(outdir), post_cli_context=context(), analytics_reporting=False, tree_metadata=False)
    DeliveryStage(app, DELIVERY, stage, read_inputs(ROOT, bundle_home({})))
    app.synth()
    return service_in(outdir)


def service_in(outdir: Path) -> Template:
    """The service's template that was synthesized into `outdir`."""
    (file,) = outdir.glob("assembly-*/*.template.json")
    return Template(file)
