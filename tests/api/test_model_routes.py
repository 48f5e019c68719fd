from dataclasses import replace

import httpx
from conftest import Opened
from keyword_engine import INFO, KeywordEngine

from framescope_model.features import FEATURES

MODEL = {"name": "keyword", "version": "1.2.3", "revision": "0123456789ab"}


async def test_each_feature_is_told_with_definition_threshold_and_quality(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/v1/features")).json()
    assert answer["model"] == MODEL
    assert [feature["id"] for feature in answer["features"]] == [feature.id for feature in FEATURES]
    assert answer["features"][0] == {
        "id": "unattributed_superlative",
        "group": "sourcing",
        "definition": FEATURES[0].definition,
        "threshold": 0.5,
        "quality": INFO.quality["unattributed_superlative"],
        "reliability": "measured",
    }


async def test_a_feature_of_low_or_unknown_quality_is_experimental(client: httpx.AsyncClient) -> None:
    features = {f["id"]: f for f in (await client.get("/v1/features")).json()["features"]}
    assert features["state_official_narrative"]["reliability"] == "experimental"
    assert (features["loaded_language"]["quality"], features["loaded_language"]["reliability"]) == (
        None,
        "experimental",
    )
    assert (features["doubt"]["quality"], features["doubt"]["reliability"]) == (None, "experimental")


async def test_the_model_card_is_told_as_data(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/v1/model")).json()
    assert answer == {"model": MODEL, "thresholds": dict(INFO.thresholds), "card": dict(INFO.card)}


async def test_a_number_that_json_lacks_is_told_as_null(opened: Opened) -> None:
    engine = KeywordEngine(info=replace(INFO, card={"loss": float("nan")}))
    async with opened(engine) as client:
        assert (await client.get("/v1/model")).json()["card"] == {"loss": None}
