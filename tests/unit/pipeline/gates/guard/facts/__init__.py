"""Tests of what several rules read out of templates."""
