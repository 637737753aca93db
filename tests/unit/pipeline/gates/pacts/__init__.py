"""Tests: pacts, who relies on them, and what was verified."""
