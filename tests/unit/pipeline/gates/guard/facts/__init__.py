"""Tests of the facts that several rules of the guard read."""
