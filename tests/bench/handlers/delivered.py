"""The zip that is delivered, laid out for this machine: the same files, but for machine code of its own processor."""

import os
import zipfile
from pathlib import Path

from pipeline.cloud import bundle
from pipeline.cloud.settings import ROOT, bundle_home
from pipeline.rehearsal.world.lambda_runtime.host_code import HostBuilder


def lay_out(python: Path, folder: Path) -> Path:
    """The folder with the code, below `folder` or in the cache; `python` is what will run it."""
    home = bundle_home(os.environ)
    service = bundle.build(ROOT, home).service
    extracted = folder / "delivered"
    with zipfile.ZipFile(service) as archive:
        archive.extractall(extracted)
    builder = HostBuilder(home / "host-code", Path(os.environ["UV"]), python)
    return builder.host_code(extracted, code_sha256=service.stem, architecture="arm64").code
