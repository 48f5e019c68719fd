"""The nineteen framing features: five of sourcing, fourteen persuasion techniques.

The sourcing definitions are those of the annotation guideline 1.2 (``docs/annotation.md``); the techniques are those of
the Propaganda Techniques Corpus (Da San Martino et al., SemEval-2020 Task 11). The order is that of the network's
channels.
"""

from dataclasses import dataclass
from enum import StrEnum


class FeatureGroup(StrEnum):
    """What a feature looks at: who vouches for a claim, or which persuasion technique a phrase uses."""

    SOURCING = "sourcing"
    TECHNIQUE = "technique"


class Mode(StrEnum):
    """How a state actor's line enters a passage: attributed and unchallenged, or told as the writer's own fact."""

    RELAYED = "relayed"
    ADOPTED = "adopted"


@dataclass(frozen=True, slots=True)
class Feature:
    """A framing feature.

    Args:
        id: its name in code and JSON.
        group: sourcing or technique.
        definition: one sentence that a reader of a score can check the text against.
    """

    id: str
    group: FeatureGroup
    definition: str


def _sourcing(feature_id: str, definition: str) -> Feature:
    return Feature(feature_id, FeatureGroup.SOURCING, definition)


def _technique(feature_id: str, definition: str) -> Feature:
    return Feature(feature_id, FeatureGroup.TECHNIQUE, definition)


FEATURES: tuple[Feature, ...] = (
    _sourcing(
        "unattributed_superlative",
        "The writer places the matter at the extreme of a scale or calls it without precedent, and nobody is named who "
        "vouches for it.",
    ),
    _sourcing(
        "state_official_narrative",
        "A state actor's claim about a contested matter is relayed unchallenged in its paragraph, or told in the "
        "writer's own voice.",
    ),
    _sourcing("vague_attribution", "A claim is laid at the door of somebody the reader cannot identify."),
    _sourcing("loaded_reporting_verb", "The word that introduces a claim judges it: it endorses, doubts or colours."),
    _sourcing(
        "editorial_assertion",
        "The writer evaluates, interprets, ascribes a motive or predicts, on a contested matter, as if it were plain "
        "fact.",
    ),
    _technique("loaded_language", "Words with strong emotional weight are chosen to sway the reader."),
    _technique("name_calling", "The object of the text is given a label that the audience fears, hates or admires."),
    _technique("repetition", "The same message is said again and again so that it is accepted."),
    _technique("exaggeration_minimisation", "Something is made larger, better or worse, or smaller, than it is."),
    _technique("doubt", "The credibility of somebody or something is questioned."),
    _technique("appeal_to_fear", "Support is sought by instilling anxiety about an alternative."),
    _technique("flag_waving", "A strong feeling for a nation or group is played on to justify an action or idea."),
    _technique("causal_oversimplification", "One cause is given for an issue that has several."),
    _technique("slogans", "A brief and striking phrase that may label or stereotype."),
    _technique("appeal_to_authority", "A claim is true because an authority says so, without further evidence."),
    _technique("false_dilemma", "Two alternatives are presented as the only ones (black-and-white fallacy)."),
    _technique("thought_terminating_cliche", "A generic phrase discourages critical thought and discussion."),
    _technique(
        "whataboutism_straw_man_red_herring",
        "An opponent is charged with hypocrisy, a position is replaced by a similar one and refuted, or the irrelevant "
        "is brought in.",
    ),
    _technique(
        "bandwagon_reductio_ad_hitlerum",
        "Something is right because everybody does it, or wrong because it is liked by those the audience despises.",
    ),
)

FEATURE_IDS: tuple[str, ...] = tuple(feature.id for feature in FEATURES)
SOURCING_IDS: tuple[str, ...] = tuple(feature.id for feature in FEATURES if feature.group is FeatureGroup.SOURCING)
TECHNIQUE_IDS: tuple[str, ...] = tuple(feature.id for feature in FEATURES if feature.group is FeatureGroup.TECHNIQUE)
