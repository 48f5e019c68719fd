"""What ``docs/queue.md`` tells, held against the code; what it says to type is run by the worker's own tests."""

import json
import re
from pathlib import Path

import pytest

from framescope_api.queueing import handler, metrics
from framescope_api.queueing.items import Item
from framescope_api.queueing.routing import RoutingRule, parse_routing
from framescope_api.queueing.settings import WorkSettings
from framescope_api.schemas import DocumentScores
from framescope_api.settings import ENV_PREFIX, Settings

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "queue.md").read_text(encoding="utf-8")


def rows(head: str) -> list[str]:
    table = PAGE.partition(f"| {head} |")[2].partition("\n\n")[0]
    return [name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)", row)]


def test_each_member_of_an_item_is_told_and_no_other() -> None:
    assert set(rows("member")) == set(Item.model_fields) - {"documents"}


def test_each_member_of_a_rule_is_told() -> None:
    assert rows("member of a rule") == list(RoutingRule.model_fields)


def test_each_metric_is_told() -> None:
    source = Path(str(metrics.__file__)).read_text(encoding="utf-8")
    told = {name.removesuffix("_total") for name in re.findall(r"^\| `(framescope_work_\w+)", PAGE, re.MULTILINE)}
    assert told == set(re.findall(r'"(framescope_work_\w+)"', source))


def test_the_policy_can_be_used_as_written() -> None:
    (policy,) = re.findall(r"FRAMESCOPE_WORK_POLICY='(.*?)'", PAGE)
    assert len(parse_routing(policy)) == 1


def test_the_result_is_json_with_a_document_of_the_native_contract() -> None:
    (block,) = re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert DocumentScores.model_validate(json.loads(block)["document"]).id == "a1"


def test_the_codes_that_only_a_queue_has_are_told() -> None:
    source = Path(str(handler.__file__)).read_text(encoding="utf-8")
    assert all(f"`{code}`" in PAGE for code in re.findall(r'Reason\("(\w+)"', source))


def test_each_setting_that_is_named_is_one() -> None:
    known = {name.upper() for name in Settings.model_fields} | {
        f"WORK_{name.upper()}" for name in WorkSettings.model_fields
    }
    assert {name for name in re.findall(rf"\b{ENV_PREFIX}(\w+)", PAGE) if name} <= known


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\((?!https?://)([^)]+)", PAGE))))
def test_every_link_leads_somewhere(target: str) -> None:
    path, _, anchor = target.partition("#")
    page = (DOCS / path).resolve() if path else DOCS / "queue.md"
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert not anchor or anchor in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
