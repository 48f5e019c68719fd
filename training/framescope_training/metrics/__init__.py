"""What is measured of a trained model, as pure functions: no torch, no files, randomness handed in.

Truth and prediction are always named (``gold=``, ``predicted=`` or ``scores=``), so that precision and recall cannot be
swapped by their order. A metric over documents has a twin in ``_counts`` for a single document: its results add up to
the metric's, and are what ``bootstrap_interval`` draws.
"""

from framescope_training.metrics.calibration import (
    Binning,
    Brier,
    CalibrationBin,
    CalibrationError,
    brier,
    expected_calibration_error,
)
from framescope_training.metrics.characters import character_counts, measure_characters
from framescope_training.metrics.counts import LabelCounts, LabelledSpan, MatchCounts, pooled_f1
from framescope_training.metrics.flc import flc_counts, measure_flc
from framescope_training.metrics.intervals import Interval, bootstrap_interval
from framescope_training.metrics.mode import ModeQuality, measure_modes, mode_macro_f1
from framescope_training.metrics.overlap import OverlapCounts, overlap_counts
from framescope_training.metrics.passages import (
    PassageQuality,
    average_precision,
    measure_passages,
    passage_counts,
    roc_auc,
)
from framescope_training.metrics.relations import Relation, match_relations, measure_relations, relation_counts
from framescope_training.metrics.span_identification import measure_span_identification, span_identification_counts
from framescope_training.metrics.technique_classification import (
    measure_technique_classification,
    technique_classification_counts,
)
from framescope_training.metrics.tokens import token_counts

__all__ = [
    "Binning",
    "Brier",
    "CalibrationBin",
    "CalibrationError",
    "Interval",
    "LabelCounts",
    "LabelledSpan",
    "MatchCounts",
    "ModeQuality",
    "OverlapCounts",
    "PassageQuality",
    "Relation",
    "average_precision",
    "bootstrap_interval",
    "brier",
    "character_counts",
    "expected_calibration_error",
    "flc_counts",
    "match_relations",
    "measure_characters",
    "measure_flc",
    "measure_modes",
    "measure_passages",
    "measure_relations",
    "measure_span_identification",
    "measure_technique_classification",
    "mode_macro_f1",
    "overlap_counts",
    "passage_counts",
    "pooled_f1",
    "relation_counts",
    "roc_auc",
    "span_identification_counts",
    "technique_classification_counts",
    "token_counts",
]
