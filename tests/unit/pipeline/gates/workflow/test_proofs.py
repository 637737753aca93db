"""What a job hands on as its proof is of its own run."""

from textwrap import dedent, indent

import pytest

from tests.unit.pipeline.gates.workflow.world import DEPLOY, MAIN, edited, rules_against, texts

ACTION = "name: t\ndescription: t\nruns:\n  using: composite\n  steps:\n"
KEEP = "      - name: Keep the verdicts\n"
SCRIPT = f"      - uses: actions/github-script@{'0' * 40} # v8\n        with:\n"
DOWNLOAD = f"      - uses: actions/download-artifact@{'0' * 40} # v5\n        with:\n          name: gates\n"


@pytest.mark.parametrize(
    "run",
    ["gh run download 123 --name gates", "gh run download --name gates --dir .slipway/gates", 'gh run download "$last"',
     "gh run download ${{ github.event.workflow_run.id }}", "gh api repos/o/r/actions/artifacts/1/zip > gates.zip",
     "curl -fsSL https://api.github.com/repos/o/r/actions/runs/1/artifacts", "bash -c 'gh run download 123'",
     "gh api repos/o/r/actions/artifacts --jq '.artifacts[0].archive_download_url'"],
)  # fmt: skip
def test_no_proof_is_of_another_run(run: str) -> None:
    step = f"      - run: |\n          {run}\n        if: failure()\n"
    assert "proof-of-another-run" in rules_against(edited(MAIN, KEEP, f"{step}{KEEP}"))
    called = texts(**{"scripts/verdicts": f"#!/usr/bin/env bash\nset -euo pipefail\n{run}\n"})
    assert "proof-of-another-run" in rules_against(called)


@pytest.mark.parametrize(
    "step",
    [f"{DOWNLOAD}          run-id: ${{{{ vars.GREEN }}}}\n",
     f"{DOWNLOAD}          github-token: ${{{{ github.token }}}}\n",
     f"{DOWNLOAD}          run-id: ${{{{ github.run_id }}}}\n          repository: example/other\n",
     f"      - uses: dawidd6/action-download-artifact@{'0' * 40} # v11\n",
     f"      - uses: example/download-workflow-artifact@{'0' * 40} # v1\n",
     f"      - uses: actions/cache@{'0' * 40} # v4\n        with:\n          path: .slipway/gates\n",
     f"{SCRIPT}          script: github.rest.actions.downloadArtifact(x)\n"],
)  # fmt: skip
def test_no_action_brings_the_proof_of_another_run(step: str) -> None:
    assert "proof-of-another-run" in rules_against(edited(MAIN, KEEP, f"{step}{KEEP}"))
    action = {".github/actions/t/action.yml": ACTION + indent(dedent(step), "    ")}
    assert "proof-of-another-run" in rules_against(texts(**action))
    tests = "      - run: scripts/test\n"
    assert "proof-of-another-run" in rules_against(edited(DEPLOY, tests, f"{tests}{step}"))


@pytest.mark.parametrize(
    "step",
    [DOWNLOAD,
     f"{DOWNLOAD}          run-id: ${{{{ github.run_id }}}}\n          github-token: ${{{{ github.token }}}}\n",
     '      - run: gh run download "$GITHUB_RUN_ID" --name gates\n',
     "      - run: gh run download ${{ github.run_id }} --name gates\n", "      - run: gh run list --limit 3\n",
     "      - run: gh api repos/o/r/actions/runs/$GITHUB_RUN_ID/artifacts\n",
     f"      - uses: actions/cache@{'0' * 40} # v4\n        with:\n          path: ~/.cache/uv\n          key: uv\n"],
)  # fmt: skip
def test_what_the_own_run_has_made_may_be_taken(step: str) -> None:
    assert "proof-of-another-run" not in rules_against(edited(MAIN, KEEP, f"{step}{KEEP}"))


def test_a_deployment_may_take_what_another_run_has_built() -> None:
    step = f"{DOWNLOAD}          run-id: ${{{{ inputs.run }}}}\n"
    whole = edited(DEPLOY, "      - name: Deploy\n", f"{step}      - name: Deploy\n")
    assert "proof-of-another-run" not in rules_against(whole)
