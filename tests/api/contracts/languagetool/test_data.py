import contextlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from framescope_api.contracts.languagetool.data import read_data
from framescope_api.errors import InvalidRequest, LoneSurrogate, MalformedJson
from framescope_model.errors import FramescopeError


def test_text_and_markup_come_in_pieces_and_other_members_are_passed_over() -> None:
    pieces = [
        {"text": "A ", "offset": {"start": 0, "end": 2}},
        {"markup": "<b>"},
        {"markup": "<p>", "interpretAs": "\n\n"},
        {"text": "test", "markup": None},
    ]
    text = read_data(json.dumps({"annotation": pieces, "metaData": {"x": 1}}))
    assert (text.sent, text.read) == ("A <b><p>test", "A \n\ntest")


def test_plain_text_comes_as_such() -> None:
    assert read_data('{"text": "A <b>test", "metaData": {}}').read == "A <b>test"


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ("[]", "JSON object"),
        ("{}", "either 'text' or 'annotation'"),
        ('{"text": "a", "annotation": []}', "either 'text' or 'annotation'"),
        ('{"text": 1}', "text should be a string"),
        ('{"annotation": {}}', "should be a list"),
        ('{"annotation": ["a"]}', r"annotation\[0\] should be an object"),
        ('{"annotation": [{"text": "a"}, {}]}', r"annotation\[1\] needs either"),
        ('{"annotation": [{"text": "a", "markup": "b"}]}', r"annotation\[0\] needs either"),
        ('{"annotation": [{"interpretAs": "b"}]}', r"annotation\[0\] needs either"),
        ('{"annotation": [{"text": "a", "interpretAs": "b"}]}', "only 'markup' can have"),
        ('{"annotation": [{"text": ["a"]}]}', r"annotation\[0\].text should be a string"),
        ('{"annotation": [{"markup": 7}]}', r"annotation\[0\].markup should be a string"),
        ('{"annotation": [{"markup": "a", "interpretAs": 7}]}', r"annotation\[0\].interpretAs should be a string"),
    ],
)
def test_what_does_not_follow_the_contract_is_refused_by_its_place(data: str, where: str) -> None:
    with pytest.raises(InvalidRequest, match=where):
        read_data(data)


@pytest.mark.parametrize("data", ["", "text", "[" * 100_000, '{"text": NaN}', '{"text": ' + "9" * 5000 + "}"])
def test_what_is_no_json_is_refused(data: str) -> None:
    with pytest.raises(MalformedJson):
        read_data(data)


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(LoneSurrogate):
        read_data('{"annotation": [{"text": "\\ud83d"}, {"text": "\\ude00"}]}')


# On a machine that is busy with other things, time says nothing of the code.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["text", "markup", "interpretAs", "x"]), inner),
)


@given(JSON | st.fixed_dictionaries({"annotation": JSON}))
@UNHURRIED
def test_any_json_is_read_or_refused(value: object) -> None:
    with contextlib.suppress(FramescopeError):
        read_data(json.dumps(value))
