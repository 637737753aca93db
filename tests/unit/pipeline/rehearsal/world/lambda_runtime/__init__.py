"""Tests: lambda_runtime."""
