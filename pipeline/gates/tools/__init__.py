"""Readers of the tools that gates run: one module per tool, each with a runner and a pure parser of its output."""
