"""CloudWatch alarms, evaluated: pure, standard library only.

    from pipeline.rehearsal.world.alarms import (
        Alarm, AlarmProblem, AlarmState, Comparison, CompositeAlarm, Datapoint, Evaluation, MetricKey, MetricQuery,
        MetricStat, MetricStore, MissingData, alarm_from_properties, children, composite_from_properties, evaluate,
        evaluate_composite, next_evaluation,
    )

A driver keeps one `MetricStore`, puts what the world publishes, and at each `next_evaluation(alarms, now)` calls
`evaluate(alarm, store, previous_state, at=now)`; an `Evaluation` with `changed` is a transition.
"""

from pipeline.rehearsal.world.alarms.composite import children, evaluate_composite
from pipeline.rehearsal.world.alarms.evaluate import evaluate, evaluation_interval_s, next_evaluation
from pipeline.rehearsal.world.alarms.metric import MetricKey, MetricQuery, MetricStat
from pipeline.rehearsal.world.alarms.model import (
    INITIAL_REASON,
    INITIAL_STATE,
    Alarm,
    AlarmState,
    Comparison,
    CompositeAlarm,
    Datapoint,
    Evaluation,
    MissingData,
)
from pipeline.rehearsal.world.alarms.problem import AlarmProblem
from pipeline.rehearsal.world.alarms.properties import (
    alarm_from_properties,
    alarm_from_record,
    composite_from_properties,
    is_unlearnt,
)
from pipeline.rehearsal.world.alarms.series import MetricStore

__all__ = [
    "INITIAL_REASON",
    "INITIAL_STATE",
    "Alarm",
    "AlarmProblem",
    "AlarmState",
    "Comparison",
    "CompositeAlarm",
    "Datapoint",
    "Evaluation",
    "MetricKey",
    "MetricQuery",
    "MetricStat",
    "MetricStore",
    "MissingData",
    "alarm_from_properties",
    "alarm_from_record",
    "children",
    "composite_from_properties",
    "evaluate",
    "evaluate_composite",
    "evaluation_interval_s",
    "is_unlearnt",
    "next_evaluation",
]
