"""The emulator's own pages under `/_slipway/`: the proof that this is the right server, and what happens in it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from urllib.parse import parse_qs

from pipeline.rehearsal.world.emulator.handshake import TOKEN_HEADER, proof, same, token
from pipeline.rehearsal.world.emulator.inside.asgi import Answer
from pipeline.rehearsal.world.emulator.inside.journal import Journal

PREFIX = "/_slipway/"
MOST_OBSERVATIONS = 2000

type Status = Callable[[], Mapping[str, object]]


class Control:
    """Answers for the owner alone, but for `hello`, which says nothing to those who don't know the secret."""

    def __init__(self, secret: str, journal: Journal, status: Status) -> None:
        self._secret = secret
        self._token = token(secret)
        self._journal = journal
        self._status = status

    def answer(self, method: str, path: str, query: str, headers: Mapping[str, str]) -> Answer:
        """The response to a request whose path begins with the prefix."""
        asked = parse_qs(query)
        if method != "GET":
            return _json(405, {"message": "only GET"})
        if path == PREFIX + "hello":
            return _json(200, {"proof": proof(self._secret, asked.get("challenge", [""])[0])})
        if not same(headers.get(TOKEN_HEADER, ""), self._token):
            return _json(403, {"message": "this page is for the program that started the emulator"})
        match path.removeprefix(PREFIX):
            case "observations":
                return self._observations(asked)
            case "status":
                return _json(200, {"last": self._journal.last, **self._status()})
        return _json(404, {"message": f"no page {path}"})

    def _observations(self, asked: Mapping[str, list[str]]) -> Answer:
        after = asked.get("after", ["0"])[0]
        if not after.isdecimal():
            return _json(400, {"message": f"after={after}: a sequence number is needed, 0 for all"})
        return _json(200, [asdict(entry) for entry in self._journal.after(int(after), MOST_OBSERVATIONS)])


def _json(status: int, document: object) -> Answer:
    return status, {"content-type": "application/json"}, json.dumps(document).encode()
