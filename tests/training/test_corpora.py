import json
from pathlib import Path
from typing import Any

import pytest

from framescope_model.features import FEATURE_IDS, SOURCING_IDS, Mode
from framescope_model.spans import Span
from framescope_training.corpora import (
    CORPORA,
    AttributionAnnotation,
    LabelledSpan,
    SentenceJudgement,
    read_contrast,
    read_corpus,
    read_sourcing_articles,
    read_sourcing_sentences,
)
from framescope_training.corpora.readers import CorpusMissing

LABELS = Path(__file__).parents[2] / "training" / "labels"
TEXT = "The mayor said the bridge is the finest in the land."


def write(folder: Path, name: str, *rows: dict[str, Any]) -> Path:
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


def test_texts_come_in_the_order_of_the_file_under_their_corpus_and_id(tmp_path: Path) -> None:
    folder = write(tmp_path, "ptc_dev", {"id": "2", "text": "B.", "spans": []}, {"id": "1", "text": "A.", "spans": []})
    assert [text.key for text in read_corpus(folder, "ptc_dev")] == [("ptc_dev", "2"), ("ptc_dev", "1")]


def test_spans_are_read_with_their_label(tmp_path: Path) -> None:
    row = {"id": "1", "text": TEXT, "spans": [{"label": "loaded_language", "start": 33, "end": 39}]}
    (text,) = read_corpus(write(tmp_path, "ptc_train", row), "ptc_train")
    assert text.spans == (LabelledSpan("loaded_language", Span(33, 39)),)
    assert text.spans[0].span.cut(text.text) == "finest"


def test_a_row_without_labels_reads_like_one_with_an_empty_list(tmp_path: Path) -> None:
    rows = {"id": "1", "text": "A."}, {"id": "2", "text": TEXT, "spans": [{"label": "doubt", "start": 0, "end": 3}]}
    bare, labelled = read_corpus(write(tmp_path, "ptc_train", *rows), "ptc_train")
    assert bare.spans == bare.attributions == ()
    assert bare.split is bare.label is bare.group is None
    assert len(labelled.spans) == 1


def test_the_pieces_of_an_attribution_come_in_text_order_and_a_role_may_be_empty(tmp_path: Path) -> None:
    relation = {"source": [], "cue": [[10, 14]], "content": [[30, 52], [15, 29]]}
    (text,) = read_corpus(
        write(tmp_path, "polnear_dev", {"id": "1", "text": TEXT, "attributions": [relation]}), "polnear_dev"
    )
    assert text.attributions == (AttributionAnnotation((), (Span(10, 14),), (Span(15, 29), Span(30, 52))),)


def test_texts_about_one_event_share_a_group_that_no_other_corpus_has(tmp_path: Path) -> None:
    rows = [{"id": str(number), "triplet": "storm", "text": TEXT, "spans": []} for number in range(2)]
    assert {text.group for text in read_corpus(write(tmp_path, "basil", *rows), "basil")} == {"basil:storm"}


def test_the_label_and_split_of_a_whole_text_are_kept(tmp_path: Path) -> None:
    row = {"id": "1", "text": TEXT, "label": "weasel", "split": "train"}
    (text,) = read_corpus(write(tmp_path, "wiki_weasel", row), "wiki_weasel")
    assert (text.label, text.split) == ("weasel", "train")


def test_offsets_count_code_points_and_line_breaks_stay(tmp_path: Path) -> None:
    row = {"id": "1", "text": "😀\r\nA vile plot.", "spans": [{"label": "loaded_language", "start": 5, "end": 9}]}
    (text,) = read_corpus(write(tmp_path, "ptc_train", row), "ptc_train")
    assert text.spans[0].span.cut(text.text) == "vile"


def test_an_id_that_looks_like_a_date_stays_as_it_is(tmp_path: Path) -> None:
    row = {"id": "2019-05-01", "text": TEXT, "spans": []}
    (text,) = read_corpus(write(tmp_path, "ptc_train", row), "ptc_train")
    assert text.id == "2019-05-01"


@pytest.mark.parametrize(
    "labels",
    [
        {"spans": [{"label": "doubt", "start": 0, "end": 53}]},
        {"attributions": [{"source": [[0, 9]], "cue": [[10, 14]], "content": [[15, 53]]}]},
    ],
)
def test_a_label_beyond_its_text_is_refused_with_the_place(tmp_path: Path, labels: dict[str, Any]) -> None:
    folder = write(tmp_path, "ptc_train", {"id": "7", "text": TEXT, **labels})
    with pytest.raises(ValueError, match="ptc_train 7: a label ends at 53, the text at 52"):
        read_corpus(folder, "ptc_train")


def test_a_corpus_that_is_not_there_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CorpusMissing, match=r"basil\.jsonl is not there: give the folder .* or leave basil out"):
        read_corpus(tmp_path, "basil")


def test_articles_keep_the_mode_of_a_state_line(tmp_path: Path) -> None:
    spans = [
        {"feature": "state_official_narrative", "start": 0, "end": 20, "mode": "relayed"},
        {"feature": "vague_attribution", "start": 4, "end": 9},
    ]
    row = {"corpus": "basil", "id": "1", "split": "dev", "spans": spans}
    (article,) = read_sourcing_articles(write(tmp_path, "sourcing_articles", row))
    assert (article.key, article.split) == (("basil", "1"), "dev")
    assert [labelled.mode for labelled in article.spans] == [Mode.RELAYED, None]


def test_a_sentence_judged_negative_has_no_spans(tmp_path: Path) -> None:
    row = {"corpus": "basil", "id": "1", "split": "train", "start": 3, "end": 9, "feature": "vague_attribution"}
    rows = {**row, "spans": []}, {**row, "spans": [{"start": 4, "end": 8}]}
    negative, positive = read_sourcing_sentences(write(tmp_path, "sourcing_sentences", *rows))
    assert negative.judgement == SentenceJudgement(Span(3, 9), "vague_attribution", ())
    assert positive.judgement.spans == (Span(4, 8),)


def contrast_row(**changes: Any) -> dict[str, Any]:
    spans = [{"feature": "unattributed_superlative", "start": 29, "end": 51}]
    return {"pair": "p1", "side": "positive", "split": "train", "text": TEXT, "spans": spans, **changes}


def test_the_two_sides_of_a_pair_are_texts_of_one_group(tmp_path: Path) -> None:
    rows = contrast_row(), contrast_row(side="negative", spans=[])
    positive, negative = read_contrast(write(tmp_path, "contrast", *rows))
    assert positive.group == negative.group == "contrast:p1"
    assert positive.key != negative.key
    assert (positive.label, negative.label) == ("positive", "negative")


def test_a_contrast_label_beyond_its_text_is_refused_too(tmp_path: Path) -> None:
    spans = [{"feature": "unattributed_superlative", "start": 29, "end": 60}]
    with pytest.raises(ValueError, match="contrast p1-positive: a label ends at 60, the text at 52"):
        read_contrast(write(tmp_path, "contrast", contrast_row(spans=spans)))


def test_every_corpus_says_whose_it_is_and_on_what_terms() -> None:
    for name, source in CORPORA.items():
        assert source.name == name
        assert source.owner
        assert source.terms
    assert {name for name, source in CORPORA.items() if not source.commercial} == {"babe", "subjectivity"}


def test_the_projects_own_labels_are_of_sourcing_features_and_known_corpora() -> None:
    articles, sentences, contrast = (
        read_sourcing_articles(LABELS),
        read_sourcing_sentences(LABELS),
        read_contrast(LABELS),
    )
    assert {item.key[0] for item in (*articles, *sentences)} <= set(CORPORA)
    labels = {span.label for item in (*articles, *contrast) for span in item.spans}
    assert labels | {sentence.judgement.feature for sentence in sentences} == set(SOURCING_IDS)
    assert labels <= set(FEATURE_IDS)


def test_every_state_line_in_the_projects_own_labels_has_a_mode_and_nothing_else_does() -> None:
    spans = [span for item in (*read_sourcing_articles(LABELS), *read_contrast(LABELS)) for span in item.spans]
    assert all((span.mode is not None) == (span.label == "state_official_narrative") for span in spans)


def test_spans_of_a_judged_sentence_touch_the_sentence() -> None:
    for sentence in read_sourcing_sentences(LABELS):
        assert all(span.overlap(sentence.judgement.sentence) for span in sentence.judgement.spans)
