"""Tests of the gate `workflow`."""
