"""Tests of how a stage is fuzzed."""
