"""A sweep in lines: what is shown while it runs, the table at its end, and the table of the README."""

from collections.abc import Iterable, Mapping, Sequence

from pipeline.mutation.catalogue import Kind, NotBuilt
from pipeline.mutation.judge import Judged, Result
from pipeline.mutation.score import Row, Score, percent
from pipeline.report import words
from pipeline.report.markdown import escape

GLYPHS = {
    Result.STOPPED: "✓",
    Result.PASSED: "✓",
    Result.ELSEWHERE: "~",
    Result.LET_THROUGH: "✗",
    Result.FALSE_ALARM: "✗",
    Result.BROKE: "!",
    Result.NOT_APPLIED: "!",
}
LONGEST_FINDING = 110


def line(judged: Judged) -> str:
    """One change on one line."""
    change = judged.change
    expected = "pass" if change.kind is not Kind.BAD else change.named
    took = words.seconds(judged.seconds)
    return (
        f"{GLYPHS[judged.result]} {change.id:<36} {change.class_:<28} {expected:<22} {judged.gate:<12} {took:>9}  "
        f"{judged.result}{': ' if judged.finding else ''}{shortened(judged.finding)}"
    )


def shortened(text: str) -> str:
    """No longer than a line's rest."""
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST_FINDING else f"{plain[: LONGEST_FINDING - 1]}…"


def table(judged: Sequence[Judged], score: Score, *, interrupted: bool = False) -> Iterable[str]:
    """All that was asked, what each class comes to, and the limits; a sweep that was `interrupted` has no score yet."""
    yield f"  {'change':<36} {'class':<28} {'expected':<22} {'decided':<12} {'seconds':>9}  result"
    yield from (line(one) for one in judged)
    yield ""
    yield f"  {'class':<34} {'asked':>6} {'stopped':>8} {'share':>8} {'named':>6} {'elsewhere':>10} {'let through':>12}"
    yield from (_class_line(row) for row in score.rows)
    yield f"  {'good changes':<34} {score.good:>6} {'':>8} {'':>8} {'':>6} {score.false_alarms:>10} refused"
    yield ""
    if interrupted:
        yield "interrupted: what was answered is kept, and the same command goes on from there"
        return
    for one in score.measurements:
        yield f"{'✓' if one.within else '✗'} {words.measured(one)}, limit {words.limit(one)}"
    for why in score.void:
        yield f"! {shortened(why)}"
    if score.void:
        yield "the score is void: mend what is named, then run it again"


def _class_line(row: Row) -> str:
    return (
        f"  {row.class_:<34} {row.asked:>6} {row.stopped:>8} {row.share:>6.1f} % {row.named:>6} {row.elsewhere:>10} "
        f"{row.let_through:>12}"
    )


def markdown(score: Score, not_built: Sequence[NotBuilt], stock: Mapping[str, tuple[int, int]]) -> str:
    """The table for the README; `stock` has how many of how many the tools saw by themselves, by class."""
    head = "| class | changes | stopped | at the named gate | within 60 s |"
    ruler = "|---|---:|---:|---:|---:|"
    if stock:
        head, ruler = f"{head} stock tools |", f"{ruler}---:|"
    rows = [_markdown_row(row.class_, row.asked, (row.stopped, row.named, row.soon), stock) for row in score.rows]
    asked, stopped = sum(row.asked for row in score.rows), sum(row.stopped for row in score.rows)
    named, soon = sum(row.named for row in score.rows), sum(row.soon for row in score.rows)
    rows.append(_markdown_row("all", asked, (stopped, named, soon), stock))
    told = f"Good changes refused: {score.false_alarms} of {score.good}. Rows not built yet: {len(not_built)}."
    return "\n".join([head, ruler, *rows, "", told]) + "\n"


def _markdown_row(name: str, asked: int, counts: tuple[int, int, int], stock: Mapping[str, tuple[int, int]]) -> str:
    cells = [escape(name), str(asked), *(f"{percent(count, asked):.0f} %" for count in counts)]
    if stock:
        seen, of = stock.get(name, (0, 0))
        cells.append(f"{percent(seen, of):.0f} %" if of else "–")
    return f"| {' | '.join(cells)} |"
