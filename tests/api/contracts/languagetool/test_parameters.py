from urllib.parse import urlencode

import pytest

from framescope_api.contracts.languagetool.parameters import check_form_type, read_parameters, read_request
from framescope_api.errors import InvalidRequest, UnsupportedMediaType


def test_a_form_is_decoded() -> None:
    assert read_parameters(b"", b"text=a+b%20%F0%9F%98%80%0D%0A&language=en;x&empty=") == {
        "text": "a b 😀\r\n",
        "language": "en;x",
        "empty": "",
    }


def test_characters_that_a_client_did_not_encode_are_read_as_they_are() -> None:
    assert read_parameters(b"", "text=100% naïve 😀".encode()) == {"text": "100% naïve 😀"}


def test_the_query_string_goes_before_the_form() -> None:
    assert read_parameters(b"level=picky", b"level=default&text=a") == {"level": "picky", "text": "a"}


@pytest.mark.parametrize("body", [b"text=%FF", b"text=\xff", b"%C3=a", b"text=%ED%A0%80"])
def test_what_is_not_utf_8_is_refused(body: bytes) -> None:
    for query, form in ((b"", body), (body, b"")):
        with pytest.raises(InvalidRequest, match="not UTF-8"):
            read_parameters(query, form)


def test_a_parameter_given_twice_is_refused_by_name() -> None:
    with pytest.raises(InvalidRequest, match="'text' twice"):
        read_parameters(b"", b"text=a&language=en&text=b")


def test_too_many_parameters_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="more than 100"):
        read_parameters(b"", urlencode({f"p{n}": n for n in range(101)}).encode())


@pytest.mark.parametrize(
    "header",
    [
        None,
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=UTF-8",
        "Application/X-WWW-Form-URLencoded",
        "text/plain;charset=UTF-8",
    ],
)
def test_a_form_is_taken_as_browsers_and_scripts_declare_it(header: str | None) -> None:
    check_form_type(header)


@pytest.mark.parametrize("header", ["application/json", "multipart/form-data; boundary=x", "form", "", "/", ";"])
def test_a_body_that_is_declared_to_be_something_else_is_refused(header: str) -> None:
    with pytest.raises(UnsupportedMediaType, match="application/x-www-form-urlencoded"):
        check_form_type(header)


def test_a_request_holds_what_was_asked() -> None:
    request = read_request(
        {
            "text": "a",
            "language": "auto",
            "level": "PICKY",
            "preferredVariants": "de-AT, en-GB",
            "motherTongue": "de",
            "enabledRules": "A, B,,",
            "disabledCategories": "C",
        }
    )
    assert (request.text.read, request.language, request.picky) == ("a", "auto", True)
    assert request.preferred_variants == ("de-AT", "en-GB")
    assert (request.choice.enabled_rules, request.choice.disabled_categories) == ({"A", "B"}, {"C"})
    assert not request.is_foreign
    assert not request.is_partial


@pytest.mark.parametrize(("language", "foreign"), [("auto", False), ("en-GB", False), ("EN_us", False), ("de", True)])
def test_a_text_is_foreign_when_it_is_declared_to_be(language: str, foreign: bool) -> None:
    assert read_request({"text": "a", "language": language}).is_foreign is foreign


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        ({"language": "en"}, "'text' or 'data' is missing"),
        ({"language": "en", "text": "a", "data": "{}"}, "not both"),
        ({"text": "a"}, "'language' is missing"),
        ({"text": "a", "language": "English, please"}, "no language code"),
        ({"text": "a", "language": "en", "level": "strict"}, "default or picky"),
        ({"text": "a", "language": "en", "enabledOnly": "true"}, "needs rules"),
        ({"text": "a", "language": "en", "enabledOnly": "yes", "disabledRules": "A"}, "cannot be disabled"),
    ],
)
def test_an_unsound_request_is_refused_with_the_reason(parameters: dict[str, str], why: str) -> None:
    with pytest.raises(InvalidRequest, match=why):
        read_request(parameters)


def test_the_half_of_a_check_that_has_no_whole_text_is_known() -> None:
    assert read_request({"text": "a", "language": "en", "mode": "allButTextLevelOnly"}).is_partial
    assert not read_request({"text": "a", "language": "en", "mode": "textLevelOnly"}).is_partial
