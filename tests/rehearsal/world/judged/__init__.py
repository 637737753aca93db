"""Rollouts on the emulated stage that are judged by the real hooks and the real judge: one row each of what may happen.

`release` is a small service whose new version has a fault, behind CodeDeploy; `visitors` ask it; `test_judged` says how
each rollout must end.
"""
