import numpy as np

from framescope_model.features import FEATURE_IDS, SOURCING_IDS, TECHNIQUE_IDS, Mode
from framescope_model.spans import Span
from framescope_training.corpora import AnnotatedText, LabelledSpan, SentenceJudgement
from framescope_training.supervision import Supervision, supervise_text

TEXT = "It was the worst winter. The minister blamed them. The thaw came."


def span_of(words):
    return Span(TEXT.index(words), TEXT.index(words) + len(words))


def channel(feature):
    return FEATURE_IDS.index(feature)


def test_a_technique_corpus_says_nothing_of_sourcing(text_encoder):
    supervision = Supervision.silent(text_encoder.encode(TEXT))
    supervise_text(supervision, AnnotatedText("ptc_train", "1", TEXT))
    assert not supervision.mask[:, : len(SOURCING_IDS)].any()
    assert supervision.mask[:, len(SOURCING_IDS) :].all()
    assert supervision.mask.shape[1] == len(SOURCING_IDS) + len(TECHNIQUE_IDS)


def test_a_judged_sentence_speaks_of_its_own_feature_and_words_alone(text_encoder):
    supervision = Supervision.silent(text_encoder.encode(TEXT))
    sentence = span_of("It was the worst winter.")
    judgement = SentenceJudgement(sentence, "unattributed_superlative", (span_of("worst winter"),))
    supervision.close_passages()
    supervision.add_judgement(judgement)
    first, last = supervision.encoded.token_range(sentence)
    assert supervision.mask[first:last, channel("unattributed_superlative")].all()
    assert supervision.mask.sum() == last - first
    [passage] = supervision.passages
    assert passage.targets[channel("unattributed_superlative")]
    assert passage.mask.sum() == 1


def test_tokens_of_a_span_are_marked_to_the_letter(text_encoder):
    supervision = Supervision.silent(text_encoder.encode(TEXT))
    supervision.add_sourcing([LabelledSpan("unattributed_superlative", span_of("worst winter"))])
    marked = np.flatnonzero(supervision.targets[:, channel("unattributed_superlative")])
    encoded = supervision.encoded
    assert TEXT[encoded.starts[marked[0]] : encoded.ends[marked[-1]]] == "worst winter"


def test_every_sentence_of_a_judged_article_becomes_a_passage_with_its_label(text_encoder):
    supervision = Supervision.silent(text_encoder.encode(TEXT))
    supervision.add_sourcing(
        [LabelledSpan("state_official_narrative", span_of("The minister blamed them"), Mode.RELAYED)]
    )
    supervision.close_passages()
    labels = [bool(passage.targets[channel("state_official_narrative")]) for passage in supervision.passages]
    assert labels == [False, True, False]
    [mode] = supervision.modes
    assert list(Mode)[mode.label] is Mode.RELAYED


def test_a_paragraph_mark_belongs_to_no_span(text_encoder):
    encoded = text_encoder.encode("One line here.\n\nAnother line there.")
    first, last = encoded.token_range(Span(16, 23))
    assert all(encoded.starts[first:last] < encoded.ends[first:last])
