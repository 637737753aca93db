"""Tests of other judges."""
