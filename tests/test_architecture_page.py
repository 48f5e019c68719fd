"""What ``docs/architecture.md`` names, looked up in the code."""

import json
import re
from pathlib import Path

import pytest

import framescope_model
from framescope_api.settings import ENV_PREFIX, Settings

PAGE = (Path(__file__).parents[1] / "docs" / "architecture.md").read_text(encoding="utf-8")
MODEL = Path(str(framescope_model.__file__)).parent


@pytest.mark.parametrize("module", sorted(set(re.findall(r"\b\w+\.py\b", PAGE))))
def test_each_module_that_is_named_is_there(module: str) -> None:
    assert (MODEL / module).is_file()


def test_each_setting_that_is_named_is_one() -> None:
    named = set(re.findall(rf"\b{ENV_PREFIX}(\w+)", PAGE))
    assert named
    assert named <= {name.upper() for name in Settings.model_fields}


@pytest.mark.weights
def test_the_windows_are_those_of_the_shipped_model() -> None:
    windows = json.loads((MODEL / "default_artifact" / "manifest.json").read_text(encoding="utf-8"))["windows"]
    assert f"{windows['size']} tokens, overlapping by {2 * windows['margin']}" in PAGE
