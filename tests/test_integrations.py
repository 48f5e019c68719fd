"""What ``docs/integrations.md`` tells to type, run where it can be and looked up where it cannot."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from framescope_api.app import create_app
from framescope_api.contracts.coral.policy import Rule, parse_policy
from framescope_api.settings import ENV_PREFIX, Settings

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "api"))

from live_server import live  # noqa: E402

PAGE = (ROOT / "docs" / "integrations.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8765"
SECRET = "0123456789abcdef" * 4


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with live(coral_secrets=SECRET, coral_deadline_ms=60_000) as address:
        yield address


@pytest.mark.parametrize(("module", "lines"), [("openai", 3), ("huggingface_hub", 3), ("googleapiclient", 2)])
def test_a_script_runs_as_written(address: str, module: str, lines: int) -> None:
    (code,) = [block for block in blocks("python") if f"from {module} import" in block]
    command = [sys.executable, "-c", code.replace(ADDRESS, address)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == lines


@pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("openssl")) and not os.environ.get("CI"), reason="no curl or openssl"
)
def test_the_call_of_coral_by_hand_is_answered(address: str) -> None:
    (script,) = [block for block in blocks("sh") if "curl" in block]
    done = subprocess.run(
        ["sh", "-c", script.replace(ADDRESS, address)],
        env={**os.environ, "FRAMESCOPE_CORAL_SECRETS": SECRET},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.stdout.startswith("HTTP/1.1 204"), done.stdout + done.stderr
    assert "framescope-outcome: below_thresholds" in done.stdout.lower()


def test_the_policy_can_be_used_as_written() -> None:
    (policy,) = re.findall(r"FRAMESCOPE_CORAL_POLICY='(.*?)'", PAGE, re.DOTALL)
    assert len(parse_policy(policy)) == 2


def test_each_member_of_a_rule_is_told() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", PAGE.partition("| member of a rule |")[2], re.MULTILINE)
    assert rows == list(Rule.model_fields)


def test_each_setting_that_is_named_is_one() -> None:
    named = set(re.findall(rf"\b{ENV_PREFIX}(\w+)", PAGE))
    assert named
    assert named <= {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("block", blocks("json"))
def test_what_to_paste_is_json(block: str) -> None:
    json.loads(block)


@pytest.mark.parametrize("path", ["/coral/moderate", "/predict", "/v1/moderations", "/v2/check", "/$discovery/rest"])
def test_each_address_that_is_named_is_served(path: str) -> None:
    assert path in create_app(Settings()).openapi()["paths"]


def test_every_link_leads_somewhere() -> None:
    titles = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
    for target in re.findall(r"\]\((?!https?://)([^)]+)", PAGE):
        path, _, anchor = target.partition("#")
        assert (ROOT / "docs" / path).exists() if path else anchor in anchors, target
