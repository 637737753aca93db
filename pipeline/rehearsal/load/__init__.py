"""Traffic while a rollout shifts: made from an OpenAPI document and a seed, sent at a steady rate to this machine."""

from pipeline.rehearsal.load.counts import OperationCounts, TrafficCounts
from pipeline.rehearsal.load.plan import RequestTemplate, Seed, TrafficPlan, plan_requests, read_seed
from pipeline.rehearsal.load.traffic import GeneratedTraffic, Traffic

__all__ = [
    "GeneratedTraffic",
    "OperationCounts",
    "RequestTemplate",
    "Seed",
    "Traffic",
    "TrafficCounts",
    "TrafficPlan",
    "plan_requests",
    "read_seed",
]
