"""Tests of the simulation of canary judges."""
