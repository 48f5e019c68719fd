import pytest
from hand_clock import HandClock

from framescope_api import quotas as quotas_module
from framescope_api.quotas import Quotas, QuotaState, quota_headers


@pytest.fixture
def hand() -> HandClock:
    return HandClock()


def test_requests_are_let_through_up_to_the_limit_and_told_what_is_left(hand: HandClock) -> None:
    quotas = Quotas(hand.clock)
    assert [quotas.take("a", 3).remaining for _ in range(3)] == [2, 1, 0]
    refused = quotas.take("a", 3)
    assert (refused.exceeded, refused.remaining) == (True, 0)


def test_each_caller_has_a_count_of_its_own(hand: HandClock) -> None:
    quotas = Quotas(hand.clock)
    assert not quotas.take("a", 1).exceeded
    assert quotas.take("a", 1).exceeded
    assert not quotas.take("b", 1).exceeded


def test_a_place_is_free_again_after_the_seconds_that_were_told_and_not_before(hand: HandClock) -> None:
    quotas = Quotas(hand.clock)
    quotas.take("a", 2)
    hand.advance(20)
    quotas.take("a", 2)
    refused = quotas.take("a", 2)
    assert refused.reset_s == 41
    hand.advance(39.9)
    assert quotas.take("a", 2).exceeded
    hand.advance(1.1)
    allowed = quotas.take("a", 2)
    # The first has left the minute; the second, twenty seconds younger, has not.
    assert (allowed.exceeded, allowed.remaining) == (False, 0)
    assert quotas.take("a", 2).exceeded


def test_the_window_slides_so_that_no_minute_holds_more_than_the_limit(hand: HandClock) -> None:
    quotas = Quotas(hand.clock)
    passed: list[float] = []
    for _ in range(300):
        if not quotas.take("a", 10).exceeded:
            passed.append(hand.seconds)
        hand.advance(1)
    assert max(sum(start <= moment < start + 60 for moment in passed) for start in passed) == 10


def test_refused_requests_are_not_counted(hand: HandClock) -> None:
    quotas = Quotas(hand.clock)
    quotas.take("a", 1)
    for _ in range(59):
        hand.advance(1)
        assert quotas.take("a", 1).exceeded
    hand.advance(2)
    assert not quotas.take("a", 1).exceeded


def test_a_new_limit_holds_at_once(hand: HandClock) -> None:
    quotas = Quotas(hand.clock)
    quotas.take("a", 1)
    assert quotas.take("a", 1).exceeded
    assert quotas.take("a", 5) == QuotaState(5, 4, 61, False)


def test_the_number_of_callers_remembered_is_bounded(hand: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas_module, "MAX_CALLERS", 3)
    quotas = Quotas(hand.clock)
    for name in "abc":
        quotas.take(name, 1)
    assert quotas.take("a", 1).exceeded
    quotas.take("d", 1)
    # b was silent longest, and is forgotten; a is not.
    assert quotas.take("a", 1).exceeded
    assert not quotas.take("b", 1).exceeded


def test_the_headers_tell_the_state_and_when_to_try_again_only_when_refused() -> None:
    assert quota_headers(QuotaState(10, 3, 42, False)) == {
        "RateLimit-Limit": "10",
        "RateLimit-Remaining": "3",
        "RateLimit-Reset": "42",
    }
    assert quota_headers(QuotaState(10, 0, 42, True))["Retry-After"] == "42"
