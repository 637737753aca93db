"""Well-known judges by their documented rules, for comparison: none worse than its document, none better.

One module each, over the same bins that ours sees. They decide at the end of whole minutes, since that is how often
their metrics come. What is assumed for one, and whom it favours, stands with it.
"""

from pipeline.judge.others.alarms import AggregateAlarm, SamAlarm, VersionAlarm
from pipeline.judge.others.argo_rollouts import ArgoRollouts
from pipeline.judge.others.flagger import Flagger
from pipeline.judge.others.kayenta import Kayenta
from pipeline.judge.others.rule import OtherJudge

OTHERS: tuple[OtherJudge, ...] = (
    AggregateAlarm(),
    VersionAlarm(),
    SamAlarm(),
    Flagger(),
    ArgoRollouts(),
    ArgoRollouts(minutes=1, count=5, failure_limit=0, name="Argo Rollouts, each minute"),
    Kayenta(),
)
