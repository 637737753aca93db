"""Tests of the Orders API."""
