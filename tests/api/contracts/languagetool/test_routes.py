"""What a client asks before it checks anything."""

import httpx
import pytest
from conftest import Opened


async def test_english_and_its_variants_are_listed(client: httpx.AsyncClient) -> None:
    languages = (await client.get("/v2/languages")).json()
    assert languages[0] == {"name": "English", "code": "en", "longCode": "en"}
    assert {"en-US", "en-GB", "en-AU", "en-CA", "en-NZ", "en-ZA"} <= {each["longCode"] for each in languages}


async def test_the_longest_text_is_the_setting(opened: Opened) -> None:
    async with opened(max_document_length=1234) as client:
        response = await client.get("/v2/maxtextlength")
        assert (response.text, response.headers["content-type"]) == ("1234", "text/plain; charset=utf-8")


async def test_a_service_that_is_ready_is_healthy(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v2/healthcheck")).text == "OK"


@pytest.mark.parametrize("path", ["healthcheck", "info", "configinfo?language=en", "check?text=a&language=en"])
async def test_a_service_without_its_model_is_not_and_says_when_to_try_again(opened: Opened, path: str) -> None:
    def broken(text: str, declared: str | None) -> None:
        raise OSError("no detector")

    async with opened(check_language=broken, ready=False) as client:
        response = await client.get(f"/v2/{path}")
        assert (response.status_code, response.text[:7]) == (503, "Error: ")
        assert response.headers["retry-after"] == "1"


async def test_the_program_and_the_model_are_told(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v2/info")).json() == {
        "software": {
            "name": "framescope",
            "version": "0.1.0",
            "buildDate": "",
            "commit": "0123456789ab",
            "premium": False,
        }
    }


async def test_the_rules_are_listed_for_english(client: httpx.AsyncClient) -> None:
    configuration = (await client.get("/v2/configinfo", params={"language": "en-GB"})).json()
    assert list(configuration) == ["software", "parameter", "rules"]
    assert configuration["parameter"] == {"maxTextLength": 200_000}
    assert len(configuration["rules"]) == 19
    assert configuration["rules"][0] == {
        "ruleId": "UNATTRIBUTED_SUPERLATIVE",
        "description": "Unattributed superlative",
        "categoryId": "SOURCING",
        "categoryName": "Sourcing",
        "locQualityIssueType": "style",
        "isTextLevelRule": "yes",
        "minToCheckParagraph": "-1",
    }


async def test_there_are_no_rules_for_another_language(client: httpx.AsyncClient) -> None:
    for query in ("", "?language=de", "?language=%FF"):
        response = await client.get(f"/v2/configinfo{query}")
        assert (response.status_code, response.text[:7]) == (400, "Error: ")
