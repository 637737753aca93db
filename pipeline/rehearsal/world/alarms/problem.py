"""The one exception of this package: an alarm that CloudWatch would refuse, or that we can't evaluate."""


class AlarmProblem(ValueError):
    """Says which alarm or expression is wrong, where, and what to do; the change is at fault, not the rehearsal."""
