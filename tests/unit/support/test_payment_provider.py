"""The stand-in for the payment provider as a command."""

import pytest

from tests.support.payment_provider.service import OUT, main


def test_it_says_what_it_is_and_what_it_must_be_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"], {})
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert told.startswith("usage: scripts/payment-provider [-h]")
    assert OUT in told
    assert main([], {}) == 2
    assert capsys.readouterr().err == f"payment-provider: set {OUT} to the file that gets the address\n"
