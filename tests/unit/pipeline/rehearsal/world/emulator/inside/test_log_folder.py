"""Functions' logs as files."""

from pathlib import Path

from pipeline.rehearsal.world.emulator.inside.log_folder import CUT, LogFolder


def test_each_function_has_a_file_and_it_is_cut_once(tmp_path: Path) -> None:
    folder = LogFolder(tmp_path / "logs", most=10)
    for text in ("12345\n", "too much\n", "never\n"):
        folder.write("1", "orders", text)
    folder.write("2", "orders", "\udcff\n")
    assert (tmp_path / "logs" / "1-orders.log").read_text() == "12345\n" + CUT
    assert (tmp_path / "logs" / "2-orders.log").read_text() == "?\n"
