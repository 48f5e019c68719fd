"""The training loop: seeded, resumable at any checkpoint, with progress shown."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from framescope_model.encoding import TextEncoder
from framescope_training.batches import TrainingWindow, batch_windows, collate, cut_windows, sample_windows
from framescope_training.config import OptimiserConfig, TrainingConfig
from framescope_training.losses import compute_losses, weighted_sum
from framescope_training.network import FramescopeNetwork
from framescope_training.supervision import Supervision

CHECKPOINT = "checkpoint.pt"
WEIGHTS = "weights.pt"
LOG = "log.jsonl"
LOG_STEPS = 20


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands: ``step`` of ``steps``, the mean loss since the last report, tokens a second."""

    step: int
    steps: int
    epoch: int
    losses: dict[str, float]
    tokens_per_second: float


def epoch_batches(documents: Sequence[Supervision], config: TrainingConfig, epoch: int) -> list[list[TrainingWindow]]:
    """The batches of an epoch; the same for the same seed and epoch, so that a resumed run draws what it would have."""
    rng = np.random.default_rng((config.seed, epoch))
    windows = sample_windows(cut_windows(documents, config.windows, rng), config.sampling, rng)
    return batch_windows(windows, config.optimiser.batch_tokens, rng)


def parameter_groups(network: FramescopeNetwork, config: OptimiserConfig) -> list[dict[str, object]]:
    """AdamW's groups: each encoder layer learns slower than the one above it; norms and biases do not decay."""
    layers = network.encoder.config.num_hidden_layers
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if name.startswith("encoder."):
            depth = int(name.split(".layer.")[1].split(".")[0]) + 1 if ".layer." in name else 0
            rate = config.encoder_learning_rate * config.layer_decay ** (layers - depth)
        else:
            rate = config.head_learning_rate
        decay = config.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return [{"params": group, "lr": rate, "weight_decay": decay} for (rate, decay), group in groups.items()]


def learning_rate_factor(step: int, steps: int, warmup: float) -> float:
    """Linear warm-up over the part ``warmup`` of the run, then a half cosine to zero."""
    rising = max(1, round(steps * warmup))
    if step < rising:
        return (step + 1) / rising
    return 0.5 * (1 + float(np.cos(np.pi * (step - rising) / max(1, steps - rising))))


class Trainer:
    """One training run in one folder, which holds its checkpoint, its log and at the end its weights."""

    def __init__(self, network: FramescopeNetwork, encoder: TextEncoder, config: TrainingConfig, folder: Path) -> None:
        self.network, self.encoder, self.config, self.folder = network, encoder, config, folder
        self.optimiser = torch.optim.AdamW(parameter_groups(network, config.optimiser))
        self.step = 0
        folder.mkdir(parents=True, exist_ok=True)

    def run(self, documents: Sequence[Supervision], report: Callable[[Progress], None]) -> None:
        """Train to the end of the config's epochs, from the folder's checkpoint if there is one; write the weights."""
        sizes = [len(epoch_batches(documents, self.config, epoch)) for epoch in range(self.config.optimiser.epochs)]
        steps = sum(sizes)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimiser, lambda step: learning_rate_factor(step, steps, self.config.optimiser.warmup)
        )
        self._resume(schedule)
        self.network.train()
        sums: dict[str, float] = {}
        tokens, since = 0, time.monotonic()
        for epoch, windows in self._remaining(documents, sizes):
            losses = self._update(windows)
            schedule.step()
            self.step += 1
            tokens += sum(len(window) for window in windows)
            for name, value in losses.items():
                sums[name] = sums.get(name, 0.0) + value / LOG_STEPS
            if self.step % LOG_STEPS == 0:
                rate = tokens / (time.monotonic() - since)
                self._log(Progress(self.step, steps, epoch, sums, rate), report)
                sums, tokens, since = {}, 0, time.monotonic()
            if self.step % self.config.optimiser.checkpoint_steps == 0:
                self._save(schedule)
        torch.save(self.network.state_dict(), self.folder / WEIGHTS)

    def _remaining(
        self, documents: Sequence[Supervision], sizes: Sequence[int]
    ) -> Iterator[tuple[int, list[TrainingWindow]]]:
        done = self.step
        for epoch, size in enumerate(sizes):
            if done < size:
                for windows in epoch_batches(documents, self.config, epoch)[done:]:
                    yield epoch, windows
            done = max(0, done - size)

    def _update(self, windows: Sequence[TrainingWindow]) -> dict[str, float]:
        batch = collate(windows, self.encoder)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            _, losses = compute_losses(self.network, batch)
            total = weighted_sum(losses, self.config.loss)
        self.optimiser.zero_grad()
        total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), self.config.optimiser.clip_norm)
        self.optimiser.step()
        return {"total": float(total.detach())} | {name: float(loss.detach()) for name, loss in losses.items()}

    def _log(self, progress: Progress, report: Callable[[Progress], None]) -> None:
        line = {"step": progress.step, "epoch": progress.epoch, "tokens_per_second": progress.tokens_per_second}
        with (self.folder / LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps(line | progress.losses) + "\n")
        report(progress)

    def _save(self, schedule: torch.optim.lr_scheduler.LambdaLR) -> None:
        state = {
            "network": self.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "schedule": schedule.state_dict(),
            "step": self.step,
            "random": torch.get_rng_state(),
            "config": self.config.model_dump(mode="json"),
        }
        # Written beside and moved into place: a run that is killed while it saves keeps the checkpoint before.
        beside = self.folder / f"{CHECKPOINT}.new"
        torch.save(state, beside)
        beside.replace(self.folder / CHECKPOINT)

    def _resume(self, schedule: torch.optim.lr_scheduler.LambdaLR) -> None:
        path = self.folder / CHECKPOINT
        if not path.is_file():
            return
        state = torch.load(path, weights_only=True)
        if state["config"] != self.config.model_dump(mode="json"):
            raise ValueError(f"{path} was written under another config: give another folder, or remove it")
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        schedule.load_state_dict(state["schedule"])
        torch.set_rng_state(state["random"])
        self.step = state["step"]
