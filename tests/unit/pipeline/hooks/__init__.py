"""Tests of pipeline.hooks."""
