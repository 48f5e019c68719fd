import json
import os
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click
import pytest

# The tests are no package, so what makes their files is found through the path.
sys.path.insert(0, str(Path(__file__).parent))

import made_files

import framescope_model
from framescope_api.schemas import DocumentFailure, DocumentScores, ScoreAnswer, ScoreRequest
from framescope_model.features import FEATURE_IDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
ARTIFACT = Path(str(framescope_model.__file__)).parent / "default_artifact"
START_S = 60

# A clone always has the weights; only a tree in which they are not trained yet may go without.
needs_weights = [
    pytest.mark.weights,
    pytest.mark.skipif(not ARTIFACT.is_dir() and not os.environ.get("CI"), reason=f"no weights in {ARTIFACT}"),
]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands(program: str) -> list[list[str]]:
    """The README's calls of ``program`` without the program's name."""
    parsed = [shlex.split(line, comments=True) for block in blocks("sh") for line in _calls(block)]
    return [words[1:] for words in parsed if words and words[0] == program]


def _calls(block: str) -> Iterator[str]:
    # A quoted body runs over several lines.
    call = ""
    for line in block.splitlines():
        call += line + "\n"
        if call.count("'") % 2 == 0:
            yield call
            call = ""


def curl() -> tuple[str, dict[str, str], str]:
    """The address, the headers and the body of the README's one call of curl."""
    ((*words,),) = commands("curl")
    headers = [words[at + 1].partition(": ") for at, word in enumerate(words) if word == "-H"]
    address = next(word for word in words if word.startswith("http://"))
    return address, {name: value for name, _, value in headers}, words[words.index("-d") + 1]


def read_json(address: str, headers: dict[str, str] | None = None, body: str | None = None) -> Any:
    request = urllib.request.Request(address, body and body.encode(), headers or {})
    with urllib.request.urlopen(request, timeout=START_S) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service that was started as the README says, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    log = tmp_path_factory.mktemp("service") / "log"
    command = [str(Path(sys.executable).with_name("framescope")), "serve", "--host", "127.0.0.1", "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment) as process,
    ):
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=START_S).close()
            return
        except urllib.error.HTTPError as error:
            error.close()
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail(f"the service did not get ready:\n{log.read_text(encoding='utf-8', errors='replace')}")


def test_the_request_in_the_readme_keeps_to_the_contract() -> None:
    request = ScoreRequest.model_validate_json(curl()[2])
    assert [document.id for document in request.listed()] == ["a"]


def test_the_request_in_the_readme_shows_every_option_of_the_contract() -> None:
    shown = json.loads(curl()[2])
    assert set(shown) == set(ScoreRequest.model_fields) - {"text", "language"}


def test_the_readme_tells_every_member_of_an_answer_and_no_other() -> None:
    told = set(re.findall(r"^\| `documents\[\]\.(\w+)` \|", README, re.MULTILINE))
    assert told | {"id"} == set(DocumentScores.model_fields) | set(DocumentFailure.model_fields)


def test_the_readme_names_every_feature() -> None:
    assert [feature for feature in FEATURE_IDS if f"`{feature}`" not in README.partition("## Features")[2]] == []


@pytest.mark.parametrize("words", commands("framescope"), ids=" ".join)
def test_every_command_in_the_readme_can_be_called_that_way(words: list[str]) -> None:
    (entry,) = entry_points(group="framescope.commands", name=words[0])
    command = entry.load()
    assert isinstance(command, click.Command)
    known = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    assert {word for word in words[1:] if word.startswith("--")} <= known


@pytest.mark.parametrize("words", commands("make"), ids=" ".join)
def test_every_target_in_the_readme_is_in_the_makefile(words: list[str]) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for word in words:
        name, assigned, _ = word.partition("=")
        assert re.search(rf"^{name} \?=" if assigned else rf"^{name}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    # The model card is written together with the weights.
    links = re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8"))
    rendered = set() if ARTIFACT.is_dir() else {"model/README.md"}
    assert [link for link in links if link not in rendered and not (page.parent / link).exists()] == []


class TestWithTheWeights:
    pytestmark = needs_weights

    def test_the_request_in_the_readme_is_answered_as_the_readme_says(self, service: str) -> None:
        address, headers, body = curl()
        answer = read_json(address.replace("http://127.0.0.1:8765", service), headers, body)
        (document,) = ScoreAnswer.model_validate(answer).documents
        assert isinstance(document, DocumentScores)
        text = json.loads(body)["documents"][0]["text"]
        assert [text[passage.start : passage.end][-1] for passage in document.passages] == [".", "."]
        assert set(document.scores) == set(json.loads(body)["features"])

    @pytest.mark.parametrize("path", ["/livez", "/readyz", "/v1/features", "/v1/model", "/openapi.json"])
    def test_the_other_addresses_in_the_readme_answer(self, service: str, path: str) -> None:
        assert f"`{path}`" in README or f"`GET {path}`" in README
        assert read_json(service + path)

    @pytest.mark.parametrize(
        "words", [words for words in commands("framescope") if words[0] in ("score", "features")], ids=" ".join
    )
    def test_scoring_commands_run_as_written(self, tmp_path: Path, words: list[str]) -> None:
        (tmp_path / "article.txt").write_text("The budget was read on Monday. It was the worst ever.", encoding="utf-8")
        (tmp_path / "article.docx").write_bytes(made_files.word("The budget was read. It was the worst ever."))
        command = [str(Path(sys.executable).with_name("framescope")), *words]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=START_S)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()

    @pytest.mark.parametrize("code", blocks("python"))
    def test_python_examples_run_as_written(self, tmp_path: Path, code: str) -> None:
        command = [sys.executable, "-W", "error", "-c", code]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=START_S)
        assert done.returncode == 0, done.stderr
