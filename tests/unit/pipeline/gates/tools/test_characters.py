"""Characters that hide what a text says, and words of any language, which may stay."""

from pathlib import Path

import pytest

from pipeline.gates.tools import characters
from pipeline.gates.tools.characters import findings_in, mixed_in
from tests.unit.pipeline.gates.world import context, put


def codes(text: str, name: str = "a.py") -> list[str]:
    return [one.what.partition("U+")[2][:5].strip() for one in findings_in(name, text)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x = 'a\u202eb'", "202E"),
        ("x = 'a\u2066b'", "2066"),
        ("if is\u200badmin:", "200B"),
        ("user\u200dname = 1", "200D"),
        ("x = 'soft\u00adhyphen'", "00AD"),
        ("x = 1  # \U000e0041", "E0041"),
        ("x\u3164 = 1", "3164"),
        ("x = 1\x08", "0008"),
        ("a\ufeff = 1", "FEFF"),
        ("s\u0441ope = 1", "0441"),
        ("def \u0430dmin(): ...", "0430"),
        ("x = '\uff41dmin'", "FF41"),
        ("N\u03bfne = 1", "03BF"),
    ],
)
def test_what_hides_is_told_by_its_code_point(text: str, code: str) -> None:
    assert code in codes(f"# first\n{text}\n")
    assert {one.where for one in findings_in("a.py", f"# first\n{text}\n")} == {"a.py:2"}


@pytest.mark.parametrize(
    "text",
    [
        "x = 'naïve café, größer, Ærø, Łódź'",
        "x = 'Привет, мир'",
        "x = '東京 서울 ไทย العربية עברית'",
        "x = 'می\u200cخواهم'",
        "x = '👩\u200d💻 ❤\ufe0f'",
        "took 12 μs, 3 µm, λx, Δt, 5 Ω",
        "x = '✓ → … “quoted” – dash'",
        "\ufeffid,name\n1,tea\n",
        "a\tb\r\nc\fd",
    ],
)
def test_words_of_any_language_may_stay(text: str) -> None:
    assert codes(text) == []


def test_a_name_of_a_file_may_hide_something_too() -> None:
    assert codes("x = 1\n", "api/h\u0430ndlers.py") == ["0430"]


@pytest.mark.parametrize(
    ("word", "odd"), [("scope", None), ("\u0441\u043b\u043e\u0432\u043e", None), ("s\u0441ope", "\u0441")]
)
def test_only_a_word_of_two_scripts_is_mixed(word: str, odd: str | None) -> None:
    assert mixed_in(word) == odd


def test_every_text_is_counted_whatever_its_ending(tmp_path: Path) -> None:
    put(tmp_path, a_dot_py="x = 1\n", LICENSE="free\n", deep__b_dot_yaml="a: s\u0441ope\n")
    (tmp_path / "b.bin").write_bytes(b"\0\1")
    part = characters.check(context(tmp_path))
    assert (part.checked, [one.where for one in part.findings]) == (3, ["deep/b.yaml:1"])
