"""Signatures of tokens."""

from collections.abc import Mapping

from pipeline.rehearsal.world.emulator.inside.signatures import remembering

KEY = {"n": "modulus", "e": "AQAB", "kid": "one"}


def test_a_signature_is_verified_once_and_again_under_another_key() -> None:
    asked: list[tuple[str, str, str]] = []

    def verify(token: str, jwk: Mapping[str, str]) -> bool:
        asked.append((token, jwk["n"], jwk["e"]))
        return (token, jwk["n"]) == ("good", "modulus")

    verified = remembering(verify)
    assert [verified("good", KEY), verified("good", {**KEY, "kid": "two"})] == [True, True]
    assert [verified("forged", KEY), verified("forged", KEY), verified("good", {**KEY, "n": "other"})] == [False] * 3
    assert asked == [("good", "modulus", "AQAB"), ("forged", "modulus", "AQAB"), ("good", "other", "AQAB")]
