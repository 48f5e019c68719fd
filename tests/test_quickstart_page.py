"""What ``docs/quickstart.md`` adds to the sections of the README that it includes; those are run by ``test_readme``."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "api"))

from live_server import live  # noqa: E402

PAGE = (ROOT / "docs" / "quickstart.md").read_text(encoding="utf-8")


@pytest.mark.skipif(not shutil.which("curl") and not os.environ.get("CI"), reason="no curl")
def test_the_call_for_readiness_prints_200() -> None:
    (script,) = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    with live() as address:
        called = script.replace("http://127.0.0.1:8765", address)
        assert called != script
        done = subprocess.run(["sh", "-c", called], capture_output=True, text=True, check=False, timeout=300)
    assert done.stdout == "200\n", done.stderr
