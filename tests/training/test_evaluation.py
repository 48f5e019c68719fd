import math

import numpy as np
import pytest

from framescope_model.features import FEATURE_IDS, TECHNIQUE_IDS, Mode
from framescope_model.prediction import Prediction
from framescope_model.spans import Span
from framescope_model.techniques import TechniqueClassifier
from framescope_training.corpora import LabelledSpan
from framescope_training.development import SOURCING, TECHNIQUES, DevelopmentDocument, sentence_targets
from framescope_training.evaluation import classify, evaluate, judge, mode_report, modes, technique_report
from framescope_training.fitting import fit_techniques

TEXT = "They lied to us. The vote was on Monday."
LIED, VOTE = Span(5, 9), Span(21, 25)


@pytest.fixture
def prediction(text_encoder):
    def predict(text=TEXT, present=(), technique="doubt", mode=0.0):
        encoded = text_encoder.encode(text)
        tokens = len(encoded)
        presence = np.full(tokens, -6.0, np.float32)
        for span in present:
            presence[slice(*encoded.token_range(span))] = 6.0
        classes = np.zeros((tokens, len(TECHNIQUE_IDS)), np.float32)
        classes[:, TECHNIQUE_IDS.index(technique)] = 3.0
        links = np.zeros((tokens, 2, 4), np.float32)
        return Prediction(
            text=text,
            encoded=encoded,
            features=np.full((tokens, len(FEATURE_IDS)), -6.0, np.float32),
            presence=presence,
            classes=classes,
            mode=np.full(tokens, mode, np.float32),
            roles=np.full((tokens, 3), -6.0, np.float32),
            link_queries=links,
            link_keys=links,
            link_bias=np.zeros(2, np.float32),
        )

    return predict


def document(prediction, spans, judged, logits=None, number=0, text=TEXT):
    sentences = (Span(0, 16), Span(17, 40))
    return DevelopmentDocument(
        ("ptc_dev", str(number)),
        text,
        frozenset({judged}),
        sentences,
        np.full((2, len(FEATURE_IDS)), -6.0) if logits is None else logits,
        sentence_targets(sentences, spans),
        tuple(spans),
        (),
        prediction,
    )


def test_a_sentence_is_positive_where_a_gold_span_overlaps_it():
    targets = sentence_targets((Span(0, 16), Span(17, 40)), [LabelledSpan("doubt", LIED)])
    assert targets[:, FEATURE_IDS.index("doubt")].tolist() == [True, False]
    assert targets.sum() == 1


def test_a_perfect_network_has_perfect_technique_figures(prediction):
    gold = [LabelledSpan("doubt", LIED)]
    documents = [document(prediction(present=[LIED]), gold, TECHNIQUES, number=n) for n in range(4)]
    report = technique_report(documents)
    assert report["span_identification"]["f1"] == 1.0
    assert report["technique_classification"]["f1"] == 1.0
    assert report["span_and_technique"]["f1"] == 1.0


def test_the_wrong_technique_costs_classification_but_not_identification(prediction):
    gold = [LabelledSpan("slogans", LIED)]
    documents = [document(prediction(present=[LIED]), gold, TECHNIQUES, number=n) for n in range(4)]
    report = technique_report(documents)
    assert report["span_identification"]["f1"] == 1.0
    assert report["technique_classification"]["f1"] == 0.0


def test_a_span_given_twice_gets_its_two_likeliest_techniques(prediction):
    predicted = prediction()
    predicted.classes[:, TECHNIQUE_IDS.index("slogans")] = 2.0
    gold = [LabelledSpan("doubt", LIED), LabelledSpan("slogans", LIED)]
    given = document(predicted, gold, TECHNIQUES)
    named = classify(given, given.spans_of(TECHNIQUE_IDS), TechniqueClassifier.unfitted())
    assert named == [("doubt", LIED), ("slogans", LIED)]


def test_the_classifier_learns_what_a_wording_tells(prediction):
    # The network says doubt of every span; only the wording tells these three apart.
    worded = {
        "repetition": ("They lied, and they lied to us.", Span(0, 9)),
        "slogans": ("They lied.", Span(0, 9)),
        "doubt": ("Have they ever told us the truth?", Span(0, 33)),
    }
    documents = [
        document(prediction(text), [LabelledSpan(technique, span)], TECHNIQUES, number=number, text=text)
        for number in range(4)
        for technique, (text, span) in worded.items()
    ]
    classifier = fit_techniques(documents)
    for given in documents:
        assert classify(given, given.spans_of(TECHNIQUE_IDS), classifier) == given.spans_of(TECHNIQUE_IDS)


def test_two_techniques_are_too_few_to_fit(prediction):
    documents = [document(prediction(), [LabelledSpan(name, LIED)], TECHNIQUES) for name in ("doubt", "slogans")]
    assert fit_techniques(documents).bias.tolist() == [0.0] * 14


def test_verdicts_on_a_document_come_from_the_other_documents(prediction):
    channel = FEATURE_IDS.index("doubt")
    documents = []
    for number in range(20):
        logits = np.full((2, len(FEATURE_IDS)), -3.0) + number / 100
        logits[0, channel] = 1.0
        documents.append(document(prediction(), [LabelledSpan("doubt", LIED)], TECHNIQUES, logits, number))
    judgements = judge(documents, "doubt")
    assert all(judgement.flags.tolist() == [True, False] for judgement in judgements)
    # A document whose own label contradicts all others keeps the verdict that these give it.
    lone = document(prediction(), [LabelledSpan("doubt", VOTE)], TECHNIQUES, documents[0].logits, 99)
    assert judge([*documents[1:], lone], "doubt")[-1].flags.tolist() == [True, False]


def test_the_mode_is_read_at_the_threshold(prediction):
    gold = [LabelledSpan("state_official_narrative", LIED, Mode.ADOPTED)]
    likely = document(prediction(mode=1.0), gold, SOURCING)
    assert modes(likely, 0.7) == [(Mode.ADOPTED, Mode.ADOPTED)]
    assert modes(likely, 0.75) == [(Mode.ADOPTED, Mode.RELAYED)]


def test_always_relayed_is_reported_beside_the_mode(prediction):
    spans = [
        LabelledSpan("state_official_narrative", LIED, mode) for mode in (Mode.RELAYED, Mode.RELAYED, Mode.ADOPTED)
    ]
    documents = [document(prediction(mode=-9.0), [span], SOURCING, number=n) for n, span in enumerate(spans)]
    report = mode_report(documents)
    # Relayed: precision 2/3, recall 1, F1 0.8; adopted: 0; their mean 0.4.
    assert report["always_relayed"] == pytest.approx(0.4)
    assert report["macro_f1"] == pytest.approx(0.4)


def test_a_report_holds_no_number_that_json_cannot_tell(prediction):
    documents = [document(prediction(), [], judged, number=n) for n in range(6) for judged in (SOURCING, TECHNIQUES)]
    documents += [document(prediction(), [], "attribution", number=n) for n in range(3)]

    def numbers(figure):
        if isinstance(figure, dict):
            return [number for value in figure.values() for number in numbers(value)]
        if isinstance(figure, list):
            return [number for value in figure for number in numbers(value)]
        return [figure] if isinstance(figure, float) else []

    assert not any(map(math.isnan, numbers(evaluate(documents))))
