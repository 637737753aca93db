"""What the CloudFormation runner needs of the world, and the typed doors to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

from pipeline.rehearsal.errors import Broke
from pipeline.rehearsal.read.routes import Route
from pipeline.rehearsal.spec import Action, symbols
from pipeline.rehearsal.world.observation import Observation

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_s3 import S3Client


class World(Protocol):
    """The part of the local AWS that deployments use."""

    def client(self, service: str, account: str, region: str) -> Any:
        """A boto3 client of `service`, signed in to `account`."""
        ...

    def observations(self, after: int) -> Iterable[Observation]:
        """What happened since the observation with the sequence number `after`, in order."""
        ...

    def local_url(self, url: str) -> str:
        """The same text with the address of an API on AWS replaced by one that answers on this machine."""
        ...


@dataclass(frozen=True)
class TrafficCounts:
    """What the load generator sent and how much of it was answered badly."""

    sent: int
    failed: int


class Traffic(Protocol):
    """Requests from outside, made while a rollout shifts."""

    def start(self, stage: str, outputs: Mapping[str, str], watched: Sequence[Route] = ()) -> None:
        """Begin to send requests to the stage with these stack outputs, most of them to the routes `watched`."""
        ...

    def stop(self) -> TrafficCounts:
        """End, and say what was sent; called once for every start."""
        ...


class LambdaAliases(Protocol):
    """The one call of Lambda that is needed here."""

    def get_alias(self, *, FunctionName: str, Name: str) -> Mapping[str, Any]:  # noqa: N803  boto3's own names
        """The alias's version and routing weights."""
        ...


@dataclass(frozen=True)
class Place:
    """An account and a region, and the services in them."""

    world: World
    account: str
    region: str

    def cloudformation(self) -> "CloudFormationClient":
        """CloudFormation there."""
        return cast("CloudFormationClient", self.world.client("cloudformation", self.account, self.region))

    def s3(self) -> "S3Client":
        """S3 there."""
        return cast("S3Client", self.world.client("s3", self.account, self.region))

    def cloudwatch(self) -> "CloudWatchClient":
        """CloudWatch there."""
        return cast("CloudWatchClient", self.world.client("cloudwatch", self.account, self.region))

    def aliases(self) -> LambdaAliases:
        """Lambda there."""
        return cast(LambdaAliases, self.world.client("lambda", self.account, self.region))


def place_of(action: Action, configuration: Mapping[str, str], world: World, home: tuple[str, str]) -> Place:
    """Where an action deploys: the account of its role, its own region; `home` (the pipeline's) where it says neither.

    The action's role is the one that CodePipeline takes on in the stack's account, RoleArn the one that CloudFormation
    takes on there.
    """
    accounts = {found for found in map(_account, (action.role, configuration.get("RoleArn"))) if found}
    if len(accounts) > 1:
        raise Broke(f"{action.name}: its roles are of two accounts, {' and '.join(sorted(accounts))}")
    return Place(world, accounts.pop() if accounts else home[0], action.region or home[1])


def _account(arn: str | None) -> str | None:
    """The account in `arn:aws:iam::222222222222:role/name`; None where it is known only once deployed."""
    parts: Sequence[str] = arn.split(":") if arn and not symbols(arn) else ()
    return parts[4] if len(parts) > 5 else None
