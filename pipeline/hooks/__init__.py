"""Exactly what is zipped into the CodeDeploy hook functions: standard library and boto3 only.

`before_allow_traffic` and `after_allow_traffic` are the handlers; what they look at and how they decide is beside
them, as functions that are given their AWS clients.
"""
