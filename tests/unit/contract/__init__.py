"""Tests of what the contract tests are made with."""
