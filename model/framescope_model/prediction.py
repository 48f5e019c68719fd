"""What the network says of every token of a document, before any threshold or calibration."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framescope_model.encoding import EncodedDocument

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Prediction:
    """The network's outputs over a document of N tokens, all float32 logits unless said otherwise.

    Args:
        text: the document as received.
        encoded: its tokens; a row of each array below belongs to one of them.
        features: [N, 19], the span channels in the order of ``FEATURE_IDS``.
        presence: [N], whether a token belongs to any technique.
        classes: [N, 14], over ``TECHNIQUE_IDS``.
        mode: [N], of :attr:`framescope_model.features.Mode.ADOPTED`.
        roles: [N, 3], of source, cue and content.
        link_queries, link_keys: [N, 2, D], vectors that link a cue to source and content.
        link_bias: [2], added to the links' logits.
    """

    text: str
    encoded: EncodedDocument
    features: FloatArray
    presence: FloatArray
    classes: FloatArray
    mode: FloatArray
    roles: FloatArray
    link_queries: FloatArray
    link_keys: FloatArray
    link_bias: FloatArray


def logit_of(probability: float) -> float:
    """The logit whose sigmoid is ``probability`` in [0, 1]; infinite at the ends."""
    if probability <= 0:
        return -math.inf
    return math.inf if probability >= 1 else math.log(probability / (1 - probability))
