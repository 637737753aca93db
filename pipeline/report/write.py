"""Writes a run's pages beside its tape; the only module of the report that touches the disk."""

import os
from pathlib import Path

from pipeline.record import tape
from pipeline.record.run import Run, fold
from pipeline.report import html, judged, junit, markdown
from pipeline.report.view import View, view

PAGES = ("report.html", "report.md", "junit.xml")


def write(folder: Path) -> tuple[Run, View]:
    """Draw every page of the run in `folder` from its tape alone, and lay what its rollouts were judged by beside them.

    UnreadableTape or FileNotFoundError if there is no whole tape.
    """
    recording = tape.read(folder / tape.FILE_NAME)
    run = fold(recording.entries)
    seen = view(run, recording.fingerprint)
    texts = {"report.html": html.render(seen), "report.md": markdown.render(seen), "junit.xml": junit.render(run)}
    for rollout in run.rollouts:
        if kept := judged.evidence(rollout):
            texts[judged.file_of(rollout)] = kept
    for name, text in texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        replace(folder / name, text)
    return run, seen


def replace(path: Path, text: str) -> None:
    """Write a file so that a reader finds the old one or the new one whole, and never half of it."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with new.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
