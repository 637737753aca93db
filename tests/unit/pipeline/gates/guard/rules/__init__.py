"""Tests of the guard's rules, one file each: a change that it refuses, and the good one beside it."""
