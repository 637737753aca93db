"""Tests of the CloudFormation runner."""
