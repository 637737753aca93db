"""Secrets by their names, in settings, code and prose."""

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
        ("a.json", f'{{"a": "arn:aws:secretsmanager:eu-west-1:1:secret:orders", "{KEY}": "{PASSWORD}"}}', KEY),
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
        ("a.toml", 'rule = "R[arn:aws:secretsmanager:${stage.region}:${stage.account}:secret:orders-${stage}/2/*]"'),
        ("a.toml", "access_token_validity=Duration.minutes(60),"),
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


@pytest.mark.parametrize(
    ("name", "line", "key"),
    [
        ("a.py", f'{KEY.upper()} = "{PASSWORD}"', KEY),
        ("a.py", f'connect(host="db", {KEY}="{PASSWORD}")', KEY),
        ("a.py", f'settings = {{"{KEY}": "{PASSWORD}"}}', KEY),
        ("a.py", f"os.environ['DB_{KEY.upper()}'] = '{SHORTER}'", f"db_{KEY}"),
        ("a.py", f'os.environ.get("DB_{KEY.upper()}", "{SHORTER}")', f"db_{KEY}"),
        ("a.py", f'env={{"DB_{KEY.upper()}": codebuild.Variable(value="{SHORTER}")}}', f"db_{KEY}"),
        ("a.ts", f"const {KEY} = '{PASSWORD}';", KEY),
        ("a.sh", f"export {KEY.upper()}={SHORTER}", KEY),
        ("a.sh", f'{KEY.upper()}="{SHORTER}"', KEY),
        ("seed", f"{KEY.upper()}='{SHORTER}'", KEY),
        ("README.md", f"The {KEY}: `{PASSWORD}`", KEY),
        ("README.md", f"    {KEY.upper()}={SHORTER}", KEY),
        ("notes.txt", f"{KEY} = {PASSWORD}", KEY),
        ("a.ipynb", f'{{"source": ["{KEY} = \\"{PASSWORD}\\"\\n"]}}', KEY),
    ],
)
def test_in_code_and_prose_what_looks_made_is_told(name: str, line: str, key: str) -> None:
    assert (1, key) in set(named_in(f"some/folder/{name}", f"{line}\n"))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a.py", f'{KEY.upper()} = "Correct-horse-7"'),
        ("a.py", f'TOKEN = "{KEY}-reset"'),
        ("a.py", "token = secrets.token_urlsafe(32)"),
        ("a.py", f'{KEY} = os.environ["{KEY.upper()}_1x"]'),
        ("a.py", 'SECRET_NAME = "orders/pay2"'),
        ("a.py", f'["{KEY}", "Tr0ub4dor"]'),
        ("a.sh", f'{KEY.upper()}="$(openssl rand -hex 16)"'),
        ("README.md", f"A {KEY} has at least 12 letters, and a token is good for 1 hour."),
        ("README.md", f"Set `{KEY}=<your-{KEY}-1x>`"),
        ("README.md", f"{KEY}: example-of-1x!"),
        ("tests/test_a.py", f'{KEY.upper()} = "{PASSWORD}"'),
    ],
)
def test_what_code_and_prose_say_of_secrets_is_none(name: str, line: str) -> None:
    assert list(named_in(name, line)) == []


@pytest.mark.parametrize(
    "text",
    [
        f"env:\n  - name: DB_{KEY.upper()}\n    value: {SHORTER}\n",
        f"env:\n  - value: '{SHORTER}'\n    name: DB_{KEY.upper()}\n",
        f"env: [{{name: DB_{KEY.upper()}, value: '{SHORTER}'}}]\n",
        f'{{"Name": "DB_{KEY.upper()}", "Type": "PLAINTEXT", "Value": "{SHORTER}"}}',
        f'{{\n "Type": "PLAINTEXT",\n "Value": "{SHORTER}",\n "Name": "DB_{KEY.upper()}"\n}}',
        f'{{"ParameterKey": "x", "ParameterName": "/db/{KEY}", "ParameterValue": "{SHORTER}"}}',
    ],
)
def test_a_name_and_a_value_that_stand_beside_each_other_are_a_pair(text: str) -> None:
    assert [key.rpartition("/")[2] for _, key in named_in("a.yaml", text)] in ([f"db_{KEY}"], [KEY])


@pytest.mark.parametrize(
    "text",
    [
        f"- name: DB_{KEY.upper()}\n  value: $DB_{KEY.upper()}_2\n",
        f"- name: DB_{KEY.upper()}\n- name: REGION\n  value: eu-west-1a2\n",
        f"- name: DB_{KEY.upper()}\n  valueFrom: {{secretKeyRef: {{name: db1x2}}}}\n",
        f'{{"Name": "{KEY.upper()}_URL", "Value": "https://sign-in2.test/x1"}}',
        f'{{"Name": "DB_{KEY.upper()}", "Type": "SECRETS_MANAGER", "Value": "orders-db:password"}}',
        f'{{"Name": "DB_{KEY.upper()}", "Value": {{"Ref": "Db{KEY.title()}7F2A"}}}}',
        '{"Key": "orders:secret", "Value": "payment-1"}',
    ],
)
def test_a_pair_that_refers_to_a_secret_is_none(text: str) -> None:
    assert list(named_in("a.yaml", text)) == []


@pytest.mark.parametrize("name", ["a.html", "look.css", "picture.svg"])
def test_what_is_only_looked_at_holds_no_settings(name: str) -> None:
    assert list(named_in(name, f'{{"{KEY}": "{PASSWORD}"}}')) == []


@given(st.sampled_from([".env", "a.py", "a.md", "a.ipynb", "a.json", "a.yaml", "a.toml", "a.tfvars"]), st.text())
def test_no_text_stops_the_search(name: str, text: str) -> None:
    list(named_in(name, text))
