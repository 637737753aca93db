"""How programs of Node in a build trust the rehearsal's AWS."""

from pathlib import Path

import pytest

from pipeline.rehearsal.errors import Broke
from pipeline.rehearsal.runners.codebuild.node_trust import variables


def test_where_aws_is_plain_http_nothing_is_told(tmp_path: Path) -> None:
    assert variables({}, {"NODE_EXTRA_CA_CERTS": "/proxy.pem"}, tmp_path) == {}


def test_its_authority_is_added_to_what_node_knows() -> None:
    assert variables({"AWS_CA_BUNDLE": "/tls/a.pem"}, {}, Path("/nowhere")) == {"NODE_EXTRA_CA_CERTS": "/tls/a.pem"}


def test_the_machine_s_own_extra_authorities_stay(tmp_path: Path) -> None:
    aws, proxy = tmp_path / "aws.pem", tmp_path / "proxy.pem"
    aws.write_text("of AWS\n")
    proxy.write_text("of the proxy")
    told = variables({"AWS_CA_BUNDLE": str(aws)}, {"NODE_EXTRA_CA_CERTS": str(proxy)}, tmp_path)
    assert Path(told["NODE_EXTRA_CA_CERTS"]).read_text().split("\n") == ["of the proxy", "of AWS", ""]


def test_one_that_is_gone_is_our_failure(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone")
    with pytest.raises(Broke, match="mend NODE_EXTRA_CA_CERTS"):
        variables({"AWS_CA_BUNDLE": gone}, {"NODE_EXTRA_CA_CERTS": gone}, tmp_path)
