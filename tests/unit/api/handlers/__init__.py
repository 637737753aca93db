"""Tests of the handlers: events in, answers out."""
