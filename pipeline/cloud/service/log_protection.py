"""A second net under the logs: CloudWatch masks what looks like personal data, should a line ever hold some.

The first is that nothing of it is written (api.handlers.logs lists what is). Masked text is shown only to who may
`logs:Unmask`, which nobody here may. What is found is counted in `LogEventsWithFindings` (namespace AWS/Logs). Names,
and numbers without a country's shape, can't be found like this. Each log group takes one policy (CloudWatch Logs user
guide, "Help protect sensitive log data with masking").
"""

from typing import Final

from aws_cdk import aws_logs as logs

MASKED: Final = (
    logs.DataIdentifier.EMAILADDRESS,
    logs.DataIdentifier.ADDRESS,
    logs.DataIdentifier.PHONENUMBER_DE,
    logs.DataIdentifier.PHONENUMBER_FR,
    logs.DataIdentifier.PHONENUMBER_GB,
    logs.DataIdentifier.PHONENUMBER_US,
    logs.DataIdentifier.AWSSECRETKEY,
)
"""Of the shop's countries, those whose phone numbers CloudWatch knows."""


LOG_PROTECTION: Final = logs.DataProtectionPolicy(name="personal-data", identifiers=list(MASKED))
"""The policy of every log group."""
