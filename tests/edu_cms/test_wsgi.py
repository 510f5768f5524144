"""What a web server's process has loaded before its first request."""

import subprocess
import sys

from django.conf import settings

from tests.faults.database import environment

TOLD = """
import gc, sys
from edu_cms.wsgi import application
print(gc.get_freeze_count(), "campaigns.reports.urls" in sys.modules)
"""


def test_all_is_loaded_and_no_collection_walks_it_again(tmp_path):
    """Without a database too: the site then starts, and says so at /health."""
    told = subprocess.run(
        [sys.executable, "-c", TOLD],
        cwd=settings.BASE_DIR,
        env=environment(f"sqlite:///{tmp_path}/no/such/folder/db", tmp_path / "var"),
        capture_output=True,
        text=True,
        check=True,
    )
    frozen, loaded = told.stdout.split()
    assert int(frozen) > 100_000
    assert loaded == "True"
