"""The gate `workflow`: does what runs a change on GitHub still prove what it seems to prove?"""
