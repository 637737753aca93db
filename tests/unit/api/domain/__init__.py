"""Tests of the domain: no AWS, no clock."""
