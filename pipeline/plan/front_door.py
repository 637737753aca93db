"""What a gateway and a load balancer in front cost, and from how many requests on which of them is cheaper.

Prices are those of eu-west-1 in November 2026, in US dollars, without the free tier, traffic to the internet and taxes
(aws.amazon.com/api-gateway/pricing, /elasticloadbalancing/pricing): check them before you decide by a small difference.
The record of the decision is `pipeline/decisions/0012-rest-api-in-front.md`.
"""

from dataclasses import dataclass

MILLION = 1_000_000
HOURS_A_MONTH = 730
SECONDS_A_MONTH = HOURS_A_MONTH * 3_600


@dataclass(frozen=True)
class Tier:
    """A price per million requests up to so many in a month; None for all further ones."""

    up_to: float | None
    dollars_per_million: float


REST_API = (Tier(333 * MILLION, 3.50), Tier(1_000 * MILLION, 3.19), Tier(20_000 * MILLION, 2.71), Tier(None, 1.72))
HTTP_API = (Tier(300 * MILLION, 1.11), Tier(None, 1.00))

LOAD_BALANCER_HOUR = 0.0252
CAPACITY_UNIT_HOUR = 0.008
CONNECTIONS_A_SECOND = 25
CONNECTIONS_AT_ONCE = 3_000
GIGABYTES_AN_HOUR_TO_FUNCTIONS = 0.4
"""What one capacity unit holds of each; the greatest need counts. Traffic to functions counts more than to servers."""


@dataclass(frozen=True)
class Traffic:
    """A month: how many requests, their size with the answer in kilobytes, and how many share a connection."""

    requests: float
    kilobytes: float = 4
    requests_per_connection: float = 10
    connection_seconds: float = 60


def gateway(tiers: tuple[Tier, ...], traffic: Traffic) -> float:
    """Dollars a month for a gateway whose price falls with the number of requests."""
    cost, counted = 0.0, 0.0
    for tier in tiers:
        here = min(traffic.requests, tier.up_to if tier.up_to is not None else traffic.requests) - counted
        if here <= 0:
            break
        cost += here / MILLION * tier.dollars_per_million
        counted += here
    return cost


def load_balancer(traffic: Traffic) -> float:
    """Dollars a month for an application load balancer, whose load is spread evenly over it."""
    return HOURS_A_MONTH * (LOAD_BALANCER_HOUR + CAPACITY_UNIT_HOUR * capacity_units(traffic))


def capacity_units(traffic: Traffic) -> float:
    """Load balancer capacity units: the greatest of what connections and traffic need."""
    new_connections = traffic.requests / traffic.requests_per_connection / SECONDS_A_MONTH
    at_once = new_connections * traffic.connection_seconds
    gigabytes_an_hour = traffic.requests * traffic.kilobytes / MILLION / HOURS_A_MONTH
    return max(
        new_connections / CONNECTIONS_A_SECOND,
        at_once / CONNECTIONS_AT_ONCE,
        gigabytes_an_hour / GIGABYTES_AN_HOUR_TO_FUNCTIONS,
    )


def break_even(tiers: tuple[Tier, ...], kilobytes: float = 4, most: float = 100_000 * MILLION) -> float | None:
    """Requests a month from which on a load balancer is cheaper than the gateway; None if it isn't up to `most`.

    Both costs grow with the requests, the load balancer's from a fixed price on and slower: there is one such number.
    """

    def is_cheaper(requests: float) -> bool:
        traffic = Traffic(requests, kilobytes)
        return load_balancer(traffic) < gateway(tiers, traffic)

    if not is_cheaper(most):
        return None
    low, high = 0.0, most
    while high - low > 1_000:
        middle = (low + high) / 2
        low, high = (low, middle) if is_cheaper(middle) else (middle, high)
    return high
