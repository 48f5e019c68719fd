"""Who may call: every route asks for a key and counts towards a quota, unless it is on a short list here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request

from framescope_api.clock import Clock
from framescope_api.errors import ApiKeyInvalid, QuotaExceeded
from framescope_api.keys import Key, KeyRing
from framescope_api.middleware import route_template
from framescope_api.quotas import Quotas, QuotaState
from framescope_api.settings import Settings

OPEN_PATHS: Mapping[str, str] = {
    "/livez": "probes carry no key, and it tells only that the process lives",
    "/readyz": "probes carry no key, and it tells only whether the model is loaded",
    "/openapi.json": "a client reads there how to send its key, and the file is public with the source",
    "/$discovery/rest": "Google's clients read there how to send their key, and it describes nothing but the API",
    "/batch": "its parts carry keys of their own, and each is asked for one as it would be alone",
    "/v2/healthcheck": "the probe of LanguageTool's clients, which tells what /readyz does",
    "/health": "the probe of text-embeddings-inference's clients, which tells what /readyz does",
    "/": "a browser that opens a page sends no key, and the page has a field for the one it scores with",
    "/features": "a page for people to read, which tells what the features mean",
    "/features/{feature_id}": "a page for people to read: what a feature means and how well it is found",
    "/assets/{name}": "the scripts and styles of the pages, which are public with the source",
    "/coral/moderate": "Coral sends no key but signs each request with a secret that it shares with the service",
}
"""The paths, as their routes are declared, that ask for no key and count towards no quota; each with the reason.

``/metrics`` is not among them: its counts tell how much is scored here and what is found in it. Prometheus sends a key
as its ``authorization`` setting.
"""

REFUSALS = (ApiKeyInvalid, QuotaExceeded)
"""What every route that is not open may answer with."""

WAYS = "`Authorization: Bearer KEY`, `X-API-Key: KEY` or `?key=KEY`"


@dataclass(frozen=True, slots=True)
class Admission:
    """A request that may be served, unless its quota is exceeded.

    Args:
        key_name: the name of the key that it carries; absent where no keys are asked for.
        quota: absent where there is none.
    """

    key_name: str | None
    quota: QuotaState | None


class Gate:
    """Tells callers by their keys, or by their addresses where no keys are asked for, and counts their requests.

    Raises:
        SettingsError: the keys file is unusable.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._clock = clock
        self._quota_per_minute = settings.quota_per_minute
        self._ring = None if settings.keys_file is None else KeyRing(settings.keys_file, clock)
        self._quotas = Quotas(clock)

    def admit(self, presented: Sequence[str], address: str) -> Admission:
        """The admission of a request that carries the keys ``presented`` (one of them is enough) from ``address``.

        Raises:
            ApiKeyInvalid: keys are asked for, and none of these is valid.
        """
        if self._ring is None:
            return Admission(None, self._take(f"address {_network(address)}", self._quota_per_minute))
        key = self._valid(self._ring, presented)
        limit = self._quota_per_minute if key.quota_per_minute is None else key.quota_per_minute
        return Admission(key.name, self._take(f"key {key.name}", limit))

    def _valid(self, ring: KeyRing, presented: Sequence[str]) -> Key:
        if not presented:
            raise ApiKeyInvalid(f"this service asks for an API key; send it as {WAYS}")
        found = [key for key in map(ring.find, presented) if key is not None]
        for key in found:
            if key.expires is None or self._clock.now() < key.expires:
                return key
        if found:
            raise ApiKeyInvalid("the API key has expired; ask the operator of this service for a new one")
        raise ApiKeyInvalid("the API key is not known here; ask the operator of this service for one")

    def _take(self, caller: str, limit: int | None) -> QuotaState | None:
        return None if limit is None else self._quotas.take(caller, limit)


async def admit(request: Request) -> None:
    """Admit ``request``, or refuse it; the dependency of every route of the application.

    Raises:
        ApiKeyInvalid, QuotaExceeded: as ``admit_request``.
    """
    if route_template(request.scope) not in OPEN_PATHS:
        admit_request(request)


def admit_request(request: Request) -> None:
    """Admit a request whatever its path, such as a part of a batch whose parts carry the keys.

    What was found is left in the request's state, for the log and for the headers of the answer.

    Raises:
        ApiKeyInvalid: it carries no valid key, though one is asked for.
        QuotaExceeded: its caller has used up its quota.
    """
    gate: Gate = request.app.state.gate
    presented = presented_keys(request)
    try:
        admission = gate.admit(presented, request.client.host if request.client else "")
    except ApiKeyInvalid:
        request.state.challenge = _challenge(presented)
        raise
    request.state.key_name, request.state.quota = admission.key_name, admission.quota
    if admission.quota is not None and admission.quota.exceeded:
        raise QuotaExceeded(
            f"the quota of requests is used up; it allows {admission.quota.limit} a minute", admission.quota.reset_s
        )


def presented_keys(request: Request) -> list[str]:
    """The keys that ``request`` carries in the places where clients put them."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    bearer = credentials.strip() if scheme.lower() == "bearer" else ""
    places = (request.headers.get("x-api-key"), bearer, request.query_params.get("key"))
    return [key for key in places if key]


def _challenge(presented: Sequence[str]) -> str:
    """The ``WWW-Authenticate`` of a refusal (RFC 6750, section 3)."""
    return 'Bearer realm="framescope"' + (', error="invalid_token"' if presented else "")


def _network(address: str) -> str:
    """Whom an address stands for: an IPv6 client usually has a whole /64 to choose from."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
