import pytest

from framescope_api.contracts.languagetool.languages import (
    canonical,
    is_english,
    is_language,
    listed_languages,
    variant_of,
)


@pytest.mark.parametrize("code", ["en", "de-DE", "ca-ES-valencia", "de-DE-x-simple-language", "zh_CN"])
def test_the_codes_of_the_contract_are_languages(code: str) -> None:
    assert is_language(code)


@pytest.mark.parametrize("code", ["", "e", "English", "en us", "en-", "en\n"])
def test_what_has_another_form_is_no_language(code: str) -> None:
    assert not is_language(code)


@pytest.mark.parametrize(
    ("code", "english"), [("en", True), ("EN-gb", True), ("en_ZA", True), ("eng", True), ("de", False), ("enm", False)]
)
def test_english_is_known_by_its_first_part(code: str, english: bool) -> None:
    assert is_english(code) is english


@pytest.mark.parametrize(("code", "known"), [("en-gb", "en-GB"), ("en_US", "en-US"), ("en-XX", "en"), ("eng", "en")])
def test_a_variant_is_told_as_clients_list_it(code: str, known: str) -> None:
    assert canonical(code) == known


def test_a_detected_text_gets_the_variant_that_the_client_prefers() -> None:
    assert variant_of("auto", ["de-AT", "en-GB"]) == "en-GB"
    assert variant_of("auto", ["de-AT"]) == "en-US"
    assert variant_of("en-CA", ["en-GB"]) == "en-CA"


def test_the_list_is_sorted_by_name_and_every_variant_has_the_short_code() -> None:
    listed = listed_languages()
    assert [each.name for each in listed] == sorted(each.name for each in listed)
    assert {each.code for each in listed} == {"en"}
    assert {"en", "en-US", "en-GB"} <= {each.long_code for each in listed}
