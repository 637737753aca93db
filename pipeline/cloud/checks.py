"""What the scan asks of the templates' own construction kit: cdk-nag's AwsSolutions pack and the CDK's validator.

    python -m pipeline.cloud.checks --assembly cdk.out --output nag.json [--home ~/.cache/slipway]

builds the app again from the source, in a folder of its own, and writes one JSON object:

    {"resources": 512, "templates": 4, "findings": [{"rule", "where", "what", "severity"}, ...]}

`resources` counts what was looked at, in the templates written; `findings` is everything, whether or not the team lives
with it. With `--assembly`, templates that differ from the ones there are findings too (rule `assembly`): those were not
what was checked. Exit code 0 whenever the object was written, whatever it says; judging it is the gate's work.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.cloud.findings import Finding
from pipeline.cloud.settings import bundle_home, context
from pipeline.cloud.uncollected import uncollected


@dataclass(frozen=True)
class Checked:
    """What was looked at, and what was found."""

    resources: int
    templates: int
    findings: tuple[Finding, ...]

    def to_json(self) -> str:
        """The object that the module's docstring shows."""
        return json.dumps(
            {
                "resources": self.resources,
                "templates": self.templates,
                "findings": [
                    {"rule": one.full_rule, "where": one.where, "what": one.what, "severity": one.severity}
                    for one in self.findings
                ],
            },
            indent=1,
        )


def check(assembly: Path | None, home: Path) -> Checked:
    """Build the app from the source, ask both checkers, and compare its templates with those in `assembly`."""
    os.environ["CDK_VALIDATION"] = "true"  # read by the CDK when it starts
    with uncollected(), tempfile.TemporaryDirectory(prefix="slipway-checks-") as scratch:
        from pipeline.cloud.assembly import Validated, validate

        outdir = Path(scratch, "cdk.out")
        validated: Validated = validate(outdir, home, context())
        report = json.loads((outdir / "validation-report.json").read_text())
        found = [*validated.judged.found, *validator_findings(report)]
        templates = _templates(outdir)
        if assembly is not None:
            found += differences(templates, _templates(assembly))
    resources = sum(len(json.loads(template)["Resources"]) for template in templates.values())
    return Checked(resources, len(templates), tuple(found))


def validator_findings(report: Mapping[str, Any]) -> list[Finding]:
    """What the CDK's own validator wrote into its report; cdk-nag's findings stand there too and are left out."""
    return [
        Finding(violation["ruleName"], construct["constructPath"], violation["description"], violation["severity"])
        for plugin in report["pluginReports"]
        if plugin["pluginName"] != "AwsSolutions"
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    ]


def _templates(assembly: Path) -> Mapping[str, bytes]:
    return {file.relative_to(assembly).as_posix(): file.read_bytes() for file in assembly.rglob("*.template.json")}


def differences(ours: Mapping[str, bytes], theirs: Mapping[str, bytes]) -> list[Finding]:
    """A finding for each template that is not in both or not the same in both."""
    what = "not what this source synthesizes to, so it was not checked: synthesize again"
    names = sorted({*ours, *theirs})
    return [Finding("assembly", name, what, "error") for name in names if ours.get(name) != theirs.get(name)]


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Check as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.cloud.checks")
    parser.add_argument("--assembly", type=Path, help="compare the templates with those of this assembly")
    parser.add_argument("--output", type=Path, required=True, help="where the JSON object goes")
    parser.add_argument("--home", type=Path, default=bundle_home(environment), help="where bundles are kept")
    options = parser.parse_args(arguments)
    options.output.write_text(check(options.assembly, options.home).to_json())


if __name__ == "__main__":
    main(sys.argv[1:], os.environ)
