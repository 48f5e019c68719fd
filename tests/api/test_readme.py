from pathlib import Path

import pytest

from framescope_api.errors import MethodNotAllowed, UnknownPath
from framescope_api.problems import status_of
from framescope_api.routes import extract, feedback, score
from framescope_api.settings import ENV_PREFIX, Settings

ERRORS = dict.fromkeys((*score.ERRORS, *extract.ERRORS, *feedback.ERRORS, *feedback.DELETE_ERRORS))
README = (Path(__file__).parents[2] / "api" / "README.md").read_text()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_each_setting_is_told_with_its_default_and_meaning(name: str) -> None:
    field = Settings.model_fields[name]
    default = "" if field.default in (None, ()) else f"`{field.default}`"
    assert f"| `{ENV_PREFIX}{name.upper()}` | {default} | {field.description} |" in README


@pytest.mark.parametrize("error", [*ERRORS, UnknownPath, MethodNotAllowed])
def test_each_error_code_is_told_with_its_status(error: type[Exception]) -> None:
    (row,) = [line for line in README.splitlines() if line.startswith(f"| {status_of(error)} |")]
    assert f"`{error.code}`" in row  # type: ignore[attr-defined]
