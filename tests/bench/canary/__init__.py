"""`scripts/bench canary`: our judge and well-known others over rollouts that are made up, each the same for all.

`situation` says what may happen to a rollout, `plan` how traffic moves, `cells` which of both are put together;
`draw` makes up a run of a cell, `ours` and the others' rules judge it, `measure` counts what came of that, `limits`
holds it against what we promise and `losses` finds where others do better. `table` and `plot` show it, `run` runs it.
"""
