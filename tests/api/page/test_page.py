"""The page in a real browser against a real server."""

import base64
import csv
import io
import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from live_server import PATIENCE_S, live
from made_files import column, pdf, picture_pdf, word
from playwright.sync_api import Page, Route, expect
from pydantic import SecretStr

from framescope_api.keys import Key, hash_key, key_line, new_key

SERVER = Path(__file__).parents[1] / "keyword_server.py"
TEXT = (
    "😀👩‍👩‍👧 It was the worst ever flood, critics fear. Reuters said state media praised the regime.\n"
    "Nothing else happened.\nShare this article\n"
)
FOUND = ["worst ever", "critics", "state media", "regime"]

expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    with live() as address:
        yield address


def score(page: Page, address: str, text: str = TEXT) -> None:
    page.goto(f"{address}/{'' if '#' not in page.url else '#' + page.url.partition('#')[2]}")
    page.fill("#text-a", text)
    page.press("#text-a", "Control+Enter")


def highlighted(page: Page, panel: str = "a") -> list[str]:
    return [words or "" for words in page.locator(f"#panel-{panel} .reading mark").all_text_contents()]


def exported(page: Page, kind: str) -> str:
    with page.expect_download() as waiting:
        page.click(f"[data-export={kind}]")
    return Path(waiting.value.path()).read_text(encoding="utf-8")


def ask(address: str, path: str, body: Any) -> Any:
    request = urllib.request.Request(
        address + path, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
        return json.load(answer)


def test_the_right_words_are_highlighted_after_emoji(page: Page, service: str) -> None:
    score(page, service)
    expect(page.locator(".reading mark")).to_have_count(4)
    assert highlighted(page) == FOUND
    assert page.locator("#panel-a .reading").text_content() == TEXT
    assert page.locator(".reading .skipped").all_text_contents() == ["Share this article"]
    classes = [page.locator(".reading mark").nth(index).get_attribute("class") for index in range(4)]
    assert classes == ["hl sourcing", "hl sourcing", "hl sourcing", "hl technique"]
    expect(page.locator(".reading-facts").first).to_have_text("2 of 3 sentences flagged, 4 highlights")


def test_what_a_text_holds_is_shown_as_text_and_never_as_markup(page: Page, service: str) -> None:
    text = '<img src=x onerror="document.title=1"><b>regime</b> & <script>worst ever</script>'
    score(page, service, text)
    expect(page.locator(".reading mark")).to_have_count(2)
    assert page.locator("#panel-a .reading").text_content() == text
    assert page.locator(".reading :is(img, b, script)").count() == 0
    assert page.title() == "framescope"
    report = exported(page, "html")
    assert "<script" not in report
    assert "<img" not in report


def test_a_filter_takes_highlights_away_and_brings_them_back(page: Page, service: str) -> None:
    score(page, service)
    expect(page.locator("#legend li")).to_have_count(4)
    page.uncheck("#show-vague_attribution")
    expect(page.locator(".reading mark")).to_have_count(3)
    assert "critics" not in highlighted(page)
    assert page.evaluate("document.activeElement.id") == "show-vague_attribution"
    page.check("#all-sourcing")
    assert highlighted(page) == FOUND
    page.uncheck("#all-sourcing")
    assert highlighted(page) == ["regime"]


def test_settings_travel_in_the_fragment_and_the_text_never_does(page: Page, service: str) -> None:
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    score(page, service)
    expect(page.locator(".reading mark")).to_have_count(4)
    page.uncheck("#show-vague_attribution")
    page.fill("#shift", "0.5")
    assert page.url == f"{service}/#hide=vague_attribution&shift=0.5"
    page.reload()
    assert page.input_value("#text-a") == ""
    page.fill("#text-a", TEXT)
    page.click("#score")
    # A threshold of 0.5 moves to 0.62, over which state media (0.75) stays.
    expect(page.locator(".reading mark")).to_have_count(3)
    assert page.input_value("#shift") == "0.5"
    assert not any("worst" in address for address in requested)
    assert {address.removeprefix(service).split("/")[1] for address in requested} <= {"", "assets", "v1"}


def test_the_threshold_decides_as_the_service_would_and_asks_it_nothing(page: Page, service: str) -> None:
    score(page, service)
    expect(page.locator(".reading mark")).to_have_count(4)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for shift in ("-1", "1", "1.25", "2", "3"):
        page.fill("#shift", shift)
        shown = json.loads(exported(page, "json"))
        answer = ask(service, "/v1/score", {"text": TEXT, "offsets": "utf16", "thresholds": shown["thresholds"]})
        (document,), (there,) = answer["documents"], shown["documents"]
        assert [passage["flags"] for passage in there["passages"]] == [p["flags"] for p in document["passages"]]
        assert {f: (of["flagged"], of["share"]) for f, of in there["scores"].items()} == {
            f: (of["flagged"], pytest.approx(of["share"], abs=1e-5)) for f, of in document["scores"].items()
        }
    # At 3, where 0.5 has become 0.95, nothing is left.
    assert highlighted(page) == []
    assert not any("/v1/" in address for address in asked)


def test_the_card_tells_of_a_highlight_and_marks_who_vouches(page: Page, service: str) -> None:
    score(page, service)
    page.locator(".reading mark", has_text="state media").hover()
    card = page.locator("#card")
    expect(card).to_be_visible()
    for told in (
        "State-official narrative",
        "A state actor's claim about a contested matter",
        "likely, 0.75",
        "0.75; flagged from 0.50",
        "relayed",
        "reported speech",
        "experimental: F1 0.44 on 900 sentences, 20 with it",
    ):
        expect(card).to_contain_text(told)
    assert page.locator("#card .vouch-source").text_content() == "Reuters"
    assert page.locator(".reading .vouch-source").all_text_contents() == ["Reuters"]
    assert page.locator(".reading .vouch-cue").all_text_contents() == ["said"]
    expect(card.locator("a")).to_have_attribute("href", "/features/state_official_narrative")
    # Corrections are not kept here, so none is asked for.
    assert card.locator("button").all_text_contents() == ["×"]
    page.mouse.move(2, 2)
    expect(card).to_be_hidden()
    assert page.locator(".reading .vouch-source").count() == 0


def test_overlapping_highlights_are_cut_where_one_starts_or_ends(page: Page, service: str) -> None:
    page.goto(service)
    runs = page.evaluate(
        """async () => {
            const { runsOf } = await import("/assets/decide.js");
            const named = [["a", 2, 9], ["b", 4, 6], ["c", 5, 12]];
            const marks = named.map(([feature, start, end]) => ({ feature, start, end }));
            const runs = runsOf(14, marks, [{ start: 1, end: 2 }]);
            return runs.map((run) => [run.start, run.end, run.marks.map((mark) => mark.feature).join("")]);
        }"""
    )
    assert runs == [
        [0, 1, ""],
        [1, 2, ""],
        [2, 4, "a"],
        [4, 5, "ab"],
        [5, 6, "abc"],
        [6, 9, "ac"],
        [9, 12, "c"],
        [12, 14, ""],
    ]


def test_a_flagged_sentence_without_words_of_its_own_is_highlighted_as_a_whole(page: Page, service: str) -> None:
    score(page, service)
    expect(page.locator(".reading mark")).to_have_count(4)
    # The threshold goes under the engine's background score, so that every feature is flagged everywhere.
    page.fill("#shift", "-3")
    expect(page.locator(".reading-facts").first).to_contain_text("3 of 3 sentences flagged")
    assert page.locator("#panel-a .reading").text_content() == TEXT
    page.locator(".reading mark", has_text="worst ever").click()
    # All but the one that has words of its own elsewhere in the sentence.
    expect(page.locator("#card h3")).to_have_count(18)
    expect(page.locator("#card h3").first).to_have_text("Unattributed superlative")
    expect(page.locator("#card")).to_contain_text("the sentence as a whole; no words were singled out")


def test_everything_works_by_keyboard_alone(page: Page, service: str) -> None:
    page.goto(service)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.insert_text(TEXT)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".reading mark")).to_have_count(4)
    while page.evaluate("document.activeElement.tagName") != "MARK":
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "worst ever"
    card = page.locator("#card")
    expect(card).to_contain_text("Unattributed superlative")
    page.keyboard.press("Tab")
    expect(card).to_contain_text("Vague attribution")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "card"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "More about: Vague attribution"
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent") == "critics"


def test_next_previous_and_the_strip_go_from_highlight_to_highlight(page: Page, service: str) -> None:
    score(
        page,
        service,
        "Nothing happened here. " * 60 + "It was the worst ever. " + "Nothing again. " * 60 + "The regime fell.",
    )
    expect(page.locator(".reading mark")).to_have_count(2)
    focused = "document.activeElement.textContent"
    for act, words in (("next", "worst ever"), ("next", "regime"), ("next", "worst ever"), ("previous", "regime")):
        page.click(f"#panel-a [data-act={act}]")
        assert page.evaluate(focused) == words
    page.keyboard.press("Escape")
    page.locator(".strip .cell:not(.empty)").first.click()
    assert page.evaluate(focused) == "worst ever"
    expect(page.locator(".reading mark").first).to_be_in_viewport()


def test_the_summary_tells_scores_speakers_and_claims(page: Page, service: str) -> None:
    score(page, service)
    rows = page.locator("#summary tbody").first.locator("tr")
    expect(rows).to_have_count(4)
    assert "0.93" in rows.nth(0).inner_text()
    assert "1 of 3 (33 %)" in rows.nth(0).inner_text()
    expect(page.locator(".speakers li")).to_have_count(1)
    expect(page.locator(".speakers li")).to_contain_text("Reuters")
    expect(page.locator(".speakers li")).to_contain_text("official line")
    expect(page.locator("#summary")).to_contain_text(
        "1 sentence with a source, 0 reported without one, 2 in the writer’s own"
    )
    expect(page.locator("#summary summary")).to_have_text("15 features not flagged")


def test_an_empty_text_is_told_in_its_place(page: Page, service: str) -> None:
    page.goto(service)
    page.click("#score")
    expect(page.locator("#fault-a")).to_contain_text("Paste a text first")
    expect(page.locator("#text-a")).to_have_attribute("aria-invalid", "true")
    page.fill("#text-a", "Some words")
    expect(page.locator("#fault-a")).to_be_hidden()


def test_an_over_long_text_is_told_before_it_is_sent(page: Page) -> None:
    with live(max_document_length=20) as address:
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.method))
        score(page, address, "😀" * 21)
        expect(page.locator("#fault-a")).to_contain_text("1 character too long; the service takes 20")
        expect(page.locator("#counter-a")).to_have_text("21 of 20 characters")
        assert "POST" not in sent
        page.fill("#text-a", "😀" * 20)
        page.click("#score")
        expect(page.locator("#panel-a .reading")).to_have_text("😀" * 20)


def test_a_text_in_another_language_is_refused_by_name_and_can_be_declared_english(page: Page, service: str) -> None:
    score(page, service, "Это worst ever")
    problem = page.locator("#problem")
    expect(problem).to_contain_text("Only English can be scored")
    expect(problem).to_contain_text("Russian")
    assert page.input_value("#text-a") == "Это worst ever"
    page.click("#anyway")
    expect(page.locator(".reading mark")).to_have_text(["worst ever"])
    expect(problem).to_be_hidden()


def test_a_used_up_quota_is_told_with_the_time_to_wait(page: Page) -> None:
    with live(quota_per_minute=2) as address:
        score(page, address)
        expect(page.locator(".reading mark")).to_have_count(4)
        page.click("#score")
        expect(page.locator("#problem")).to_contain_text("Your quota is used up")
        expect(page.locator("#problem")).to_contain_text("Try again in")
        expect(page.locator("#retry")).to_be_visible()


def test_a_key_is_asked_for_kept_in_the_tab_and_out_of_the_address(page: Page, tmp_path: Path) -> None:
    key, keys = new_key(), tmp_path / "keys.toml"
    keys.write_text(key_line(Key("desk", hash_key(key))))
    with live(keys_file=keys) as address:
        requested: list[str] = []
        page.on("request", lambda request: requested.append(request.url))
        score(page, address)
        expect(page.locator("#problem")).to_contain_text("asks for an API key")
        page.fill("#key", key)
        page.click("#retry")
        expect(page.locator(".reading mark")).to_have_count(4)
        page.reload()
        assert page.input_value("#key") == key
        assert page.evaluate("localStorage.length + document.cookie.length") == 0
        assert not any(key in address for address in [*requested, page.url])


@contextmanager
def program(port: int, marker: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "FRAMESCOPE_PORT": str(port), "FRAMESCOPE_SHUTDOWN_DELAY_S": "0"}
    with subprocess.Popen(
        [sys.executable, str(SERVER), str(marker)], env=environment, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until_served(page: Page, address: str) -> None:
    for _ in range(PATIENCE_S * 10):
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=PATIENCE_S):
                return
        except OSError:
            page.wait_for_timeout(100)
    raise AssertionError("the server did not get ready")


def test_a_server_that_dies_costs_no_text_and_the_retry_works_when_it_is_back(page: Page, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    address, marker = f"http://127.0.0.1:{port}", tmp_path / "go"
    slow = f"SLOW {TEXT}"
    with program(port, marker) as process:
        until_served(page, address)
        score(page, address, slow)
        expect(page.locator("#progress")).to_be_visible()
        expect(page.locator("#score")).to_be_disabled()
        process.kill()
        expect(page.locator("#problem")).to_contain_text("The service cannot be reached")
    expect(page.locator("#progress")).to_be_hidden()
    assert page.input_value("#text-a") == slow
    marker.touch()
    with program(port, marker):
        until_served(page, address)
        page.click("#retry")
        expect(page.locator(".reading mark")).to_have_count(4)


def test_scoring_can_be_cancelled(page: Page, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with program(port, tmp_path / "never"):
        until_served(page, f"http://127.0.0.1:{port}")
        score(page, f"http://127.0.0.1:{port}", "SLOW")
        page.click("#cancel")
        expect(page.locator("#progress")).to_be_hidden()
        expect(page.locator("#problem")).to_be_hidden()
        expect(page.locator("#score")).to_be_enabled()


def test_the_files_hold_what_is_shown(page: Page, service: str) -> None:
    score(page, service, TEXT + '=1+1, "worst ever"')
    expect(page.locator(".reading mark")).to_have_count(5)
    page.uncheck("#show-vague_attribution")
    rows = list(csv.DictReader(io.StringIO(exported(page, "csv").removeprefix("\ufeff"))))
    assert [row["words"] for row in rows] == ["worst ever", "state media", "regime", "worst ever"]
    assert rows[1]["source"], rows[1]["cue"] == ("Reuters", "said")
    # What a spreadsheet would take for a formula is made a text.
    assert rows[3]["sentence"].startswith("'=1+1")
    data = json.loads(exported(page, "json"))
    assert data["documents"][0]["text"].encode("utf-16-le")[2 * int(rows[0]["start"]) : 2 * int(rows[0]["end"])] == (
        "worst ever".encode("utf-16-le")
    )
    assert data["model"]["name"] == "keyword"


def test_the_report_stands_by_itself(page: Page, service: str, tmp_path: Path) -> None:
    score(page, service)
    expect(page.locator(".reading mark")).to_have_count(4)
    report = tmp_path / "report.html"
    report.write_text(exported(page, "html"), encoding="utf-8")
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(report.as_uri())
    assert page.locator(".reading mark").all_text_contents() == FOUND
    assert page.locator(".reading").text_content() == TEXT
    expect(page.locator("main")).to_contain_text("Model keyword 1.2.3, revision 0123456789ab")
    expect(page.locator("main")).to_contain_text("Reuters: 1 (official line)")
    assert (
        page.locator(".reading mark").first.evaluate("e => getComputedStyle(e).backgroundColor") != "rgba(0, 0, 0, 0)"
    )
    assert requested == [report.as_uri()]


def test_two_texts_are_compared_side_by_side(page: Page, service: str) -> None:
    page.goto(service)
    page.check("#compare")
    page.fill("#text-a", TEXT)
    page.fill("#text-b", "Critics spoke. Critics wrote.")
    page.click("#score")
    expect(page.locator("#panel-b .reading mark")).to_have_count(2)
    assert highlighted(page) == FOUND
    boxes = [page.locator(f"#panel-{name}").bounding_box() for name in "ab"]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    row = page.locator("#summary tr", has_text="Vague attribution").inner_text()
    assert "1 of 3 (33 %)" in row
    assert "2 of 2 (100 %)" in row
    assert len(json.loads(exported(page, "json"))["documents"]) == 2


def test_one_text_of_two_that_fails_is_told_at_its_field(page: Page, service: str) -> None:
    page.goto(f"{service}/#compare=1")
    page.fill("#text-a", TEXT)
    page.fill("#text-b", "Это другое")
    page.click("#score")
    expect(page.locator("#fault-b")).to_contain_text("Russian")
    expect(page.locator("#panel-a .reading mark")).to_have_count(4)
    assert page.input_value("#text-b") == "Это другое"


def test_agreeing_and_disagreeing_send_the_sentence_alone_and_can_be_withdrawn(page: Page, tmp_path: Path) -> None:
    with live(feedback_database=SecretStr(f"sqlite:///{tmp_path}/feedback.db")) as address:
        score(page, address)
        page.locator(".reading mark", has_text="regime").click()
        with page.expect_request("**/v1/feedback") as waiting:
            page.click("#card >> text=Yes, agree")
        sent = waiting.value.post_data_json
        assert sent["text"] == " Reuters said state media praised the regime."
        assert sent["labels"] == {"loaded_language": True}
        (span,) = sent["spans"]
        assert sent["text"][span["start"] : span["end"]] == "regime"
        assert sent["model"] == {"name": "keyword", "version": "1.2.3", "revision": "0123456789ab"}
        expect(page.locator("#card .told")).to_contain_text("Kept for review until")
        assert page.evaluate("document.activeElement.className") == "told"
        page.click("#card >> text=Withdraw")
        expect(page.locator("#card .told")).to_have_text("Withdrawn; nothing is kept.")
        page.keyboard.press("Escape")
        page.locator(".reading mark", has_text="critics").click()
        with page.expect_request("**/v1/feedback") as waiting:
            page.click("#card >> text=No, disagree")
        assert waiting.value.post_data_json["labels"] == {"vague_attribution": False}
        expect(page.locator("#card .told")).to_contain_text("Kept for review until")


def test_a_file_can_be_opened_and_dropped_and_another_kind_is_refused(page: Page, service: str, tmp_path: Path) -> None:
    page.goto(service)
    note = tmp_path / "note.md"
    note.write_text("\ufeff" + TEXT, encoding="utf-8")
    page.set_input_files("#file", note)
    expect(page.locator("#text-a")).to_have_value(TEXT)
    drop = """(panel, [name, words]) => {
        const carried = new DataTransfer();
        carried.items.add(new File([words], name));
        panel.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
    }"""
    panel = page.locator("#panel-a")
    panel.evaluate(drop, ["story.txt", "The regime fell."])
    expect(page.locator("#text-a")).to_have_value("The regime fell.")
    panel.evaluate(drop, ["story.odt", "PK"])
    expect(page.locator("#fault-a")).to_contain_text("story.odt: text is taken out of .txt, .md, .html, .docx")
    page.click("#score")
    expect(page.locator(".reading mark")).to_have_text(["regime"])


DROP = """(panel, [name, encoded]) => {
    const carried = new DataTransfer();
    carried.items.add(new File([Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0))], name));
    panel.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


def drop(page: Page, name: str, data: bytes, panel: str = "a") -> None:
    page.locator(f"#panel-{panel}").evaluate(DROP, [name, base64.b64encode(data).decode()])


MADE = {
    "story.txt": "The regime 😀 fell.\n\nCritics cheered.".encode(),
    "story.md": "The regime 😀 fell.\n\nCritics cheered.".encode(),
    "STORY.HTM": "<p>The regime 😀 fell.<p>Critics cheered.".encode(),
    "story.docx": word("The regime 😀 fell.", "Critics cheered."),
    "story.pdf": pdf([*column(20, "The regime 😀 fell."), *column(20, "Critics cheered.", top=70)]),
}


@pytest.mark.parametrize("name", MADE)
def test_a_file_of_each_kind_can_be_dropped_and_scored(page: Page, service: str, name: str) -> None:
    page.goto(service)
    drop(page, name, MADE[name])
    expect(page.locator("#text-a")).to_have_value("The regime 😀 fell.\n\nCritics cheered.")
    expect(page.locator("#note-a")).to_be_hidden()
    page.click("#score")
    expect(page.locator(".reading mark")).to_have_text(["regime", "Critics"])


def test_what_is_wrong_with_a_file_is_told_in_its_place(page: Page, service: str) -> None:
    page.goto(service)
    page.fill("#text-a", "The regime fell.")
    for name, data, told in (
        ("scan.pdf", picture_pdf(), "scan.pdf: No text was found"),
        ("locked.pdf", pdf(column(20, "x"), password="p"), "locked.pdf: The PDF asks for a password"),
        ("not.docx", MADE["story.pdf"], "not.docx: The file is said to be docx, but it is a PDF"),
        ("huge.pdf", bytes(17 * 1024 * 1024), "huge.pdf: too large for this service"),
    ):
        drop(page, name, data)
        expect(page.locator("#fault-a")).to_contain_text(told)
        expect(page.locator("#text-a")).to_be_editable()
    assert page.input_value("#text-a") == "The regime fell."


def test_what_is_missing_of_a_file_is_told_beside_its_text(page: Page, service: str) -> None:
    page.goto(service)
    drop(page, "half.pdf", pdf(column(20, "The regime fell."), []))
    expect(page.locator("#text-a")).to_have_value("The regime fell.")
    expect(page.locator("#note-a")).to_have_text("half.pdf: no text was found on page 2.")


def test_a_file_that_is_being_read_is_told_and_the_last_one_dropped_wins(page: Page, service: str) -> None:
    page.goto(service)
    held: list[Route] = []
    # Playwright marks the function, so that it can be no built-in one.
    page.route("**/v1/extract*", lambda route: held.append(route))  # noqa: PLW0108
    drop(page, "slow.docx", MADE["story.docx"])
    expect(page.locator("#note-a")).to_have_text("Reading slow.docx…")
    expect(page.locator("#text-a")).not_to_be_editable()
    drop(page, "story.txt", b"Critics cheered.")
    expect(page.locator("#text-a")).to_have_value("Critics cheered.")
    for route in held:
        route.abort()
    expect(page.locator("#fault-a")).to_be_hidden()
    expect(page.locator("#text-a")).to_be_editable()


def test_the_name_of_a_file_stays_in_the_browser_and_a_key_is_asked_for(page: Page, tmp_path: Path) -> None:
    keys, key = tmp_path / "keys.toml", new_key()
    keys.write_text(key_line(Key("desk", hash_key(key))))
    with live(keys_file=keys) as address:
        page.goto(address)
        drop(page, "secret.docx", MADE["story.docx"])
        expect(page.locator("#fault-a")).to_contain_text("API key")
        page.fill("#key", key)
        with page.expect_request("**/v1/extract*") as waiting:
            drop(page, "secret.docx", MADE["story.docx"])
        expect(page.locator("#text-a")).to_have_value("The regime 😀 fell.\n\nCritics cheered.")
        assert "secret" not in waiting.value.url + str(waiting.value.headers)


def test_quoted_speech_is_left_out_on_demand(page: Page, service: str) -> None:
    score(page, service, "He said: “The worst ever.” It was the worst ever.")
    expect(page.locator(".reading mark")).to_have_count(2)
    page.check("#exclude-quoted")
    expect(page.locator(".reading mark")).to_have_count(1)
    assert page.url.endswith("#quoted=out")
    # Who ticks a box wants to stay at it.
    assert page.evaluate("document.activeElement.id") == "exclude-quoted"
