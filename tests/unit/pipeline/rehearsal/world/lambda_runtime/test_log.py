"""Bounded output and Lambda's lines."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.lambda_runtime.log import LogBuffer, Report, billed_ms, init_report_line


@given(st.lists(st.binary(max_size=30)), st.integers(0, 100))
def test_no_byte_is_lost_without_being_counted(pieces: list[bytes], limit: int) -> None:
    buffer = LogBuffer(limit)
    for piece in pieces:
        buffer.write(piece)
    text, cut = buffer.take()
    whole = b"".join(pieces)
    assert cut == max(0, len(whole) - limit)
    assert text.startswith(whole[:limit].decode(errors="replace"))
    assert ("[slipway: the output was cut here" in text) == (cut > 0)
    assert text == "" or text.endswith("\n")
    assert buffer.take() == ("", 0)


def test_a_report_names_init_status_and_error_only_where_there_are_some() -> None:
    assert Report("r1", 1.004, 2, 128, 31).line() == (
        "REPORT RequestId: r1\tDuration: 1.00 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 31 MB\n"
    )
    crashed = Report("r1", 133.61, 214, 128, 31, init_ms=80.0, status="error", error_type="Runtime.ExitError")
    assert crashed.line() == (
        "REPORT RequestId: r1\tDuration: 133.61 ms\tBilled Duration: 214 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 31 MB\tInit Duration: 80.00 ms\tStatus: error\tError Type: Runtime.ExitError\n"
    )
    assert init_report_line(1236.04, "init", "timeout", None) == (
        "INIT_REPORT Init Duration: 1236.04 ms\tPhase: init\tStatus: timeout\n"
    )


def test_init_is_billed_and_milliseconds_are_rounded_up_once() -> None:
    assert (billed_ms(1.2, None), billed_ms(1.2, 80.3), billed_ms(3.0, None)) == (2, 82, 3)
