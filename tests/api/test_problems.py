import inspect
import json
from collections.abc import Iterator

import pytest

from framescope_api import errors as api
from framescope_api.problems import STATUS_OF, TITLES, printable, problem_response, problem_responses, public, status_of
from framescope_model import errors as model


def _answerable() -> Iterator[type[model.FramescopeError]]:
    for module in (model, api):
        for _, found in inspect.getmembers(module, inspect.isclass):
            if issubclass(found, model.FramescopeError) and found.__module__ == module.__name__:
                yield found


BASES = {model.FramescopeError, api.RequestError, api.ServiceError, api.SettingsError}
UNANSWERABLE = {api.SchemaMismatch, api.ReviewRefused}
"""Errors that only a command line or a start can end with."""


@pytest.mark.parametrize("error_class", set(_answerable()) - BASES - UNANSWERABLE)
def test_every_error_has_a_status_in_the_table(error_class: type[model.FramescopeError]) -> None:
    assert any(base in STATUS_OF for base in error_class.__mro__)


def test_every_status_has_a_title() -> None:
    assert set(STATUS_OF.values()) == set(TITLES)


def test_every_error_has_a_code_of_its_own() -> None:
    shared = {model.ArtifactMissing, model.ArtifactDamaged, model.ArtifactForeign}
    codes = [found.code for found in _answerable() if found not in shared]
    assert len(codes) == len(set(codes))


def test_an_error_that_is_none_of_ours_is_a_500_without_its_message() -> None:
    response = problem_response(KeyError("the secret text"))
    assert response.status_code == 500
    assert b"secret" not in response.body
    assert json.loads(bytes(response.body))["code"] == "internal_error"


def test_the_place_of_an_artifact_is_not_told() -> None:
    assert "/srv" not in str(public(model.ArtifactMissing("nothing lies at /srv/model")))


def test_a_problem_has_the_members_of_the_rfc() -> None:
    response = problem_response(model.EmptyText("the text is empty"), "r1")
    assert response.headers["content-type"] == "application/problem+json"
    assert json.loads(bytes(response.body)) == {
        "type": "about:blank",
        "title": "Unprocessable Content",
        "status": 422,
        "code": "empty_text",
        "detail": "the text is empty",
        "request_id": "r1",
    }


def test_overload_says_when_to_try_again() -> None:
    assert problem_response(api.Overloaded("full", 7)).headers["retry-after"] == "7"


def test_feedback_that_cannot_be_kept_is_not_to_be_sent_again_at_once() -> None:
    assert problem_response(api.FeedbackUnavailable("full")).headers["retry-after"] == "60"


def test_a_lone_surrogate_in_a_message_is_escaped() -> None:
    assert printable("a\ud800b") == "a\\ud800b"
    assert json.loads(bytes(problem_response(api.DuplicateId("\ud800")).body))["detail"] == "\\ud800"


def test_the_openapi_responses_come_from_the_table() -> None:
    responses = problem_responses([model.TextTooLong, api.BodyTooLarge, api.Overloaded])
    assert set(responses) == {413, 429}
    assert set(responses[413]["content"]["application/problem+json"]["examples"]) == {"text_too_long", "body_too_large"}
    assert "Retry-After" in responses[429]["headers"]


def test_a_subclass_that_the_table_does_not_name_has_the_status_of_its_base() -> None:
    class Narrow(model.UnknownFeature):
        pass

    assert status_of(Narrow) == 422
