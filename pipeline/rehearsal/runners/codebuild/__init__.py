"""CodeBuild, on this machine: the project's real buildspec in a clean folder with a real shell."""

from pipeline.rehearsal.runners.codebuild.runner import CodeBuildRunner
from pipeline.rehearsal.runners.codebuild.surroundings import Surroundings

__all__ = ["CodeBuildRunner", "Surroundings"]
