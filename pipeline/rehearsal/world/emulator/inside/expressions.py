"""Expressions of DynamoDB are looked at once: ministack takes them apart and checks their grammar for every item.

A query does so for each item of its partition, and a service says the same few dozen expressions all day long. What an
expression comes to with an item is ministack's to say, and so is what is wrong with one.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from pipeline.rehearsal.world.emulator.inside.seams import Seam

MODULE = "ministack.services.dynamodb"
EVALUATE = Seam(MODULE, "_evaluate_condition", ("expr", "item", "attr_values", "attr_names", "slot"))
TOKENS = Seam(MODULE, "_tokenize", ("expr",))
EVALUATOR = Seam(MODULE, "_ExprEval", ("tokens", "item", "attr_values", "attr_names"))
SYNTAX_ERROR = Seam(MODULE, "_condition_syntax_error", ("expr", "slot"))
SEAMS = (EVALUATE, TOKENS, EVALUATOR, SYNTAX_ERROR)

MOST_KNOWN = 2_000


def install() -> None:
    """Wrap the seams."""
    TOKENS.wrap(_remembering_tokens)
    SYNTAX_ERROR.wrap(lru_cache(MOST_KNOWN))
    EVALUATE.wrap(remembering)


def _remembering_tokens(original: Callable[[str], list[tuple[str, str]]]) -> Callable[[str], list[tuple[str, str]]]:
    """The same tokens in a list of the caller's own."""
    known = lru_cache(MOST_KNOWN)(original)
    return lambda expr: list(known(expr))


def remembering(original: Callable[..., bool]) -> Callable[..., bool]:
    """The original for an expression that is new, or that can't be evaluated; only its evaluation for others."""
    tokens_of, evaluator = TOKENS.get(), EVALUATOR.get()
    known: dict[tuple[str, str], list[tuple[str, str]]] = {}

    def evaluate(
        expr: str,
        item: Mapping[str, Any],
        attr_values: Mapping[str, Any],
        attr_names: Mapping[str, str],
        slot: str = "ConditionExpression",
    ) -> bool:
        tokens = known.get((expr, slot))
        if tokens is None:
            held = original(expr, item, attr_values, attr_names, slot)
            if expr and expr.strip() and "BETWEEN" not in expr.upper():  # whose bounds are checked with the values
                if len(known) >= MOST_KNOWN:
                    known.clear()
                known[expr, slot] = tokens_of(expr)
            return held
        try:
            return bool(evaluator(tokens, item, attr_values, attr_names).evaluate())
        except Exception:
            return original(expr, item, attr_values, attr_names, slot)

    return evaluate
