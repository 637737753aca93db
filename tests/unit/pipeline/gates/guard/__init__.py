"""Tests of the guard: its readers, its frame and each of its rules."""
