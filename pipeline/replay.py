"""Judges a rollout again from the evidence that was kept of it: `slipway judge replay FILE`.

Reads one file and writes nothing; `pipeline.report.judgement` says what comes of it.
"""

from pathlib import Path

from pipeline.judge.evidence import Evidence, UnreadableEvidence, read

MOST_BYTES = 4_000_000
"""No evidence is larger: `evidence` says what bins take, and how many there are at most."""


def load(file: Path) -> Evidence:
    """The evidence in `file`; UnreadableEvidence says what is wrong with it, and what to do."""
    if file.exists() and not file.is_dir() and not (file.is_file() and file.stat().st_size <= MOST_BYTES):
        raise UnreadableEvidence(f"{file}: no file of {MOST_BYTES:,} bytes or less; name the one with the evidence")
    try:
        return read(file.read_text(encoding="utf-8"))
    except OSError as problem:
        why = f"{problem.strerror or problem}; name the file that the evidence was saved to"
        raise UnreadableEvidence(f"{file}: {why}") from None
    except UnicodeDecodeError as problem:
        why = f"byte {problem.start}: no UTF-8"
        raise UnreadableEvidence(f"{file}: {why}; save the evidence again, whole and as it is") from None
    except UnreadableEvidence as problem:
        raise UnreadableEvidence(f"{file}: {problem}; save the evidence again, whole and as it is") from None
