"""Tests: what operators do by hand."""
