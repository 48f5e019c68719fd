import hashlib
import hmac

import pytest

from framescope_api.contracts.coral.signature import is_signed

OLD, NEW = "0" * 64, "f" * 64
BODY = '{"comment": {"body": "naïve"}}'.encode()


def signature(secret: str, body: bytes = BODY) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_the_signature_of_a_known_body_is_the_one_that_openssl_makes() -> None:
    # printf '{}' | openssl dgst -sha256 -hmac secret
    known = "sha256=77325902caca812dc259733aacd046b73817372c777b8d95b402647474516e13"
    assert is_signed(b"{}", known, ["secret"])


def test_any_secret_that_is_known_will_do() -> None:
    assert is_signed(BODY, signature(OLD), [OLD, NEW])
    assert is_signed(BODY, signature(NEW), [OLD, NEW])


@pytest.mark.parametrize("between", [",", ", "])
def test_while_coral_rolls_its_secret_one_of_its_signatures_is_enough(between: str) -> None:
    header = between.join([signature(NEW), signature(OLD)])
    assert is_signed(BODY, header, [OLD])
    assert is_signed(BODY, header, [NEW])


def test_a_body_that_was_changed_is_not_signed() -> None:
    assert not is_signed(BODY + b" ", signature(OLD), [OLD])


@pytest.mark.parametrize(
    "header",
    [
        "",
        ",",
        "sha256=",
        "sha256",
        signature(NEW),
        signature(OLD).removeprefix("sha256="),
        signature(OLD).replace("sha256", "sha1"),
        signature(OLD)[:-1],
        signature(OLD) + "0",
        "sha256=é",
        "sha256=\udcff",
    ],
)
def test_anything_else_is_not_signed(header: str) -> None:
    assert not is_signed(BODY, header, [OLD])


def test_without_a_secret_nothing_is_signed() -> None:
    assert not is_signed(BODY, signature(""), [])


def test_a_header_full_of_signatures_is_not_read_to_its_end() -> None:
    assert not is_signed(BODY, ",".join([signature(NEW)] * 100 + [signature(OLD)]), [OLD])
