import json
from collections import Counter

import numpy as np
import pytest
import torch

from framescope_training.batches import batch_windows, collate, cut_windows, sample_windows
from framescope_training.losses import compute_losses
from framescope_training.trainer import CHECKPOINT, LOG_STEPS, WEIGHTS, Trainer, epoch_batches, learning_rate_factor


def silent(progress):
    del progress


def test_windows_cover_every_token_of_a_dense_document(documents, training_config):
    windows = cut_windows(documents[:1], training_config.windows, np.random.default_rng(0))
    covered = {token for window in windows for token in range(window.start, window.end)}
    assert covered == set(range(len(documents[0].encoded)))
    assert all(len(window) <= training_config.windows.size for window in windows)


def test_batches_hold_each_window_once_and_keep_to_the_token_limit(documents, training_config):
    rng = np.random.default_rng(0)
    windows = cut_windows(documents, training_config.windows, rng)
    batches = batch_windows(windows, 128, rng)
    assert sorted(id(window) for batch in batches for window in batch) == sorted(id(window) for window in windows)
    assert all(len(batch) * (max(map(len, batch)) + 2) <= 128 for batch in batches)


def test_an_epoch_takes_our_own_passages_as_often_as_configured(documents, training_config):
    windows = cut_windows(documents, training_config.windows, np.random.default_rng(0))
    config = training_config.sampling.model_copy(
        update={"passage_repeats": 3, "attribution_only": 1.0, "bias_only": 1.0, "weasel_only": 1.0}
    )
    drawn = Counter(id(window) for window in sample_windows(windows, config, np.random.default_rng(0)))
    for window in windows:
        assert drawn[id(window)] == (3 if window.supervision.is_own_passage else 1)


def test_a_corpus_that_is_silent_about_a_head_adds_nothing_to_its_loss(
    documents, training_config, network, text_encoder
):
    windows = cut_windows(documents[1:2], training_config.windows, np.random.default_rng(0))
    _, losses = compute_losses(network, collate(windows, text_encoder))
    assert losses["attribution_tokens"] > 0
    assert losses["links"] > 0
    for name in (
        "sourcing_tokens",
        "technique_tokens",
        "technique_classes",
        "passages",
        "mode",
        "bias_tokens",
        "weasel_passages",
    ):
        assert losses[name] == 0, name


def test_an_epoch_is_drawn_alike_from_the_same_seed(documents, training_config):
    def drawn(epoch):
        batches = epoch_batches(documents, training_config, epoch)
        return [[(id(w.supervision), w.start, w.end) for w in batch] for batch in batches]

    assert drawn(0) == drawn(0)


def test_a_few_steps_lower_the_loss(documents, training_config, network, text_encoder, tmp_path):
    settings = training_config.model_copy(
        update={"optimiser": training_config.optimiser.model_copy(update={"epochs": 25, "checkpoint_steps": 1000})}
    )
    seen = []
    Trainer(network, text_encoder, settings, tmp_path).run(documents, seen.append)
    assert seen[-1].losses["total"] < 0.7 * seen[0].losses["total"]
    lines = (tmp_path / "log.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in lines] == [LOG_STEPS * (n + 1) for n in range(len(seen))]


def test_a_run_that_was_cut_off_ends_where_an_unbroken_one_does(
    documents, training_config, network, text_encoder, tmp_path
):
    start = {name: value.clone() for name, value in network.state_dict().items()}
    torch.manual_seed(1)
    Trainer(network, text_encoder, training_config, tmp_path / "whole").run(documents, silent)

    class CutOff(Exception):
        pass

    class Fragile(Trainer):
        def _update(self, windows):
            if self.step == 3:
                raise CutOff
            return super()._update(windows)

    network.load_state_dict(start)
    torch.manual_seed(1)
    with pytest.raises(CutOff):
        Fragile(network, text_encoder, training_config, tmp_path / "broken").run(documents, silent)
    network.load_state_dict(start)
    Trainer(network, text_encoder, training_config, tmp_path / "broken").run(documents, silent)
    whole, broken = (torch.load(tmp_path / name / WEIGHTS, weights_only=True) for name in ("whole", "broken"))
    assert all(torch.allclose(whole[name], broken[name], atol=1e-6) for name in whole)


def test_a_checkpoint_of_another_config_is_refused(documents, training_config, network, text_encoder, tmp_path):
    Trainer(network, text_encoder, training_config, tmp_path).run(documents, silent)
    assert (tmp_path / CHECKPOINT).is_file()
    other = training_config.model_copy(update={"seed": 99})
    with pytest.raises(ValueError, match="another config"):
        Trainer(network, text_encoder, other, tmp_path).run(documents, silent)


def test_the_learning_rate_rises_then_falls_to_nothing():
    factors = [learning_rate_factor(step, 100, 0.1) for step in range(101)]
    assert factors[0] == pytest.approx(0.1)
    assert max(factors) == factors[9] == pytest.approx(1.0)
    assert factors[100] == pytest.approx(0.0)
