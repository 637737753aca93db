"""The one exception of this package."""


class CodeDeployProblem(ValueError):
    """A deployment that CodeDeploy would refuse, or a call that makes no sense: says what and what to do."""
