"""Tests: smoke."""
