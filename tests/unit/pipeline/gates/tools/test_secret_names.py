"""Secrets by their names, in files of settings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.tools.secret_names import named_in

# Put together here, so that this file itself holds no secret.
PASSWORD = "hunter2" * 2 + "-Prod!"
SHORTER = "Tr0ub4dor" + "&3xyzzyQ"
KEY = "pass" + "word"


@pytest.mark.parametrize(
    ("name", "line", "key"),
    [
        ("settings.json", f'{{"{KEY}": "{PASSWORD}"}}', KEY),
        ("settings.json", f'{{"host": "db.example.com", "{KEY}": "{PASSWORD}"}}', KEY),
        ("settings.json", f'{{"token": "$TOKEN", "{KEY}": "{PASSWORD}"}}', KEY),
        (".env", f"DB_{KEY.upper()}={SHORTER}", f"db_{KEY}"),
        (".env.local", f"{KEY.upper()}='{SHORTER}'", KEY),
        ("prod.env", f"export API_KEY={SHORTER}", "api_key"),
        (".envrc", f"export CLIENT_SECRET={SHORTER}", "secret"),
        ("a.yaml", f"{KEY}: {PASSWORD}  # for now", KEY),
        ("a.yml", f"- {{{KEY}: {PASSWORD}}}", KEY),
        ("a.toml", f'client_secret = "{PASSWORD}"', "secret"),
        ("a.ini", f"{KEY} = {SHORTER}", KEY),
        (".pypirc", f"{KEY} = {SHORTER}", KEY),
        ("a.cfg", f"passwd = {SHORTER}", "passwd"),
        ("a.properties", f"spring.datasource.{KEY}={SHORTER}", KEY),
        ("a.tfvars", f'db_{KEY} = "{PASSWORD}"', f"db_{KEY}"),
        ("a.json", f'"{KEY}": "correct horse battery"', KEY),
        ("a.json", f'"{KEY}": "correcthorsebattery"', KEY),
        ("a.yaml", f'{KEY}: "!{PASSWORD}"', KEY),
    ],
)
def test_a_secret_is_told_by_its_name(name: str, line: str, key: str) -> None:
    assert list(named_in(f"some/folder/{name}", f"# settings\n{line}\n")) == [(2, key)]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (".env", f"{KEY.upper()}=$OTHER_{KEY.upper()}"),
        (".env", f"{KEY.upper()}="),
        (".env", "SECRET_NAME=orders/payment-2"),
        ("a.yaml", f"{KEY}: ${{{{ secrets.DEPLOY_2 }}}}"),
        ("a.yaml", f"{KEY}: '{{{{resolve:secretsmanager:orders-2}}}}'"),
        ("a.yaml", "id: arn:aws:secretsmanager:eu-west-1:111111111111:secret:orders"),
        ("a.yaml", f"{KEY}: !Ref DatabaseSecret2"),
        ("a.yaml", f"{KEY}: {{type: string, minLength: 12}}"),
        ("a.yaml", "id-token: write"),
        ("a.yaml", "description: a token: it is given once, and for 1 hour"),
        ("a.yaml", f"{KEY}: <your-{KEY}-1>"),
        ("a.yaml", "secret: arn:aws:secretsmanager:eu-west-1:111111111111:secret:orders"),
        ("a.toml", f'{KEY}_url = "TokenUrl-2"'),
        ("a.toml", 'token = "https://sign-in.test/oauth2/token"'),
        ("a.json", f'"{KEY}": "************"'),
        ("a.json", f'"{KEY}": "{KEY.title()}Policy"'),
        ("a.json", f'"{KEY}": "an-example-of-1"'),
    ],
)
def test_what_is_only_about_a_secret_is_none(name: str, line: str) -> None:
    assert list(named_in(name, line)) == []


@pytest.mark.parametrize("name", ["a.py", "README.md", "env", "a.environment", "a.txt"])
def test_other_files_are_not_settings(name: str) -> None:
    assert list(named_in(name, f'{{"{KEY}": "{PASSWORD}"}}')) == []


@given(st.sampled_from([".env", "a.json", "a.yaml", "a.toml", "a.tfvars"]), st.text())
def test_no_text_stops_the_search(name: str, text: str) -> None:
    list(named_in(name, text))
