"""The functions around a rollout, as they are zipped: standard library, boto3, and beside them `pipeline.judge`.

`before_allow_traffic` and `after_allow_traffic` are what CodeDeploy asks, `judge` is what looks in between, and
`visitor` what asks where nobody else does. Read it as `under_way` (where the deployment stands), `observing` (what was
counted), `verdict` (what is made of that). All are given their AWS clients.
"""
