"""What a match says to the writer: what was found, and why, from the evidence."""

from collections.abc import Callable, Mapping, Sequence

from framescope_model.features import Mode
from framescope_model.results import FeatureSpan, Voice
from framescope_model.spans import Span

MAX_CUT_LENGTH = 80
"""Longest piece of the text that a message repeats; the words themselves are underlined anyway."""

UNCERTAIN = "The score is below the usual threshold."

TECHNIQUES: Mapping[str, str] = {
    "loaded_language": "These words carry strong emotional weight and may sway the reader.",
    "name_calling": "This is a label that the reader is meant to fear, hate or admire.",
    "repetition": "This message comes again and again, which makes it easier to accept.",
    "exaggeration_minimisation": "This may make the matter larger or smaller than it is.",
    "doubt": "This questions somebody's credibility.",
    "appeal_to_fear": "This seeks support by making the reader afraid of the alternative.",
    "flag_waving": "This plays on feelings for a nation or group to justify something.",
    "causal_oversimplification": "This gives one cause for something that may have several.",
    "slogans": "This is a slogan: brief, striking, and easily a stereotype.",
    "appeal_to_authority": "This is to be believed because an authority says so, without further evidence.",
    "false_dilemma": "Two choices are given here as if there were no others.",
    "thought_terminating_cliche": "A stock phrase like this ends a discussion instead of answering it.",
    "whataboutism_straw_man_red_herring": (
        "This charges somebody with hypocrisy, distorts a position or changes the subject instead of answering."
    ),
    "bandwagon_reductio_ad_hitlerum": "This argues from who else is for it: everybody, or somebody despised.",
}


def message(found: FeatureSpan, text: str) -> str:
    """The message for ``found`` in ``text``: one or two sentences."""
    if found.feature in TECHNIQUES:
        return " ".join([TECHNIQUES[found.feature], *_voice(found, text)])
    return _SOURCING[found.feature](found, text)


def cut(text: str, pieces: Sequence[Span]) -> str:
    """The ``pieces`` of ``text`` on one line, shortened at a space."""
    words = " ".join(" … ".join(piece.cut(text) for piece in pieces).split())
    if len(words) <= MAX_CUT_LENGTH:
        return words
    head = words[:MAX_CUT_LENGTH]
    return f"{head.rpartition(' ')[0] or head} …"


def _source(found: FeatureSpan, text: str) -> str:
    """The words for who vouches for ``found``, in quotation marks since they may be any, such as “He”; or nothing."""
    return f"“{cut(text, found.evidence.source)}”" if found.evidence.source else ""


def _voice(found: FeatureSpan, text: str) -> list[str]:
    """Whose words they are, when they are not the writer's: quoted speech is not held against the writer."""
    source = _source(found, text)
    if found.evidence.voice is Voice.QUOTED:
        return [f"The words are quoted from {source}." if source else "The words are quoted."]
    if found.evidence.voice is Voice.REPORTED and source:
        return [f"The writer reports this from {source}."]
    return []


def _superlative(found: FeatureSpan, text: str) -> str:
    source = _source(found, text)
    if source:
        return f"This superlative rests on {source}; the reader may not be able to tell who that is."
    return "No source is named for this superlative."


def _state_narrative(found: FeatureSpan, text: str) -> str:
    if found.mode is Mode.ADOPTED:
        return "The line of a state actor is told here as plain fact, in the writer's own voice."
    source = _source(found, text)
    if source:
        return f"This is the word of {source}, and nobody in the paragraph questions it."
    return "A state actor's claim is passed on here, and nobody in the paragraph questions it."


def _vague_attribution(found: FeatureSpan, text: str) -> str:
    return f"“{cut(text, [found.span])}” names nobody whom the reader could identify."


def _reporting_verb(found: FeatureSpan, text: str) -> str:
    return f"“{cut(text, [found.span])}” judges the claim that it introduces, where “said” would only report it."


def _editorial_assertion(found: FeatureSpan, text: str) -> str:
    if found.evidence.voice is Voice.NARRATOR:
        return "The writer judges, interprets or predicts here as if it were plain fact, and names no source."
    return " ".join(["A judgement or prediction stands here as if it were plain fact.", *_voice(found, text)])


_SOURCING: Mapping[str, Callable[[FeatureSpan, str], str]] = {
    "unattributed_superlative": _superlative,
    "state_official_narrative": _state_narrative,
    "vague_attribution": _vague_attribution,
    "loaded_reporting_verb": _reporting_verb,
    "editorial_assertion": _editorial_assertion,
}
