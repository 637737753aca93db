"""Tests of pipeline.cloud."""
