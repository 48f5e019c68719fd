import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope_model.boilerplate import MAX_CHARS, is_boilerplate


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement",
        "ADVERTISEMENT",
        "Share this article",
        "Facebook Twitter WhatsApp Email",
        "1,204 SHARES Facebook Twitter",
        "Sign up for our daily newsletter",
        "Subscribe to our YouTube channel today",
        "Follow us on Twitter and Facebook for more",
        "Follow Ann Example on Twitter @annexample",
        "Like us on Facebook",
        "Read more: Ten facts about cheese",
        "RELATED: The town that forgot its name",
        "Leave a Reply",
        "Leave a Reply Cancel reply",
        "12 Comments",
        "Email *",
        "Your email address will not be published. Required fields are marked *",
        "By clicking Sign up, you agree to our privacy policy.",
        "Copyright 2019 Example Media. All rights reserved.",
        "© 2020 The Example Times",
        "This material may not be published, broadcast, rewritten or redistributed.",
        "Photo: Ann Example/Getty Images",
        "Ann Example/Getty Images",
        "[image via screengrab]",
        "(Photo by Ann Example)",
        "By John Example",
        "By JOHN EXAMPLE and MARY A. SAMPLE",
        "By John Example, Staff Writer",
        "Published 3 Jan 2017",
        "Updated: March 4, 2018 at 10:15 a.m. ET",
        "Tuesday, March 4, 2018",
        "(Reporting by Ann Example; Editing by Bob Sample)",
        "Ann Example in Paris contributed to this report.",
        "This article was originally published in The Example.",
        "https://example.org/news/1",
        "— Ann Example (@annexample) March 4, 2018",
        "* * *",
        "________",
        "\u200b",
        "[3]",
        "No compatible source was found for this video.",
    ],
)
def test_recognises_what_surrounds_an_article(line: str) -> None:
    assert is_boilerplate(line)


@pytest.mark.parametrize(
    "line",
    [
        "Facebook and Twitter were blocked.",
        "Like most presidents, he announces his plans on Twitter.",
        "Share prices fell on Monday.",
        "By any means necessary",
        "By Monday the river had risen two metres.",
        "By The Numbers",
        "Photos by the thousands were shared after the flood.",
        "Photo by photo, the investigators rebuilt the night.",
        "Photos from the port show a ship on fire.",
        "The image was published by the ministry.",
        "Follow the money, he said.",
        "Comments by the minister caused outrage.",
        "The views expressed by the minister shocked her party.",
        "Register to vote today, the mayor tells students",
        "Copyright law must change, artists say",
        "He was published in 2017.",
        "Support us or leave, the general tells villagers",
        '"Please consider donating blood," she told us.',
        "May 5 was the worst day of the siege.",
        "In March 2018 the town fell.",
        "Why?",
        "No!",
        "!!!",
        "😡😡",
        "Lies, all lies",
        "Reporting by the agency showed that the figures were wrong.",
        "Subscribe or not, readers will see fewer stories.",
        "The related question: who paid?",
        "a",
        "",
    ],
)
def test_keeps_text(line: str) -> None:
    assert is_boilerplate(line) is (line == "")


def test_takes_a_long_line_for_text_however_it_begins() -> None:
    assert is_boilerplate("Copyright 2019 " + "x" * 100)
    assert not is_boilerplate("Copyright 2019 " + "x" * MAX_CHARS)


def test_ignores_extra_space_and_case() -> None:
    assert is_boilerplate("  sIgN   uP  ")


@given(st.text())
def test_answers_for_any_line(line: str) -> None:
    assert is_boilerplate(line) in (True, False)


@pytest.mark.parametrize("unit", ["a", ".", '"', "By A", "@", "1 ", "jan ", "photo "])
def test_worst_lines_are_judged_quickly(unit: str) -> None:
    line = (unit * MAX_CHARS)[:MAX_CHARS]
    start = time.perf_counter()
    is_boilerplate(line)
    assert time.perf_counter() - start < 0.2
