"""The signature that Coral puts on its requests (its webhook guide, "Webhook Signing")."""

import hashlib
import hmac
from collections.abc import Sequence

SIGNATURE_HEADER = "X-Coral-Signature"
SCHEME = "sha256="

MAX_SIGNATURES = 10
"""Coral sends one for each secret that has not expired, which are two while one rolls."""


def is_signed(body: bytes, header: str, secrets: Sequence[str]) -> bool:
    """Whether a signature in ``header`` is the HMAC-SHA256 of the raw ``body`` under one of ``secrets``.

    Every signature is compared with every secret in constant time, so that how long it takes tells nothing of them.
    """
    given = [part.strip() for part in header.split(",")[:MAX_SIGNATURES]]
    # Bytes, since the comparison of strings refuses what is not ASCII.
    digests = [_digest(part) for part in given if part.startswith(SCHEME)]
    expected = [hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode() for secret in secrets]
    matches = [hmac.compare_digest(one, other) for one in digests for other in expected]
    return any(matches)


def _digest(signature: str) -> bytes:
    return signature.removeprefix(SCHEME).lower().encode("utf-8", "backslashreplace")
