"""The judge of a rollout: is the new version worse than the one beside it, and do we know enough to say so?

CodeDeploy alone moves traffic. The judge moves nothing: it publishes a number that an ordinary alarm reads, and the
evidence for it. Read `sequential` first (the test), then `judging` (what it makes of a whole rollout), then `evidence`
(what is kept, so that anybody may judge again). `others` are the rules of well-known judges, asked for comparison.

Pure, and the standard library only: the same modules run in the delivered function, in the simulation that measures
them, and where kept evidence is judged again. Time is an argument everywhere.
"""
