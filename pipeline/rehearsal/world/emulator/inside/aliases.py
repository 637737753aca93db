"""Aliases of functions, as ministack keeps them: their weights, read and set."""

from typing import Any

from pipeline.rehearsal.world.emulator.inside.routing import weights
from pipeline.rehearsal.world.emulator.inside.seams import Seam
from pipeline.rehearsal.world.emulator.inside.traffic import AliasId

FUNCTIONS = Seam("ministack.services.lambda_svc", "_functions")
SEAMS = (FUNCTIONS,)


class AliasMissing(Exception):
    """There is no such alias (any more)."""


class Aliases:
    """Every alias of every account."""

    def __init__(self) -> None:
        self._functions = FUNCTIONS.get()

    def weights(self, alias: AliasId) -> dict[str, float]:
        """The share of each version, 0 to 1."""
        return weights(self._record(alias))

    def is_split(self, alias: AliasId) -> bool:
        """Whether it sends requests to two versions."""
        return len(self.weights(alias)) > 1

    def version(self, alias: AliasId) -> str | None:
        """The version that it names as its own, None when there is no such alias."""
        try:
            return str(self._record(alias)["FunctionVersion"])
        except AliasMissing:
            return None

    def shift(self, alias: AliasId, old: str, new: str, new_fraction: float) -> None:
        """Give the new version its share; all or nothing of it leaves one version behind the alias."""
        record = {name: value for name, value in self._record(alias).items() if name != "RoutingConfig"}
        record["FunctionVersion"] = new if new_fraction >= 1 else old
        if 0 < new_fraction < 1:
            record["RoutingConfig"] = {"AdditionalVersionWeights": {new: new_fraction}}
        self._function(alias)["aliases"][alias.alias] = record

    def live(self) -> list[dict[str, object]]:
        """Every alias and its weights, for those who ask what is live."""
        return [
            {"account": account, "region": region, "function": name, "alias": alias, "weights": weights(record)}
            for (account, region, name), function in self._functions.all_items()
            for alias, record in function["aliases"].items()
        ]

    def _function(self, alias: AliasId) -> Any:
        found = self._functions.get_scoped(alias.account, alias.region, alias.function)
        if found is None:
            raise AliasMissing(f"no function {alias.function} in {alias.account} {alias.region}")
        return found

    def _record(self, alias: AliasId) -> Any:
        found = self._function(alias)["aliases"].get(alias.alias)
        if found is None:
            raise AliasMissing(f"no alias {alias.alias} of {alias.function}")
        return found
