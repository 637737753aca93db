"""Whole rehearsals: of changes that are well, and of some that fail where the stage is prod and nowhere else."""
