"""The model card, rendered from a report and nothing else: a figure that was not measured cannot stand in it."""

from collections.abc import Mapping, Sequence
from typing import Any

from framescope_model.features import FEATURES, FeatureGroup
from framescope_training.corpora import CORPORA

GOALS = {"span_identification": 0.42, "technique_classification": 0.52, "sourcing_macro_f1": 0.60, "calibration": 0.05}
"""What the first release set itself on development data; the card says beside each figure whether it was reached."""


def render_model_card(report: Mapping[str, Any]) -> str:
    """The card as Markdown, from the content of ``report.json``."""
    figures, model = report["figures"], report["model"]
    sections = [
        f"# {model['name']} {model['version']}",
        "<!-- Rendered by `framescope evaluate --card`; edit training/framescope_training/model_card.py instead. -->",
        _introduction(report),
        "## Headline figures",
        _headlines(figures),
        "## Sourcing features, by passage",
        _features(figures, FeatureGroup.SOURCING),
        "## Persuasion techniques, by passage",
        _features(figures, FeatureGroup.TECHNIQUE),
        "## Attribution and mode",
        _attribution(figures),
        "## Fresh variants",
        _variants(report["fresh_variants"]),
        "## Contrast pairs",
        _pairs(report["contrast_pairs"]),
        "## Swapped states",
        _swaps(report["swaps"]),
        "## How it was measured",
        _method(report),
        "## Training data and terms",
        _terms(report["training_corpora"]),
        "## Limits",
        _limits(),
    ]
    return "\n\n".join(sections) + "\n"


def _introduction(report: Mapping[str, Any]) -> str:
    model = report["model"]
    return (
        f"Revision `{model['revision']}`, measured with the code of commit `{report['commit']}`. "
        f"One encoder ({report['encoder']['source']}, SHA-256 `{report['encoder']['sha256'][:12]}…`) with heads for "
        "attribution, nineteen framing features and the mode of state-official narratives. It scores how a claim is "
        "carried, never whether it is true."
    )


def _headlines(figures: Mapping[str, Any]) -> str:
    techniques = figures["techniques"]
    rows = [
        _headline("Span identification F1", techniques["span_identification"], "ptc_dev", GOALS["span_identification"]),
        _headline(
            "Technique micro-F1 given gold spans",
            techniques["technique_classification"],
            "ptc_dev",
            GOALS["technique_classification"],
        ),
        _headline("Span-and-technique F1", techniques["span_and_technique"], "ptc_dev", None),
        _headline(
            "Macro passage F1, five sourcing features",
            figures["sourcing_macro_f1"],
            "sourcing dev",
            GOALS["sourcing_macro_f1"],
        ),
    ]
    for group, entry in figures["calibration"].items():
        error, goal = entry["calibration_error"], GOALS["calibration"]
        rows.append(
            [
                f"Calibration error, {group}",
                f"{error:.3f}",
                f"n = {entry['scores']} scores ≥ 0.1",
                _verdict(error <= goal, f"≤ {goal}"),
            ]
        )
    return _table(["Figure", "Value", "Data", "Goal"], rows)


def _headline(name: str, entry: Mapping[str, Any], data: str, goal: float | None) -> list[str]:
    value = entry.get("f1", entry.get("macro_f1"))
    verdict = "" if goal is None else _verdict(value >= goal, f"≥ {goal}")
    return [name, _with_interval(entry), f"{data}, {entry['documents']} articles", verdict]


def _verdict(reached: bool, goal: str) -> str:
    return f"{goal}: {'reached' if reached else 'not reached'}"


def _with_interval(entry: Mapping[str, Any]) -> str:
    low, high = (_number(bound, 3) for bound in entry["interval"])
    return f"{_number(entry.get('f1', entry.get('macro_f1')), 3)} ({low} to {high})"


def _number(value: float | None, digits: int) -> str:
    """``value`` as the tables show it; undefined where nothing could be counted."""
    return "undefined" if value is None else f"{value:.{digits}f}"


def _features(figures: Mapping[str, Any], group: FeatureGroup) -> str:
    rows = []
    for feature in FEATURES:
        if feature.group is group:
            entry = figures["features"][feature.id]
            rows.append(
                [
                    f"`{feature.id}`",
                    f"{entry['positives']} of {entry['passages']}",
                    _number(entry["precision"], 2),
                    _number(entry["recall"], 2),
                    _with_interval(entry),
                    _number(entry["average_precision"], 2),
                    _number(entry["calibration_error"], 3),
                    _number(entry["brier_skill"], 2),
                    _with_interval(entry["span_character_f1"]) if "span_character_f1" in entry else "",
                ]
            )
    heads = ["Feature", "Positives", "Precision", "Recall", "F1", "AP", "ECE", "Brier skill", "Span character F1"]
    if group is FeatureGroup.TECHNIQUE:
        heads, rows = heads[:-1], [row[:-1] for row in rows]
    return _table(heads, rows)


def _attribution(figures: Mapping[str, Any]) -> str:
    attribution, mode = figures["attribution"], figures["mode"]
    rows = [
        [f"Token F1, {role}", _with_interval(entry), f"polnear_dev, {entry['documents']} articles"]
        for role, entry in attribution["tokens"].items()
    ]
    for name, key in (("Relation F1, overlap", "relations"), ("Relation F1, exact pieces", "relations_exact")):
        rows.append([name, _with_interval(attribution[key]), f"polnear_dev, {attribution[key]['documents']} articles"])
    rows.append(
        [
            "Mode macro-F1",
            f"{_with_interval(mode)}; always `relayed`: {mode['always_relayed']:.3f}",
            f"{mode['relayed']} relayed and {mode['adopted']} adopted gold spans",
        ]
    )
    return _table(["Figure", "Value", "Data"], rows)


def _variants(counts: Mapping[str, Mapping[str, int]]) -> str:
    introduction = (
        "Passages composed by a writer who had not seen the training passages (`training/heldout`); they enter no loss "
        "and fit no threshold. A state-official passage counts as right only with its mode.\n\n"
    )
    rows = [[name, f"{count['right']} of {count['n']}"] for name, count in counts.items()]
    return introduction + _table(["Set and side", "Right"], rows)


def _pairs(counts: Mapping[str, Mapping[str, int]]) -> str:
    introduction = (
        "Minimal pairs, one edit between the two sides, by a writer who had not seen the training passages "
        "(`training/heldout`); they enter no loss and fit no threshold. Right means that both sides came out right; a "
        "plain passage is right when nothing of the group is flagged.\n\n"
    )
    rows = [[name.replace("_", " "), f"{count['right']} of {count['n']}"] for name, count in counts.items()]
    return introduction + _table(["What the sides set apart", "Right"], rows)


def _swaps(figures: Mapping[str, Mapping[str, Any]]) -> str:
    introduction = (
        "The passages of the two sections above that name a state, each with four versions in which its states are "
        "exchanged for others (`training/swaps/states.toml`). Range: the highest minus the lowest score of a passage's "
        "versions, its mean over the passages of which some version scores 0.3 or more. A verdict flips where the "
        "versions of a passage are not all flagged, or all not.\n\n"
    )
    rows = [
        [
            feature.replace("_", " "),
            f"{entry['mean_range']:.3f} (n = {entry['groups']})",
            f"{entry['flips']} of {entry['all_groups']}",
        ]
        for feature, entry in figures.items()
    ]
    return introduction + _table(["Feature", "Mean range", "Verdicts that flip"], rows)


def _method(report: Mapping[str, Any]) -> str:
    return (
        "All on development data, on frozen sentence offsets. Calibration and thresholds are fitted on whole "
        "development articles; what is reported comes from ten-fold cross-fitting by article. Intervals are 95 % "
        "bootstrap percentiles over articles. Calibration error: ten equal-width bins over scores of at least 0.1. "
        f"The sourcing labels were annotated by language-model annotators under guideline 1.1 to 1.2; PTC's and "
        f"PolNeAR's are their owners'. Trained with seed {report['seed']}."
    )


def _terms(names: Sequence[str]) -> str:
    rows = [[f"`{name}`", CORPORA[name].owner, CORPORA[name].terms] for name in names]
    introduction = (
        "The code is Apache-2.0. The weights were trained on the corpora below, most of whose owners state no licence "
        "or a research one; whoever uses them commercially must judge that for themselves. Non-commercial sets were "
        "left out."
    )
    closing = "framescope's own labels and contrast passages (`training/labels`) complete the training data."
    return "\n\n".join((introduction, _table(["Corpus", "Whose", "Terms"], rows), closing))


def _limits() -> str:
    return (
        "- English only. Trained on news and opinion, much of it on US politics and on the war in Ukraine.\n"
        "- A score is about wording. It does not know whether a claim is true, and a low score is no certificate.\n"
        "- A state actor's claim that the same paragraph challenges should pass, and often does not: see `challenged` "
        "under the fresh variants and `state challenged` under the contrast pairs.\n"
        "- Features with few positives above are measured loosely; `/v1/features` calls those with F1 under 0.5 "
        "experimental."
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
