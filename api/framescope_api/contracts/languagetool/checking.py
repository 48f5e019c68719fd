"""Checks a text: our own matches, and those of the server behind this one when there is one.

Which language is answered how. A client that gets 200 with no match tells its user that the text is fine, and most look
at no warning. So a text in another language than English, whether declared or detected, is never answered with an empty
list by us, who have not read it: the server behind this one answers it alone, and without one the answer is an error
(400), as LanguageTool gives it for a language that it does not know. Clients show that error. What the client declares
wins over detection, as everywhere in framescope and as with LanguageTool.
"""

import asyncio
from collections.abc import Mapping

from framescope_api.contracts.languagetool.answer import Explained, check_answer
from framescope_api.contracts.languagetool.languages import AUTO, VARIANTS, is_english
from framescope_api.contracts.languagetool.parameters import CheckRequest
from framescope_api.contracts.languagetool.schemas import CheckAnswer, Warnings
from framescope_api.contracts.languagetool.upstream import SILENT, Refusal, Silence, Upstream
from framescope_api.errors import InvalidRequest, UpstreamFailed
from framescope_api.service import Document, Failure, Scored, ScoringService
from framescope_model.errors import EmptyText, FramescopeError, TextTooLong, UnsupportedLanguage
from framescope_model.results import ScoreOptions

PICKY_FLOOR = 0.1
"""The score down to which the picky level shows matches.

A score is a calibrated probability. Of matches that score less than one in ten, more than nine in ten are wrong, and a
writer who meets those stops reading any. It is also the lowest threshold that training gives a feature: the picky level
brings every feature down to where the weakest already stand.
"""

FAULTS_OF_THE_CLIENT: Mapping[int, type[FramescopeError]] = {400: InvalidRequest, 413: TextTooLong}
"""What the upstream may refuse because of the text. Other refusals (403, 429) are between it and this service."""


async def check(
    request: CheckRequest, service: ScoringService, upstream: Upstream | None, base_url: str
) -> CheckAnswer:
    """The answer to ``request``.

    Raises:
        UnsupportedLanguage: the text is in another language than English, and there is no upstream.
        UpstreamFailed: it is, and the upstream does not answer.
        InvalidRequest, TextTooLong: it is, and the upstream refuses it.
        TextTooLong, Overloaded: as when scoring.
    """
    if request.is_foreign:
        return await _by_upstream_alone(request, upstream)
    asked = asyncio.create_task(_ask(request, upstream))
    try:
        own = await _own_answer(request, service, base_url)
        return _merged(request, own, await asked)
    except UnsupportedLanguage:
        if upstream is None:
            raise
        return _alone(await asked)
    finally:
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)


async def _own_answer(request: CheckRequest, service: ScoringService, base_url: str) -> CheckAnswer:
    declared = None if request.language == AUTO else request.language
    thresholds = service.engine.info.thresholds
    options = ScoreOptions(thresholds=picky_thresholds(thresholds) if request.picky else None)
    (outcome,) = await service.score([Document("text", request.text.read, declared)], options)
    scored = outcome if isinstance(outcome, Scored) else None
    # An empty text is no fault in this contract: an editor sends what it has.
    if isinstance(outcome, Failure) and not isinstance(outcome.error, EmptyText):
        raise outcome.error
    return await asyncio.to_thread(check_answer, request, scored, Explained(service.engine.info, base_url))


def picky_thresholds(thresholds: Mapping[str, float]) -> dict[str, float]:
    """The thresholds of the picky level, none of which is above the served one."""
    return {feature: min(threshold, PICKY_FLOOR) for feature, threshold in thresholds.items()}


async def _ask(request: CheckRequest, upstream: Upstream | None) -> CheckAnswer | Refusal | Silence | None:
    if upstream is None or not request.text.sent:
        return None
    return await upstream.check(request.parameters)


async def _by_upstream_alone(request: CheckRequest, upstream: Upstream | None) -> CheckAnswer:
    if upstream is None:
        raise UnsupportedLanguage(
            f"the language {request.language} is not checked here; send {AUTO} or one of {', '.join(VARIANTS)}"
        )
    return _alone(await upstream.check(request.parameters))


def _alone(theirs: CheckAnswer | Refusal | Silence | None) -> CheckAnswer:
    if isinstance(theirs, CheckAnswer):
        return theirs
    reason = _reason(theirs)
    if isinstance(theirs, Refusal) and theirs.status in FAULTS_OF_THE_CLIENT:
        raise FAULTS_OF_THE_CLIENT[theirs.status](reason)
    raise UpstreamFailed(f"{reason} It is needed, because only English can be checked without it.")


def _merged(request: CheckRequest, own: CheckAnswer, theirs: CheckAnswer | Refusal | Silence | None) -> CheckAnswer:
    """Our answer with the upstream's matches, or with a warning that they are not there."""
    if theirs is None:
        return own
    if not isinstance(theirs, CheckAnswer):
        return _incomplete(own, _reason(theirs))
    length = len(request.text.sent.encode("utf-16-le", "surrogatepass")) // 2
    if any(match.offset + match.length > length for match in theirs.matches):
        return _incomplete(own, SILENT)
    # Ours lets a short text pass for English; the upstream has detectors of its own, and has checked it as something
    # else. Our reading of it is worth nothing then.
    if request.language == AUTO and not is_english(theirs.language.code):
        return theirs
    matches = sorted([*own.matches, *theirs.matches], key=lambda match: (match.offset, match.length))
    # Its warning, with its reason, is the warning of the whole.
    warnings = theirs.warnings if theirs.warnings.incomplete_results else own.warnings
    return own.model_copy(update={"matches": matches, "warnings": warnings})


def _reason(theirs: Refusal | Silence | None) -> str:
    if isinstance(theirs, Refusal):
        return f"The LanguageTool server behind this service refuses the text: {theirs.reason}"
    return theirs.reason if theirs else SILENT


def _incomplete(own: CheckAnswer, reason: str) -> CheckAnswer:
    warnings = Warnings.model_validate({"incompleteResults": True, "incompleteResultsReason": reason})
    return own.model_copy(update={"warnings": warnings})
