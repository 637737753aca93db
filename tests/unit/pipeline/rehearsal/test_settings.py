"""What a product says of itself, and what is said when it says it wrongly."""

from pathlib import Path

import pytest

from pipeline.rehearsal.errors import Unreadable
from pipeline.rehearsal.settings import TABLE, Settings, parse, read

LEAST = '[tool.slipway.rehearsal]\napp = "cdk synth"\n'


def test_a_product_needs_to_name_only_how_it_is_synthesized() -> None:
    told = parse(LEAST)
    assert told == Settings(app="cdk synth")
    assert (told.app_command, told.seed_command) == (["cdk", "synth"], [])


def test_everything_else_may_be_named() -> None:
    text = LEAST + (
        'product = "orders"\nmain = "trunk"\nopenapi = "o.yaml"\ncontracts = "c"\nseed = "sh \'a b.sh\'"\n'
        'api_output = "Url"\nrequests_per_second = 10\n[tool.slipway.rehearsal.outputs]\nAPI = "Url"\n'
        '[tool.slipway.rehearsal.stand_ins]\n"https://bank.example" = "sh bank.sh"\n'
    )
    told = parse(text)
    assert told == Settings(
        app="cdk synth",
        product="orders",
        main="trunk",
        openapi="o.yaml",
        contracts="c",
        seed="sh 'a b.sh'",
        api_output="Url",
        outputs=(("API", "Url"),),
        requests_per_second=10,
        stand_ins=(("https://bank.example", "sh bank.sh"),),
    )
    assert told.seed_command == ["sh", "a b.sh"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", f'pyproject.toml: {TABLE}: not there; add it, with at least app = "your synth command"'),
        ("tool = 3", f'pyproject.toml: {TABLE}: not there; add it, with at least app = "your synth command"'),
        (
            "[tool.slipway]\nrehearsal = 3",
            f'pyproject.toml: {TABLE}: not there; add it, with at least app = "your synth command"',
        ),
        ("[tool.slipway.rehearsal]", f"pyproject.toml: {TABLE} app: Field required; mend that key"),
        (LEAST + "speed = 3", f"pyproject.toml: {TABLE} speed: Unexpected keyword argument; mend that key"),
        (LEAST + "main = 3", f"pyproject.toml: {TABLE} main: Input should be a valid string; mend that key"),
        (
            LEAST + "requests_per_second = 0",
            f"pyproject.toml: {TABLE} requests_per_second: Input should be greater than 0; mend that key",
        ),
        (
            LEAST.replace("cdk synth", " "),
            f"pyproject.toml: {TABLE} app: an empty command; write a program and its arguments",
        ),
        (
            LEAST + 'seed = "sh \'a"',
            f"pyproject.toml: {TABLE} seed: No closing quotation; write a program and its arguments",
        ),
    ],
)
def test_a_wrong_key_is_named_with_what_to_do(text: str, expected: str) -> None:
    with pytest.raises(Unreadable) as unreadable:
        parse(text)
    assert str(unreadable.value) == expected


def test_a_file_that_is_no_toml_is_named() -> None:
    with pytest.raises(Unreadable, match=r"^pyproject\.toml: .*; mend the file$"):
        parse("a = = 1")


def test_the_file_of_a_source_is_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(LEAST)
    assert read(tmp_path) == Settings(app="cdk synth")


def test_a_source_without_the_file_says_what_to_add(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as unreadable:
        read(tmp_path)
    assert str(unreadable.value) == f"pyproject.toml: not in the source; add it, with {TABLE} app = …"


def test_a_file_in_another_encoding_is_unreadable_and_no_fault_of_ours(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(Unreadable, match="write it as UTF-8"):
        read(tmp_path)
