import copy
import json
from pathlib import Path

import pytest

from framescope_model.features import FEATURE_IDS, SOURCING_IDS
from framescope_model.scorer import Scorer
from framescope_training.model_card import render_model_card

ROOT = Path(__file__).resolve().parents[2]


def f1(value):
    return {"f1": value, "interval": [value - 0.05, value + 0.05], "documents": 73}


def feature(feature_id):
    entry = {"data": "dev", "passages": 900, "positives": 40, "precision": 0.5, "recall": 0.25, **f1(0.333)}
    entry |= {"average_precision": 0.4, "calibration_error": 0.02, "brier_skill": 0.1}
    return entry | ({"span_character_f1": f1(0.21)} if feature_id in SOURCING_IDS else {})


@pytest.fixture
def report():
    macro = {"macro_f1": 0.61, "interval": [0.55, 0.66], "documents": 83}
    return {
        "model": {"name": "tiny", "version": "9.9.9", "revision": "abcdef012345"},
        "commit": "fedcba987654",
        "encoder": {"source": "package:x", "sha256": "0" * 64},
        "seed": 5,
        "training_corpora": ["ptc_train", "basil"],
        "fresh_variants": {"football/plain": {"right": 19, "n": 20}},
        "contrast_pairs": {"state_challenged": {"right": 7, "n": 14}},
        "swaps": {"vague_attribution": {"groups": 9, "mean_range": 0.0456, "flips": 2, "all_groups": 80}},
        "figures": {
            "techniques": {
                "span_identification": f1(0.419),
                "technique_classification": f1(0.55),
                "span_and_technique": f1(0.2),
            },
            "sourcing_macro_f1": macro,
            "calibration": {
                "sourcing": {"calibration_error": 0.03, "scores": 800},
                "techniques": {"calibration_error": 0.07, "scores": 700},
            },
            "features": {feature_id: feature(feature_id) for feature_id in FEATURE_IDS},
            "attribution": {
                "tokens": {role: f1(0.7) for role in ("source", "cue", "content")},
                "relations": f1(0.5),
                "relations_exact": f1(0.3),
            },
            "mode": {"always_relayed": 0.46, "relayed": 177, "adopted": 29, **macro},
        },
    }


def row(card, start):
    [line] = [line for line in card.splitlines() if line.startswith(f"| {start}")]
    return line


def test_each_headline_says_whether_its_goal_was_reached(report):
    card = render_model_card(report)
    assert "0.419 (0.369 to 0.469)" in row(card, "Span identification F1")
    assert row(card, "Span identification F1").endswith("≥ 0.42: not reached |")
    assert row(card, "Technique micro-F1 given gold spans").endswith("≥ 0.52: reached |")
    assert row(card, "Calibration error, sourcing").endswith("≤ 0.05: reached |")
    assert row(card, "Calibration error, techniques").endswith("≤ 0.05: not reached |")


def test_every_feature_has_its_row(report):
    card = render_model_card(report)
    for feature_id in FEATURE_IDS:
        assert "40 of 900" in row(card, f"`{feature_id}`")


def test_an_undefined_figure_is_called_that(report):
    report["figures"]["features"]["doubt"] |= {"precision": None, "interval": [None, None]}
    assert "undefined" in row(render_model_card(report), "`doubt`")


def test_the_fresh_variants_are_counted(report):
    assert "19 of 20" in row(render_model_card(report), "football/plain")


def test_the_contrast_pairs_are_counted(report):
    assert "7 of 14" in row(render_model_card(report), "state challenged")


def test_what_a_swap_moves_is_told_with_its_numbers(report):
    shown = row(render_model_card(report), "vague attribution")
    assert "0.046" in shown
    assert "n = 9" in shown
    assert "2 of 80" in shown


def test_the_card_names_the_data_it_rests_on_and_no_other(report):
    card = render_model_card(report)
    assert "research use" in row(card, "`ptc_train`")
    assert "babe" not in card


def test_a_report_that_lacks_a_figure_gives_no_card(report):
    lacking = copy.deepcopy(report)
    del lacking["figures"]["features"]["doubt"]
    with pytest.raises(KeyError, match="doubt"):
        render_model_card(lacking)


@pytest.mark.weights
def test_the_shipped_card_is_what_the_shipped_report_renders_to():
    report = json.loads((ROOT / "model" / "report.json").read_text(encoding="utf-8"))
    assert (ROOT / "model" / "README.md").read_text(encoding="utf-8") == render_model_card(report)


@pytest.mark.weights
def test_the_shipped_report_speaks_of_the_shipped_artifact():
    report = json.loads((ROOT / "model" / "report.json").read_text(encoding="utf-8"))
    info = Scorer.load().info
    assert report["model"] == {"name": info.name, "version": info.version, "revision": info.revision}
    for feature_id in FEATURE_IDS:
        assert info.quality[feature_id]["f1"] == pytest.approx(report["figures"]["features"][feature_id]["f1"])
