import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from feedback_samples import FULL, feedback
from postgresql_server import PostgresqlServer

from framescope_api.feedback.commands import feedback as command
from framescope_api.feedback.entries import Feedback, Origin
from framescope_api.feedback.repository import FeedbackRepository

Run = Callable[..., Result]
NOW = datetime.now(UTC)


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("FRAMESCOPE_FEEDBACK_DATABASE", database_url)
    return lambda *arguments: CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture
def keep(repository: FeedbackRepository) -> Callable[..., str]:
    """Keeps a feedback; its id."""

    def add(kept: Feedback | None = None, age_days: float = 0) -> str:
        return str(repository.add(kept or feedback(), NOW - timedelta(days=age_days))[0])

    return add


Keep = Callable[..., str]


def test_migrating_says_what_it_did(run: Run) -> None:
    assert run("migrate").output == "from revision none to 0001\n"
    assert run("migrate").output == "at revision 0001 already\n"


def test_postgresql_has_to_be_migrated_first(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_FEEDBACK_DATABASE", postgresql_url)
    result = CliRunner().invoke(command, ["list"])
    assert result.exit_code == 1
    assert "framescope feedback migrate" in result.output


def test_the_list_has_a_line_each_and_can_be_narrowed(run: Run, keep: Keep) -> None:
    first, second = keep(age_days=2), keep(feedback(origin=Origin.PERSPECTIVE), age_days=1)
    lines = run("list").output.splitlines()
    assert [line.split()[0] for line in lines] == [first, second]
    assert "The worst ever." in lines[0]
    assert [line.split()[0] for line in run("list", "--origin", "perspective").output.splitlines()] == [second]
    assert run("list", "--state", "accepted").output == ""
    assert [line.split()[0] for line in run("list", "--limit", "1").output.splitlines()] == [first]


def test_json_tells_all_that_is_stored(run: Run, keep: Keep) -> None:
    feedback_id = keep(FULL)
    (line,) = run("list", "--json").output.splitlines()
    shown = json.loads(run("show", feedback_id, "--json").output)
    assert json.loads(line) == shown
    assert (shown["id"], shown["text"], shown["note"], shown["key_name"]) == (feedback_id, FULL.text, FULL.note, "desk")
    assert shown["context"]["text"][shown["context"]["start"] : shown["context"]["end"]] == FULL.text


def test_show_tells_what_a_reviewer_needs(run: Run, keep: Keep) -> None:
    feedback_id = keep(FULL)
    run("review", feedback_id, "--accept", "--reviewer", "sub-editor", "--note", "as the guideline says")
    output = run("show", feedback_id).output
    for expected in (
        feedback_id,
        "doubt: 0.25",
        "state_official_narrative (relayed)",
        FULL.note,
        f"again. >>>{FULL.text}<<< Farmers",
        "keyword 1.2.3 0123456789ab",
        "sub-editor",
        "as the guideline says",
    ):
        assert expected in output


def test_what_a_stranger_wrote_cannot_steer_the_terminal(run: Run, keep: Keep) -> None:
    feedback_id = keep(feedback("The worst \x1b[2J\u202e ever.\nid  forged", note="\x1b]0;x\x07"))
    for output in (run("list").output, run("show", feedback_id).output):
        assert "\x1b" not in output
        assert "\u202e" not in output
        assert not any(line.startswith("id  forged") for line in output.splitlines())


def test_an_accepted_feedback_is_exported_and_no_other(run: Run, keep: Keep, tmp_path: Path) -> None:
    accepted, rejected, _new = keep(FULL), keep(), keep()
    assert run("review", accepted, "--accept", "--reviewer", "desk").output == f"{accepted} accepted\n"
    assert run("review", rejected, "--reject").exit_code == 0
    out = tmp_path / "out.jsonl"
    assert run("export", out).output == f"1 examples in {out}\n"
    assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == [accepted]


def test_a_moderators_action_is_refused_with_the_reason(run: Run, keep: Keep, tmp_path: Path) -> None:
    feedback_id = keep(feedback(origin=Origin.MODERATION_ACTION))
    result = run("review", feedback_id, "--accept")
    assert (result.exit_code, "says nothing about framing" in result.output) == (1, True)
    assert run("export", tmp_path / "out.jsonl").output.startswith("0 examples")


def test_a_second_decision_needs_to_be_meant(run: Run, keep: Keep) -> None:
    feedback_id = keep()
    run("review", feedback_id, "--accept")
    result = run("review", feedback_id, "--reject")
    assert (result.exit_code, "--change" in result.output) == (1, True)
    assert run("review", feedback_id, "--reject", "--change").exit_code == 0


def test_a_review_has_to_say_which(run: Run, keep: Keep) -> None:
    assert run("review", keep()).exit_code == 2


@pytest.mark.parametrize("arguments", [("show",), ("review", "--accept"), ("delete", "--id")])
def test_an_unknown_id_is_an_error(run: Run, keep: Keep, arguments: tuple[str, ...]) -> None:
    result = run(*arguments, uuid.uuid4())
    assert (result.exit_code, "there is no feedback" in result.output) == (1, True)


def test_deleting_by_id_and_by_key_says_how_many(run: Run, keep: Keep, repository: FeedbackRepository) -> None:
    feedback_id = keep()
    keep(feedback(key_name="desk"))
    keep(feedback(key_name="desk"))
    assert run("delete", "--id", feedback_id).output == "1 deleted\n"
    assert run("delete", "--key", "desk").output == "2 deleted\n"
    assert run("delete", "--key", "desk").output == "0 deleted\n"
    assert list(repository.find()) == []


@pytest.mark.parametrize("arguments", [(), ("--id", str(uuid.uuid4()), "--key", "desk")])
def test_deleting_needs_one_aim(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("delete", *arguments).exit_code == 2


def test_purging_follows_the_setting(
    run: Run, keep: Keep, repository: FeedbackRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(age_days=100)
    keep(age_days=20)
    assert run("purge").output == "0 deleted\n"
    monkeypatch.setenv("FRAMESCOPE_FEEDBACK_RETENTION_DAYS", "30")
    assert run("purge").output == "1 deleted\n"
    assert len(list(repository.find())) == 1


def test_without_a_database_every_command_says_so() -> None:
    result = CliRunner().invoke(command, ["list"])
    assert (result.exit_code, "FRAMESCOPE_FEEDBACK_DATABASE is not set" in result.output) == (1, True)


def test_a_database_that_is_away_is_said_plainly(postgresql: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "FRAMESCOPE_FEEDBACK_DATABASE", f"postgresql://desk:hunter2@/none?host={postgresql.folder}/nowhere"
    )
    result = CliRunner().invoke(command, ["list"])
    assert result.exit_code == 1
    assert result.output.startswith("Error: the feedback database cannot be used: ")
    assert "hunter2" not in result.output


def test_an_export_that_cannot_be_written_is_said_plainly(run: Run, repository: FeedbackRepository) -> None:
    result = run("export", "/nowhere/out.jsonl")
    assert (result.exit_code, "cannot be written" in result.output) == (1, True)
