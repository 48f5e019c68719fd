"""A network small enough to train in a test, and documents to train it on."""

import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertModel

from framescope_model.encoding import TextEncoder
from framescope_model.spans import Span
from framescope_training.config import TrainingConfig
from framescope_training.corpora import AnnotatedText, AttributionAnnotation, LabelledSpan
from framescope_training.network import FramescopeNetwork
from framescope_training.supervision import Supervision, supervise_text

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[unused1]", "[unused2]"]
LETTERS = [mark + chr(code) for code in range(ord("a"), ord("z") + 1) for mark in ("", "##")]
PUNCTUATION = [".", ",", '"', "'", "-", "?", "!"]


@pytest.fixture(scope="session")
def text_encoder() -> TextEncoder:
    vocabulary = {token: number for number, token in enumerate(SPECIAL + LETTERS + PUNCTUATION)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return TextEncoder(tokenizer)


@pytest.fixture
def network() -> FramescopeNetwork:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(SPECIAL + LETTERS + PUNCTUATION),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        attention_probs_dropout_prob=0.0,
    )
    return FramescopeNetwork(BertModel(config, add_pooling_layer=False), 32, 0.0)


@pytest.fixture
def training_config() -> TrainingConfig:
    return TrainingConfig.model_validate(
        {
            "name": "tiny",
            "version": "0.0.0",
            "corpora": ["ptc_train"],
            "windows": {"size": 62, "margin": 8, "judged_sentence_size": 40},
            "optimiser": {"epochs": 2, "batch_tokens": 128, "checkpoint_steps": 1, "head_learning_rate": 0.01},
        }
    )


def span_of(text: str, words: str) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


def supervised(text_encoder: TextEncoder, text: AnnotatedText) -> Supervision:
    supervision = Supervision.silent(text_encoder.encode(text.text))
    supervise_text(supervision, text)
    supervision.close_passages()
    return supervision


@pytest.fixture
def documents(text_encoder: TextEncoder) -> list[Supervision]:
    """One text of each kind of label; the longest needs several windows."""
    plot = "The plot was vile. The vote was on Monday. " * 4
    said = "The mayor said the bridge was safe. Nobody else spoke."
    pair = "It was the worst winter of all. The thaw came late."
    return [
        supervised(
            text_encoder,
            AnnotatedText("ptc_train", "1", plot, spans=(LabelledSpan("loaded_language", span_of(plot, "vile")),)),
        ),
        supervised(
            text_encoder,
            AnnotatedText(
                "polnear_train",
                "2",
                said,
                attributions=(
                    AttributionAnnotation(
                        (span_of(said, "The mayor"),), (span_of(said, "said"),), (span_of(said, "the bridge was safe"),)
                    ),
                ),
            ),
        ),
        supervised(
            text_encoder,
            AnnotatedText(
                "contrast",
                "3",
                pair,
                spans=(LabelledSpan("unattributed_superlative", span_of(pair, "worst winter of all")),),
            ),
        ),
        supervised(text_encoder, AnnotatedText("wiki_weasel", "4", "Some say it is so.", label="weasel")),
        supervised(
            text_encoder,
            AnnotatedText("basil", "5", said, spans=(LabelledSpan("lexical_bias", span_of(said, "safe")),)),
        ),
    ]
