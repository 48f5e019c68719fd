from dataclasses import replace

from keyword_engine import INFO

from framescope_api.page.entries import feature_entries
from framescope_model.features import FEATURE_IDS


def test_all_features_are_shown_in_the_order_of_the_channels() -> None:
    assert [entry.feature.id for entry in feature_entries(INFO)] == list(FEATURE_IDS)


def test_nothing_is_said_of_quality_while_no_model_is_loaded() -> None:
    assert {entry.quality for entry in feature_entries(None)} == {None}


def test_the_figures_are_those_of_the_artifact() -> None:
    by_id = {entry.feature.id: entry.quality for entry in feature_entries(INFO)}
    measured, unmeasured = by_id["state_official_narrative"], by_id["loaded_language"]
    assert measured is not None
    assert unmeasured is not None
    assert (measured.precision, measured.recall, measured.f1) == ("0.50", "0.40", "0.44")
    assert (measured.positives, measured.passages, measured.reliable, measured.threshold) == (20, 900, False, "0.50")
    assert (unmeasured.f1, unmeasured.passages, unmeasured.reliable) == (None, None, False)


def test_a_feature_that_the_model_does_not_score_has_no_threshold() -> None:
    entries = feature_entries(replace(INFO, thresholds={}))
    assert [entry.quality.threshold for entry in entries if entry.quality] == [None] * len(FEATURE_IDS)
