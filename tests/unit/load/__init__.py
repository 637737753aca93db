"""Tests of the scenarios of load."""
