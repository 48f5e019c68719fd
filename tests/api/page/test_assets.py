import re

import pytest
from jinja2 import UndefinedError

from framescope_api.page.assets import MEDIA_TYPES, assets, render
from framescope_model.features import FEATURE_IDS

SCRIPTS = sorted(name for name in assets() if name.endswith(".js"))


def text(name: str) -> str:
    return assets()[name].content.decode()


def test_every_file_has_the_media_type_of_its_name() -> None:
    assert {"page.js", "base.css", "page.css", "icon.svg"} <= set(assets())
    for name, asset in assets().items():
        assert asset.media_type == MEDIA_TYPES[name.rpartition(".")[2]]
        assert asset.content


@pytest.mark.parametrize("name", sorted(assets()))
def test_no_file_names_an_address_elsewhere(name: str) -> None:
    content = text(name).replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|[\"'(]//|@import|url\(", content)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_imports_only_files_that_are_there_and_never_writes_markup(name: str) -> None:
    imported = re.findall(r"from \"([^\"]+)\"", text(name))
    assert {item.removeprefix("./") for item in imported} <= set(SCRIPTS)
    assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|localStorage", text(name))


def test_every_feature_has_an_underline_that_no_other_of_its_family_has() -> None:
    sheet = text("highlights.css")
    drawn = {}
    for feature in FEATURE_IDS:
        rules = re.findall(rf"\.u-{feature}\b[^{{}}]*{{([^}}]*)}}", sheet)
        drawn[feature] = tuple(sorted(part.strip() for rule in rules for part in rule.split(";") if part.strip()))
    assert len(set(drawn.values())) == len(FEATURE_IDS)


def test_values_are_escaped_and_none_may_be_missing() -> None:
    values = {"model": None, "page": "features", "entries": []}
    assert "no such feature" in render("unknown_feature.html", **values)
    with pytest.raises(UndefinedError):
        render("unknown_feature.html", model=None, page="features")
