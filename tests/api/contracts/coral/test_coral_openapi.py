"""The description of the phase, held against requests that are signed, whatever they hold."""

import hashlib
import hmac
import time
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from keyword_engine import KeywordEngine, keyword_language
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    missing_required_header,
    negative_data_rejection,
    positive_data_acceptance,
)
from starlette.types import Message, Receive, Scope, Send

from framescope_api.app import create_app
from framescope_api.contracts.coral.policy import parse_policy
from framescope_api.lifecycle import Phase
from framescope_api.settings import Settings

SECRET = "0123456789abcdef" * 4
POLICY = parse_policy(
    '[{"feature": "doubt", "threshold": 0.01, "status": "REJECTED", "flag": "COMMENT_DETECTED_SPAM"}]'
)


class Signing:
    """The application behind somebody who signs every request."""

    def __init__(self) -> None:
        made = Settings(coral_secrets=SECRET, coral_policy=POLICY, coral_deadline_ms=60_000)  # type: ignore[arg-type]
        self.app = create_app(made, lambda _: KeywordEngine(), keyword_language)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = [item for item in scope["headers"] if item[0] != b"x-coral-signature"]
        signed = [*headers, (b"x-coral-signature", f"sha256={digest}".encode())]
        waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return waiting.pop() if waiting else await receive()

        await self.app({**scope, "headers": signed}, replay, send)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_signed_requests_are_answered_as_described(mode: GenerationMode) -> None:
    served = Signing()
    schema = schemathesis.openapi.from_asgi("/openapi.json", served)
    deadline = time.monotonic() + 60
    while served.app.state.lifecycle.phase is not Phase.READY:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    seen = set()

    @given(case=schema["/coral/moderate"]["POST"].as_strategy(generation_mode=mode))
    @settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def check(case: Any) -> None:
        # The header is set right behind the generator, so that a request without one is not at fault.
        excluded = [positive_data_acceptance, missing_required_header, negative_data_rejection]
        seen.add(case.call_and_validate(excluded_checks=excluded).status_code)

    check()
    assert 403 not in seen
    assert seen & ({200, 204} if mode is GenerationMode.POSITIVE else {400, 415, 422})
