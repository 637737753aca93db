"""The CDK decides when it starts whether it validates: these tests never ask it to."""

import os

os.environ.setdefault("CDK_VALIDATION", "false")
