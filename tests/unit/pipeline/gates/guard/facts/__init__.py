"""Tests of what rules read out of templates."""
