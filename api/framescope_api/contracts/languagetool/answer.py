"""From the scorer's results to the matches of the contract, with offsets in UTF-16 units of what was sent."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from framescope_api.contracts.languagetool import schemas as out
from framescope_api.contracts.languagetool.annotation import AnnotatedText
from framescope_api.contracts.languagetool.languages import AUTO, VARIANTS, variant_of
from framescope_api.contracts.languagetool.messages import UNCERTAIN, message
from framescope_api.contracts.languagetool.parameters import CheckRequest
from framescope_api.contracts.languagetool.rules import ISSUE_TYPE, RULES, FramingRule
from framescope_api.contracts.languagetool.software import software
from framescope_api.offsets import OffsetMap, OffsetUnit
from framescope_api.service import Scored
from framescope_model.model_info import ModelInfo
from framescope_model.results import FeatureSpan, ScoredDocument, ScoredPassage
from framescope_model.spans import Span

CONTEXT_LENGTH = 40
"""Code points of context on either side of a match, as many as LanguageTool gives."""

_ONE_LINE = str.maketrans(dict.fromkeys("\t\n\v\f\r\x85\u2028\u2029", " "))
"""One unit for one, so that offsets hold on the one line that clients show."""


@dataclass(frozen=True, slots=True)
class Explained:
    """What an answer tells beside the scores: which model found them, and where its features are explained.

    Args:
        info: the model.
        base_url: the service's own address, without a slash at its end.
    """

    info: ModelInfo
    base_url: str


def check_answer(request: CheckRequest, scored: Scored | None, explained: Explained) -> out.CheckAnswer:
    """The answer to ``request``; without ``scored`` for a text that holds nothing to score."""
    matches: list[out.Match] = []
    ranges: list[list[int]] = []
    if scored is not None:
        writer = _MatchWriter(request.text, scored.result, explained)
        matches = [] if request.is_partial else writer.matches(request)
        ranges = [writer.units(passage.span) for passage in scored.result.passages]
    return out.CheckAnswer(
        software=software(explained.info),
        warnings=out.Warnings(incomplete_results=False),
        language=_language(request, scored),
        matches=matches,
        sentence_ranges=ranges,
    )


def _language(request: CheckRequest, scored: Scored | None) -> out.CheckedLanguage:
    code = variant_of(request.language, request.preferred_variants)
    confidence = 0.0 if scored is None else float(scored.language.score)
    found = out.DetectedLanguage(name=VARIANTS[code], code=code, confidence=confidence)
    # What was declared is not looked at again, and its certainty is the client's.
    if request.language != AUTO:
        found = found.model_copy(update={"source": "declared"})
    return out.CheckedLanguage(name=VARIANTS[code], code=code, detected_language=found)


class _MatchWriter:
    """Writes the matches of one document."""

    def __init__(self, text: AnnotatedText, document: ScoredDocument, explained: Explained) -> None:
        self._text = text
        self._document = document
        self._explained = explained
        self._units = OffsetMap(text.sent, OffsetUnit.UTF16)
        self._ends = [passage.span.end for passage in document.passages]

    def matches(self, request: CheckRequest) -> list[out.Match]:
        """One for each span whose rule is switched on, sorted by where it starts."""
        allowed = [span for span in self._document.spans if request.choice.allows(RULES[span.feature])]
        return sorted((self._match(span) for span in allowed), key=lambda match: (match.offset, match.length))

    def units(self, span: Span) -> list[int]:
        """Where ``span`` of what is read starts and ends in what was sent, in UTF-16 units."""
        sent = self._text.locate(span)
        return [self._units.from_codepoints(sent.start), self._units.from_codepoints(sent.end)]

    def _match(self, found: FeatureSpan) -> out.Match:
        rule = RULES[found.feature]
        start, end = self.units(found.span)
        uncertain = self._is_uncertain(found)
        told = message(found, self._text.read)
        return out.Match(
            message=f"{told} {UNCERTAIN}" if uncertain else told,
            short_message=rule.name,
            replacements=[],
            offset=start,
            length=end - start,
            context=self._context(self._text.locate(found.span)),
            sentence=self._sentence(found.span),
            type=out.MatchType(type_name="Hint"),
            rule=self._rule(rule, uncertain),
            # A score is sure when its sentence has ended: half a sentence may yet name its source.
            ignore_for_incomplete_sentence=True,
            context_for_sure_match=-1,
        )

    def _rule(self, rule: FramingRule, uncertain: bool) -> out.Rule:
        described = out.Rule(
            id=rule.id,
            description=rule.definition,
            issue_type=ISSUE_TYPE,
            urls=[out.Url(value=f"{self._explained.base_url}/features/{rule.feature}")],
            category=out.Category(id=rule.category.id, name=rule.category.name),
        )
        return described.model_copy(update={"tags": ["picky"]}) if uncertain else described

    def _context(self, sent: Span) -> out.Context:
        text = self._text.sent
        first, last = max(0, sent.start - CONTEXT_LENGTH), min(len(text), sent.end + CONTEXT_LENGTH)
        before = ("..." if first else "") + text[first : sent.start]
        words = text[sent.start : sent.end]
        after = text[sent.end : last] + ("..." if last < len(text) else "")
        return out.Context(
            text=(before + words + after).translate(_ONE_LINE),
            offset=_utf16_length(before),
            length=_utf16_length(words),
        )

    def _sentence(self, span: Span) -> str:
        sentence = next((passage.span for passage in self._passages(span)), span)
        return sentence.cut(self._text.read).strip()

    def _is_uncertain(self, found: FeatureSpan) -> bool:
        """Whether the span is told at the picky level only."""
        threshold = self._explained.info.thresholds[found.feature]
        scores = (passage.scores[found.feature] for passage in self._passages(found.span))
        return max(scores, default=found.score) < threshold

    def _passages(self, span: Span) -> Iterator[ScoredPassage]:
        """The passages that ``span`` overlaps; they come in text order."""
        for passage in self._document.passages[bisect_right(self._ends, span.start) :]:
            if passage.span.start >= span.end:
                return
            yield passage


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
