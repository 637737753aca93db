"""Programs that stand in for others on a build's PATH, where doing the real thing would only fetch what is here."""

from pipeline.rehearsal.shims.folder import NodeTools, write_shims

__all__ = ["NodeTools", "write_shims"]
