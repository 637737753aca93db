"""A run as GitHub-flavoured markdown: the verdict, the gates, and what a refusal needs to be understood.

GitHub takes 64 kB in a comment and 1 MB in a job summary; `render` drops its largest sections first and says so.
"""

import html
import re
from collections.abc import Iterator

from pipeline.report.view import DISCLAIMER, NOTHING_LIVE, GateRow, View

COMMENT_BYTES = 64_000
SUMMARY_BYTES = 1_000_000
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|<>~@])")


def render(view: View, limit: int = COMMENT_BYTES) -> str:
    """The whole page in at most `limit` bytes of UTF-8."""
    sections = [*_sections(view)]
    dropped: list[str] = []
    while True:
        text = "\n\n".join(body for _, body in sections)
        if dropped:
            text += f"\n\nLeft out for length: {', '.join(dropped)}. The whole is in the report."
        if len(text.encode()) <= limit or len(sections) == 1:
            return text + "\n"
        largest = max(sections[1:], key=lambda section: len(section[1].encode()))
        sections.remove(largest)
        dropped.append(largest[0])


def escape(text: str) -> str:
    """Text that markdown and HTML leave alone, on one line, without control characters."""
    return _SPECIAL.sub(r"\\\1", html.escape(_one_line(text), quote=False))


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in " ".join(text.split()))


def code(text: str) -> str:
    """Text as inline code, whatever backticks it holds."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{_one_line(text)}{pad}{fence}"


def _block(text: str) -> str:
    """Lines as they are, whatever backticks they hold."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(longest + 1, 3)
    return f"{fence}text\n{text}\n{fence}"


def _sections(view: View) -> Iterator[tuple[str, str]]:
    head = view.headline
    where = f" in {head.where}" if head.where else ""
    top = [
        f"## {head.glyph} {head.word}{where}",
        f"**{escape(head.sentence)}**",
        *([_block(head.more)] if head.more else []),
        f"{escape(' · '.join(view.subject))}<br>{DISCLAIMER}",
    ]
    top += [f"> [!CAUTION]\n> {escape(warning)}" for warning in view.warnings]
    if view.see_again:
        top.append(f"See again: {code(view.see_again)}")
    yield "verdict", "\n\n".join(top)
    if view.denied:
        yield "what was denied", _bullets("What IAM denied", view.denied)
    yield "gates", _gates(view)
    for row in view.gates:
        if row.css in ("refused", "broke"):
            yield f"{row.gate} in {row.stage}", _refusal(row)
    yield "what this change does", _bullets("What this change does", view.does)
    yield "what is live now", _bullets("What is live now", _live(view))
    if view.notes:
        yield "notes", _bullets("Notes", view.notes)
    yield "what was exercised", _fidelity(view)
    yield "footer", f"<sub>{' · '.join(view.footer)}</sub>"


def _gates(view: View) -> str:
    rows = [
        f"| {row.gate} | {row.glyph} {row.word} | {escape(row.measured)} | {escape(row.limit)} "
        f"| {escape(row.checked)} | {row.stage} | {row.seconds} |"
        for row in view.gates
    ]
    head = "| gate | verdict | measured | limit | checked | stage | time |\n|---|---|---|---|---|---|---:|"
    sights = [f"\n{escape(each)}" for each in view.sights]
    return "\n".join([head, *rows, *sights]) if rows else "No gate was asked."


def _refusal(row: GateRow) -> str:
    lines = [f"### {row.glyph} {row.gate} {row.word} in {row.stage}"]
    if row.reason:
        lines.append(escape(row.reason))
    lines += [
        f"- {code(finding.where)} {escape(finding.what)}" + (f" → {escape(finding.fix)}" if finding.fix else "")
        for finding in row.findings[:50]
    ]
    if len(row.findings) > 50:
        lines.append(f"- and {len(row.findings) - 50} more in the report")
    if row.last_lines:
        fence = "`" * 4
        body = "\n".join(line.replace(fence, "'" * 4) for line in row.last_lines)
        lines.append(f"{fence}text\n{body}\n{fence}")
    if row.see_again:
        lines.append(f"See again: {code(row.see_again)}")
    return "\n\n".join([lines[0], "\n".join(lines[1:])])


def _live(view: View) -> tuple[str, ...]:
    told = (f"{each.stage}: {each.commit}" + _functions(each.functions) for each in view.live)
    return tuple(told) or (NOTHING_LIVE,)


def _functions(functions: tuple[str, ...]) -> str:
    return f" ({'; '.join(functions)})" if functions else ""


def _bullets(title: str, items: tuple[str, ...]) -> str:
    return "\n".join([f"### {title}", *(f"- {escape(item)}" for item in items)])


def _fidelity(view: View) -> str:
    """Every level with its things, also when there are none; folded, for it is long."""
    counted = ", ".join(f"{len(notes)} {level}" for level, notes in view.fidelity.items())
    parts = [
        f"**kinds {level}**\n\n"
        + ("\n".join(f"- {escape(each.subject)}: {escape(each.why)}" for each in notes) or "- nothing")
        for level, notes in view.fidelity.items()
    ]
    inner = "\n\n".join(parts)
    return f"<details><summary>Kinds of things: {counted}</summary>\n\n{inner}\n\n</details>"
