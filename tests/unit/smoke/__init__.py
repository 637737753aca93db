"""Tests of how prod is asked whether it is well."""
