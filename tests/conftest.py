"""What every test shares: property tests judge results, never how long a busy machine took."""

from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

# What failed is tried first the next time, in this folder alone. What Hypothesis has parsed may lie elsewhere.
FAILED = DirectoryBasedExampleDatabase(Path(__file__).parents[1] / ".hypothesis/examples")

settings.register_profile("slipway", deadline=None, suppress_health_check=[HealthCheck.too_slow], database=FAILED)
settings.load_profile("slipway")
