"""Owner and emulator know each other."""

from pipeline.rehearsal.world.emulator.handshake import new_secret, proof, same, token
from pipeline.rehearsal.world.emulator.settings import Settings


def test_the_proof_belongs_to_one_secret_and_one_challenge() -> None:
    mine, other = new_secret(), new_secret()
    assert same(proof(mine, "abc"), proof(mine, "abc"))
    assert not same(proof(mine, "abc"), proof(other, "abc"))
    assert not same(proof(mine, "abc"), proof(mine, "abd"))


def test_no_challenge_gets_the_token_out() -> None:
    secret = new_secret()
    assert token(secret) not in {proof(secret, challenge) for challenge in ("", "token", "challenge:token")}


def test_settings_arrive_as_they_were_sent() -> None:
    settings = Settings("secret", "/folder", "/python", "/uv", "/cache", 5, speed=5.0, requirements="/lock")
    assert Settings.from_line(settings.to_line()) == settings
    assert settings.to_line().count(b"\n") == 1
