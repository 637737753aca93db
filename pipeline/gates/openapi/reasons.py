"""Whom a change of some kind breaks, and what to do instead. A table, first match first."""

import re

ANNOUNCE = "keep it, mark it `deprecated: true` with an `x-sunset` day, release that, and remove it after that day"
_LATER_DAY = "give a day that is still to come, and never an earlier one"

_REASONS = tuple(
    (re.compile(kind), whom, advice)
    for kind, whom, advice in (
        (r"promise-removed", "its readers have nothing to rely on", ANNOUNCE),
        (r".*-sunset-(earlier|past)", "who plans by the day is too late", _LATER_DAY),
        (r"operation-removed", "clients that call it get 404", ANNOUNCE),
        (r"server-.*", "clients find nothing at the address they know", "keep the old address beside the new one"),
        (
            r"parameter-moved",
            "clients send it where nobody looks",
            "read it at both places until the old one is deprecated and its day has passed",
        ),
        (
            r"(parameter|request-body|request-field)-removed",
            "what clients still send is refused or not heard",
            ANNOUNCE,
        ),
        (
            r"request-media-type-removed",
            "clients that send it are refused (415)",
            "take the old media type beside the new one",
        ),
        (r"parameter-.*style", "what clients send is read as something else", "keep how it is written"),
        (
            r"(required-parameter-added|parameter-required|request-body-(added|required)|request-required-.*)",
            "clients that do not send it are refused",
            "let it be left out, and say what is taken then",
        ),
        (
            r"request-default-.*",
            "clients that leave it out get something else than before",
            "keep the default; clients that want another value can send it",
        ),
        (r"request-.*", "what clients were told they may send is refused", "take what was taken before, too"),
        (
            r"response-status-removed",
            "clients that wait for this status do not understand the answer",
            "answer with the status of before; another one needs an operation of its own",
        ),
        (
            r"response-media-type-removed",
            "clients can not read the answer",
            "answer in the old media type to who does not ask for the new one",
        ),
        (r"response-(field|header)-removed", "who reads it finds nothing", ANNOUNCE),
        (
            r"response-(required-wider|header-optional)",
            "who relies on it finds nothing",
            "always send it, as was promised",
        ),
        (
            r"response-.*",
            "who reads it was never told of such a value",
            "keep it as it is, and say the new thing in a new field",
        ),
        (
            r"security-.*",
            "clients that could call it are refused (401 or 403)",
            "let clients in as before, beside the new way, until the old one is announced to end",
        ),
    )
)
_OTHERWISE = ("nobody can say whom it breaks", "add beside it instead of changing it")


def reason(kind: str) -> tuple[str, str]:
    """Whom a breaking change of `kind` breaks, and what to do instead."""
    return next(((whom, advice) for shape, whom, advice in _REASONS if shape.fullmatch(kind)), _OTHERWISE)
