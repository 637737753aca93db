"""Buildspecs are read strictly: what CodeBuild would misread in silence is refused, with its name and place."""

import json
import string
from contextlib import suppress
from textwrap import dedent

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.errors import Unreadable
from pipeline.rehearsal.read.buildspec import parse_buildspec
from pipeline.rehearsal.spec import ArtifactFiles, BuildSpec, Phase, ReportGroup


def parsed(text: str) -> BuildSpec:
    return parse_buildspec(dedent(text), "buildspec.yml")


def said(text: str) -> list[str]:
    with pytest.raises(Unreadable) as refused:
        parsed(text)
    return [f"{problem.path}: {problem.what}" for problem in refused.value.problems]


def test_every_part_of_a_buildspec_is_read() -> None:
    assert parsed(
        """
        version: 0.2
        run-as: builder
        env:
          shell: bash
          variables: {LEVEL: 1.10, LOUD: yes}
          parameter-store: {HOST: /orders/host}
          secrets-manager: {TOKEN: "orders:token"}
          exported-variables: [VERSION]
          git-credential-helper: yes
        phases:
          build:
            run-as: root
            on-failure: CONTINUE
            commands: [make, make test]
            finally: [make clean]
          install:
            runtime-versions: {python: 3.13}
            commands: pip install .
        reports:
          unit: {files: [junit.xml], base-directory: out, file-format: JUNITXML}
        artifacts:
          files: "**/*"
          base-directory: cdk.out
          exclude-paths: ["**/*.pyc"]
          discard-paths: no
          secondary-artifacts:
            docs: {files: [docs/*], discard-paths: yes, name: docs}
        cache: {paths: [.cache]}
        """
    ) == BuildSpec(  # noqa: S604  the buildspec's shell, not ours
        where="buildspec.yml",
        version="0.2",
        phases=(
            Phase("install", ("pip install .",), runtime_versions={"python": "3.13"}),
            Phase("build", ("make", "make test"), ("make clean",), "CONTINUE", "root"),
        ),
        variables={"LEVEL": "1.10", "LOUD": "yes"},
        parameter_store={"HOST": "/orders/host"},
        secrets_manager={"TOKEN": "orders:token"},
        exported_variables=("VERSION",),
        shell="bash",
        git_credential_helper=True,
        run_as="builder",
        artifacts=ArtifactFiles(("**/*",), "cdk.out", exclude_paths=("**/*.pyc",)),
        secondary_artifacts={"docs": ArtifactFiles(("docs/*",), discard_paths=True, name="docs")},
        reports=(ReportGroup("unit", ("junit.xml",), "out"),),
        cache_paths=(".cache",),
    )


def test_the_json_that_cdk_writes_is_a_buildspec() -> None:
    text = json.dumps({"version": "0.2", "phases": {"build": {"commands": ["make"]}}, "artifacts": {"files": "**/*"}})
    made = parse_buildspec(text, "inline")
    assert made.phases == (Phase("build", ("make",)),)
    assert made.artifacts == ArtifactFiles(("**/*",))


def test_phases_run_in_codebuilds_order_however_they_are_written() -> None:
    text = "version: 0.2\nphases: {post_build: {}, build: {}, pre_build: {}, install: {}}"
    assert [phase.name for phase in parsed(text).phases] == ["install", "pre_build", "build", "post_build"]


@pytest.mark.parametrize("value", ["ABORT", "CONTINUE", "RETRY", "RETRY-3", "RETRY-.*timeout.*"])
def test_on_failure_may_abort_continue_or_retry(value: str) -> None:
    text = f'version: 0.2\nphases: {{build: {{on-failure: "{value}"}}}}'
    assert parsed(text).phases == (Phase("build", on_failure=value),)


def test_a_misspelt_key_is_named_where_it_stands() -> None:
    assert said("version: 0.2\nphases: {build: {comands: [make]}}") == ["phases.build.comands: this key is not known"]


def test_everything_wrong_is_said_at_once() -> None:
    assert said(
        """
        version: 0.3
        phasen: {}
        env: {shell: fish}
        phases: {build: {commands: [{a: b}], on-failure: MAYBE}, bild: {}}
        """
    ) == [
        "version: Input should be '0.1' or '0.2'",
        "phases.build.commands[0]: Input should be a valid string",
        "phases.build.on-failure: ABORT, CONTINUE, RETRY, RETRY-<count> or RETRY-<regex> is needed",
        "phases.bild.[key]: Input should be 'install', 'pre_build', 'build' or 'post_build'",
        "env.shell: Input should be 'bash', '/bin/sh' or 'sh'",
        "phasen: this key is not known",
    ]


def test_batch_builds_are_refused_by_name() -> None:
    text = "version: 0.2\nbatch: {fast-fail: true}\nphases: {build: {}}"
    assert said(text) == [
        "batch: batch builds start several builds from one; the rehearsal starts one build for an action"
    ]


def test_a_key_that_stands_twice_is_refused_since_one_would_be_lost() -> None:
    assert said("version: 0.2\nphases: {build: {}, build: {}}") == [
        ": not YAML: line 2 column 21: the key build stands twice"
    ]


@pytest.mark.parametrize("text", ["", "just text", "[a]", "version: 0.2", "phases: {build: {}}"])
def test_what_is_no_buildspec_is_refused(text: str) -> None:
    assert said(text)


WORDS = st.text(alphabet=string.ascii_letters + string.digits + " :#{}[]\"'\\,&*?|<>=!%@`$é-", min_size=1, max_size=30)


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_commands_come_back_letter_by_letter(commands: list[str]) -> None:
    document = {"version": "0.2", "phases": {"build": {"commands": commands}}}
    for text in (json.dumps(document), yaml.safe_dump(document)):
        assert parse_buildspec(text, "inline").phases == (Phase("build", tuple(commands)),)


@given(st.text(max_size=80))
def test_any_text_is_a_buildspec_or_unreadable(text: str) -> None:
    """Nothing that a repository may hold makes the reader itself fail."""
    with suppress(Unreadable):
        parse_buildspec(text, "buildspec.yml")
