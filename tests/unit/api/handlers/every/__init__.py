"""Tests of what every operation has to keep, whatever it does: they ask each one, and a new one is asked by itself."""
