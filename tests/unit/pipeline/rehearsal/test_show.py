"""The synthesized pipeline as text."""

from pipeline.rehearsal.show import render_show
from pipeline.rehearsal.spec import Condition, Stage
from tests.unit.pipeline.rehearsal.making import approve, build, deploy, pipeline, source


def test_stages_actions_and_gates_stand_in_the_order_in_which_they_run() -> None:
    made = pipeline(
        ("Source", source()),
        ("Build", build("Synth", 2, outputs=("Synth",)), build("unit", 1, gate="unit"), build("lint", 1, gate="lint")),
        Stage(
            "prod",
            (approve(), deploy(order=2, ActionMode="CHANGE_SET_EXECUTE", StackName="prod-orders")),
            (Condition("onFailure", "ROLLBACK", ("AWS/CloudWatchAlarm/1",)),),
        ),
    )
    assert render_show(made) == (
        "orders   V2 QUEUED, starts again when it changed itself\n"
        "template pipeline.template.json 000000000000\n"
        "3 stages, 6 actions, 2 gates\n"
        "\n"
        "Source\n"
        "    1 source  CodeStarSourceConnection  example/orders main\n"
        "\n"
        "Build\n"
        "    1 unit   CodeBuild                 gate unit\n"
        "      lint   CodeBuild                 gate lint\n"
        "    2 Synth  CodeBuild                 makes Synth\n"
        "\n"
        "prod\n"
        "    1 approval  Manual\n"
        "    2 Deploy    CloudFormation            CHANGE_SET_EXECUTE prod-orders\n"
        "      onFailure ROLLBACK AWS/CloudWatchAlarm/1\n"
    )
