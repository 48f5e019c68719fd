import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from framescope_model import outcomes
from framescope_model.commands import features, score
from framescope_model.errors import ArtifactMissing, InputError, UnknownFeature
from framescope_model.fail_rules import MalformedRule
from framescope_model.features import FEATURE_IDS, SOURCING_IDS, TECHNIQUE_IDS
from framescope_model.html_report import UnwritableFile
from framescope_model.inputs import RemoteSource
from framescope_model.scorer import Scorer

PLAIN = "The war is the worst of all wars, and the minister said that it is long."
GERMAN = "Der Krieg ist der schlimmste aller Kriege, und der Minister sagte, dass er noch lange dauern werde."
ALL_FLAGGED = ("--threshold", "doubt=0")


@pytest.fixture
def run(tiny_artifact: Path) -> Any:
    def invoke(*arguments: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(score, ["--artifact", str(tiny_artifact), *arguments], input=stdin)

    return invoke


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(PLAIN, encoding="utf-8")
    return path


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_json_has_the_documents_shape_with_offsets_into_the_text(run: Any, article: Path, tiny_artifact: Path) -> None:
    result = run(str(article), "--json", *ALL_FLAGGED)
    assert result.exit_code == 0
    (document,) = lines(result)
    assert set(document) == {"id", "language", "scores", "passages", "spans", "attributions", "skipped"}
    assert document["id"] == str(article)
    assert document["language"]["code"] == "en"
    assert list(document["scores"]) == list(FEATURE_IDS)
    assert set(document["scores"]["doubt"]) == {"score", "flagged", "share"}
    (passage,) = document["passages"]
    assert (passage["start"], passage["end"]) == (0, len(PLAIN))
    assert "doubt" in passage["flags"]
    (expected,) = Scorer.load(tiny_artifact).score([PLAIN])
    assert passage["scores"]["doubt"] == pytest.approx(expected.passages[0].scores["doubt"], abs=1e-3)
    found = next(span for span in document["spans"] if span["feature"] == "doubt")
    assert PLAIN[found["start"] : found["end"]].strip(" ,.") == PLAIN[found["start"] : found["end"]]
    assert set(found) == {"feature", "start", "end", "score", "mode", "evidence"}
    assert set(found["evidence"]) == {"voice", "source", "cue"}


def test_many_documents_keep_their_order_and_a_line_each(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes, "CHUNK_DOCUMENTS", 2)
    for index in range(5):
        (tmp_path / f"{index}.md").write_text(f"{PLAIN} Part {index}.", encoding="utf-8")
    result = run(str(tmp_path), "--json")
    assert [Path(line["id"]).name for line in lines(result)] == [f"{index}.md" for index in range(5)]


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_standard_input_is_read(run: Any, arguments: list[str]) -> None:
    result = run(*arguments, "--json", stdin=PLAIN)
    assert result.exit_code == 0
    assert lines(result)[0]["id"] == "-"


def test_a_file_that_cannot_be_scored_is_told_and_the_others_go_on(run: Any, article: Path, tmp_path: Path) -> None:
    german, blank, missing = tmp_path / "german.txt", tmp_path / "blank.txt", tmp_path / "missing.txt"
    german.write_text(GERMAN, encoding="utf-8")
    blank.write_text("\n", encoding="utf-8")
    result = run(*map(str, (german, blank, missing, article)), "--json")
    assert result.exit_code == 1
    documents = lines(result)
    assert [document.get("error", {}).get("code") for document in documents] == [
        "unsupported_language",
        "empty_text",
        "unreadable_file",
        None,
    ]
    for path in (german, blank, missing):
        assert f"framescope: {path}: " in result.stderr
    assert "scores" in documents[3]


def test_a_declared_language_wins(run: Any, tmp_path: Path, article: Path) -> None:
    (tmp_path / "german.txt").write_text(GERMAN, encoding="utf-8")
    assert run(str(tmp_path / "german.txt"), "--language", "en").exit_code == 0
    assert run(str(article), "--language", "de").exit_code == 1


@pytest.mark.parametrize(
    "arguments", [("--features", "doubt,slogans"), ("--features", "slogans", "--features", "doubt")]
)
def test_features_can_be_chosen(run: Any, article: Path, arguments: Sequence[str]) -> None:
    (document,) = lines(run(str(article), "--json", *arguments))
    assert set(document["scores"]) == {"doubt", "slogans"}


def test_thresholds_and_ignored_phrases_reach_the_scores(run: Any, article: Path) -> None:
    everything = run(str(article), "--json", *(f"--threshold={feature}=0" for feature in FEATURE_IDS))
    assert set(lines(everything)[0]["passages"][0]["flags"]) == set(FEATURE_IDS)
    (ignored,) = lines(run(str(article), "--json", "--ignore", PLAIN, *ALL_FLAGGED))
    assert {of["score"] for of in ignored["scores"].values()} == {0.0}
    assert ignored["spans"] == []


def test_quoted_speech_can_be_kept_out(run: Any, tmp_path: Path) -> None:
    (tmp_path / "quoted.txt").write_text(f"“{PLAIN}”", encoding="utf-8")
    (everything,) = lines(run(str(tmp_path), "--json"))
    (unquoted,) = lines(run(str(tmp_path), "--json", "--exclude-quoted"))
    assert any(everything["scores"][feature]["score"] > 0 for feature in SOURCING_IDS)
    assert {unquoted["scores"][feature]["score"] for feature in SOURCING_IDS} == {0.0}
    assert all(unquoted["scores"][feature] == everything["scores"][feature] for feature in TECHNIQUE_IDS)


def test_the_table_has_scores_the_flagged_sentence_and_its_words(run: Any, article: Path) -> None:
    result = run(str(article), "--table", "--features", "doubt", *ALL_FLAGGED)
    assert result.exit_code == 0
    shown = " ".join(result.stdout.split())
    assert "doubt" in shown
    assert "1 of 1 passages flagged" in shown
    assert PLAIN in shown
    assert "“" in shown


@pytest.mark.parametrize("mode", [(), ("--table",)])
def test_a_text_cannot_steer_the_terminal(run: Any, tmp_path: Path, mode: tuple[str, ...]) -> None:
    path = tmp_path / "evil.txt"
    path.write_text("The war \x1b[31mis red\x1b[0m [bold]and[/bold] \u202elong \x07 said he.", encoding="utf-8")
    shown = run(str(path), *ALL_FLAGGED, *mode).stdout
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)
    assert "[/bold]" in shown


def test_people_get_the_text_with_its_words_marked_and_a_list(run: Any, article: Path) -> None:
    result = run(str(article), "--features", "doubt", *ALL_FLAGGED)
    assert result.exit_code == 0
    name, text, _, summary, entry = result.stdout.splitlines()[:5]
    assert name == f"{article} (en)"
    assert text.replace("[", "").replace("]‹doubt›", "") == PLAIN
    assert "]‹doubt›" in text
    assert summary == "1 of 1 passages flagged"
    words = text[text.index("[") + 1 : text.index("]")]
    assert re.fullmatch(rf"  0\.\d\d  doubt  “{words}”  nobody.*", entry)


def test_a_page_takes_the_place_of_the_text_and_stands_beside_json(run: Any, article: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    alone = run(str(article), str(tmp_path / "none.txt"), "--html", str(page), *ALL_FLAGGED)
    assert alone.stdout == ""
    first = page.read_text(encoding="utf-8")
    assert "Not scored: cannot be read" in first
    assert "tiny/0.0.1+" in first
    assert len(lines(run(str(article), "--html", str(page), "--json"))) == 1
    assert page.read_text(encoding="utf-8") != first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["article.txt", "report.html"]


def test_a_page_that_cannot_be_written_is_told(run: Any, article: Path, tmp_path: Path) -> None:
    result = run(str(article), "--html", str(tmp_path / "none" / "report.html"))
    assert isinstance(result.exception, UnwritableFile)


@pytest.mark.parametrize("rule", ["doubt:0", "any:0", "any", "doubt"])
def test_a_passage_that_reaches_a_rule_fails_the_check_and_is_told(run: Any, tmp_path: Path, rule: str) -> None:
    path = tmp_path / "two.txt"
    path.write_text(f"\n\n{PLAIN}\n", encoding="utf-8")
    result = run(str(path), "--json", "--fail-on", rule, "--features", "doubt,slogans", *ALL_FLAGGED)
    assert result.exit_code == 1
    assert re.search(rf"^framescope: {re.escape(str(path))}:3: doubt 0\.\d\d: “{PLAIN}”$", result.stderr, re.MULTILINE)
    assert len(lines(result)) == 1


def test_a_check_passes_under_its_threshold(run: Any, article: Path) -> None:
    arguments = (str(article), "--ignore", PLAIN, "--fail-on", "any:0.01", "--fail-on", "doubt")
    result = run(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")


@pytest.mark.parametrize("name", ["https://example.org/a.txt", "http://example.org", "FTP://x/y", "file:///etc/hosts"])
def test_an_address_is_refused_with_the_reason(run: Any, article: Path, name: str) -> None:
    result = run(str(article), name)
    assert isinstance(result.exception, RemoteSource)
    assert "never fetches from the web" in str(result.exception)


def test_two_ways_to_print_are_refused(run: Any, article: Path) -> None:
    assert run(str(article), "--json", "--table").exit_code == 2


@pytest.mark.parametrize("value", ["doubt", "doubt=", "doubt=high"])
def test_a_malformed_threshold_is_refused(run: Any, article: Path, value: str) -> None:
    result = run(str(article), "--threshold", value)
    assert result.exit_code == 2
    assert "NAME=VALUE" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--features", "bias"], UnknownFeature),
        (["--threshold", "bias=0.5"], UnknownFeature),
        (["--threshold", "doubt=2"], InputError),
        (["--artifact", "nowhere"], ArtifactMissing),
        (["--fail-on", "bias"], MalformedRule),
        (["--fail-on", "doubt:1.5"], MalformedRule),
        (["--fail-on", "doubt:nan"], MalformedRule),
        (["--fail-on", "doubt:"], MalformedRule),
        (["--fail-on", "doubt", "--features", "slogans"], MalformedRule),
    ],
)
def test_wrong_options_stop_the_command_before_any_file_is_read(
    run: Any, arguments: list[str], error: type[Exception]
) -> None:
    assert isinstance(run("missing.txt", *arguments).exception, error)


def test_the_features_are_listed_with_thresholds_and_quality(tiny_artifact: Path) -> None:
    arguments = ["--artifact", str(tiny_artifact)]
    answer = json.loads(CliRunner().invoke(features, [*arguments, "--json"]).stdout)
    assert answer["model"]["name"] == "tiny"
    assert [feature["id"] for feature in answer["features"]] == list(FEATURE_IDS)
    by_id = {feature["id"]: feature for feature in answer["features"]}
    assert by_id["loaded_language"]["quality"]["f1"] == 0.5
    assert by_id["doubt"]["quality"] is None
    assert by_id["doubt"]["threshold"] == 0.5
    shown = CliRunner().invoke(features, arguments, terminal_width=200).stdout
    assert "loaded_language" in shown
    assert "not measured" in " ".join(shown.split())
