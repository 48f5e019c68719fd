from pathlib import Path

from framescope_training.config import read_config
from framescope_training.corpora import CORPORA

DEFAULT = Path(__file__).resolve().parents[2] / "training" / "configs" / "default.toml"


def test_the_shipped_weights_rest_on_no_corpus_that_rules_commercial_use_out():
    assert not [name for name in read_config(DEFAULT).corpora if not CORPORA[name].commercial]
