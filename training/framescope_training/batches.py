"""Cutting supervised documents into training windows and collating these into batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from framescope_model.encoding import SIGNAL_SIZES, TextEncoder
from framescope_model.windows import plan_windows
from framescope_training.config import SamplingConfig, WindowConfig
from framescope_training.supervision import (
    BIAS_LABELS,
    LINKED_ROLES,
    ROLES,
    ClassedSpan,
    PassageTargets,
    RelationTargets,
    Supervision,
)

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class TrainingWindow:
    """The tokens ``[start, end)`` of a supervised document."""

    supervision: Supervision
    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def holds(self, first: int, last: int) -> bool:
        """Whether the token range lies wholly in the window."""
        return self.start <= first and last <= self.end


@dataclass(frozen=True, slots=True)
class LinkTargets:
    """Cues of a batch: ``rows`` [C] the window of each, ``cues`` and ``linked`` bool [C, T] and [C, T, 2]."""

    rows: Tensor
    cues: Tensor
    linked: Tensor


@dataclass(frozen=True, slots=True)
class SpanTargets:
    """Token ranges of a batch: ``rows`` [N] the window of each, ``inside`` bool [N, T], ``labels`` int64 [N]."""

    rows: Tensor
    inside: Tensor
    labels: Tensor


@dataclass(frozen=True, slots=True)
class PassageBatch:
    """Passages of a batch: ``rows`` [P], ``inside`` bool [P, T], ``targets`` and ``mask`` [P, features]."""

    rows: Tensor
    inside: Tensor
    targets: Tensor
    mask: Tensor


@dataclass(frozen=True, slots=True)
class Batch:
    """B windows padded to T tokens, the opening and closing token among them.

    Args:
        input_ids, attention_mask: int64 [B, T]; ``signals``: int64 [B, T, 3].
        targets, mask: [B, T, features]; ``roles``, ``bias`` with their masks [B, T, channels] and [B, T].
        weasel, weasel_mask: [B].
    """

    input_ids: Tensor
    attention_mask: Tensor
    signals: Tensor
    targets: Tensor
    mask: Tensor
    roles: Tensor
    roles_mask: Tensor
    bias: Tensor
    bias_mask: Tensor
    weasel: Tensor
    weasel_mask: Tensor
    passages: PassageBatch
    techniques: SpanTargets
    modes: SpanTargets
    links: LinkTargets


def cut_windows(
    documents: Sequence[Supervision], config: WindowConfig, rng: np.random.Generator
) -> list[TrainingWindow]:
    """All windows of ``documents`` that hold a label; where they fall shifts from epoch to epoch with ``rng``."""
    windows: list[TrainingWindow] = []
    for document in documents:
        if document.is_dense:
            shift = int(rng.integers(config.size - 2 * config.margin)) if len(document.encoded) > config.size else 0
            if shift:
                windows.append(TrainingWindow(document, 0, min(shift + config.margin, len(document.encoded))))
            planned = plan_windows(len(document.encoded) - shift, config.size, config.margin)
            windows += [TrainingWindow(document, shift + window.start, shift + window.end) for window in planned]
        else:
            windows += _around_judgements(document, config.judged_sentence_size)
    return windows


def _around_judgements(document: Supervision, size: int) -> Iterator[TrainingWindow]:
    """Windows about the judged sentences; one window serves all that lie in it."""
    done = 0
    for first, last in sorted(document.judged_ranges):
        if last > done:
            start = max(0, (first + last - size) // 2)
            done = min(len(document.encoded), max(start + size, last))
            yield TrainingWindow(document, max(0, min(start, done - size)), done)


def sample_windows(
    windows: Sequence[TrainingWindow], config: SamplingConfig, rng: np.random.Generator
) -> list[TrainingWindow]:
    """An epoch's windows: all with a label of a feature, and the configured part of those labelled for less."""
    draws = rng.random(len(windows))
    drawn = [window for window, draw in zip(windows, draws, strict=True) if draw < _share(window, config)]
    own = [window for window in drawn if window.supervision.is_own_passage]
    return drawn + own * (config.passage_repeats - 1)


def _share(window: TrainingWindow, config: SamplingConfig) -> float:
    document = window.supervision
    if document.mask[window.start : window.end].any():
        return 1.0
    if document.roles is not None:
        return config.attribution_only
    return config.bias_only if document.bias is not None else config.weasel_only


def batch_windows(
    windows: Sequence[TrainingWindow], batch_tokens: int, rng: np.random.Generator
) -> list[list[TrainingWindow]]:
    """Batches of windows of like length, at most ``batch_tokens`` padded tokens each, in random order."""
    jittered = np.array([len(window) for window in windows]) + rng.uniform(-8, 8, len(windows))
    batches: list[list[TrainingWindow]] = [[]]
    for position in np.argsort(-jittered):
        window = windows[position]
        longest = max((len(other) for other in (*batches[-1], window)), default=0) + 2
        if batches[-1] and longest * (len(batches[-1]) + 1) > batch_tokens:
            batches.append([])
        batches[-1].append(window)
    return [batches[position] for position in rng.permutation(len(batches))]


def collate(windows: Sequence[TrainingWindow], encoder: TextEncoder) -> Batch:
    """Pad ``windows`` to their longest, with the encoder's opening and closing token around each."""
    length = max(len(window) for window in windows) + 2
    documents = [window.supervision for window in windows]
    features = documents[0].targets.shape[1]

    def padded(rows: Sequence[Array | None], *shape: int, dtype: type = np.bool_) -> Tensor:
        return torch.from_numpy(_pad(windows, rows, (len(windows), length, *shape), dtype))

    input_ids = padded([document.encoded.ids for document in documents], dtype=np.int64)
    attention_mask = torch.zeros_like(input_ids)
    for row, window in enumerate(windows):
        input_ids[row, len(window) + 2 :] = encoder.pad_id
        input_ids[row, 0], input_ids[row, len(window) + 1] = encoder.open_id, encoder.close_id
        attention_mask[row, : len(window) + 2] = 1
    weasel = [document.weasel for document in documents]
    return Batch(
        input_ids=input_ids,
        attention_mask=attention_mask,
        signals=padded([document.encoded.signals for document in documents], len(SIGNAL_SIZES), dtype=np.int64),
        targets=padded([document.targets for document in documents], features),
        mask=padded([document.mask for document in documents], features),
        roles=padded([document.roles for document in documents], len(ROLES)),
        roles_mask=padded([_judged(document, document.roles) for document in documents]),
        bias=padded([document.bias for document in documents], len(BIAS_LABELS)),
        bias_mask=padded([_judged(document, document.bias) for document in documents]),
        weasel=torch.tensor([bool(label) for label in weasel]),
        weasel_mask=torch.tensor([label is not None for label in weasel]),
        passages=_passages(windows, length, features),
        techniques=_spans([document.techniques for document in documents], windows, length),
        modes=_spans([document.modes for document in documents], windows, length),
        links=_links(windows, length),
    )


def _pad(windows: Sequence[TrainingWindow], rows: Sequence[Array | None], shape: tuple[int, ...], dtype: type) -> Array:
    """The windows' part of each document's ``rows``, behind the opening token; zeros where there are none."""
    padded: Array = np.zeros(shape, dtype)
    for row, (window, values) in enumerate(zip(windows, rows, strict=True)):
        if values is not None:
            padded[row, 1 : len(window) + 1] = values[window.start : window.end]
    return padded


def _judged(document: Supervision, labels: Array | None) -> Array | None:
    return None if labels is None else np.ones(len(document.encoded), np.bool_)


def _inside(length: int, first: int, last: int, start: int) -> torch.Tensor:
    inside = torch.zeros(length, dtype=torch.bool)
    inside[first - start + 1 : last - start + 1] = True
    return inside


def _stack(tensors: Sequence[Tensor], *shape: int, dtype: torch.dtype = torch.bool) -> Tensor:
    return torch.stack(list(tensors)) if tensors else torch.zeros((0, *shape), dtype=dtype)


def _passages(windows: Sequence[TrainingWindow], length: int, features: int) -> PassageBatch:
    held: list[tuple[int, PassageTargets, Tensor]] = [
        (row, passage, _inside(length, passage.first, passage.last, window.start))
        for row, window in enumerate(windows)
        for passage in window.supervision.passages
        if window.holds(passage.first, passage.last)
    ]
    return PassageBatch(
        torch.tensor([row for row, _, _ in held], dtype=torch.long),
        _stack([inside for _, _, inside in held], length),
        _stack([torch.from_numpy(passage.targets) for _, passage, _ in held], features),
        _stack([torch.from_numpy(passage.mask) for _, passage, _ in held], features),
    )


def _spans(spans: Sequence[Sequence[ClassedSpan]], windows: Sequence[TrainingWindow], length: int) -> SpanTargets:
    held = [
        (row, replace(span, first=max(span.first, window.start), last=min(span.last, window.end)), window.start)
        for row, (window, own) in enumerate(zip(windows, spans, strict=True))
        for span in own
        if span.first < window.end and span.last > window.start
    ]
    return SpanTargets(
        torch.tensor([row for row, _, _ in held], dtype=torch.long),
        _stack([_inside(length, span.first, span.last, start) for _, span, start in held], length),
        torch.tensor([span.label for _, span, _ in held], dtype=torch.long),
    )


def _links(windows: Sequence[TrainingWindow], length: int) -> LinkTargets:
    held: list[tuple[int, RelationTargets, int]] = [
        (row, relation, window.start)
        for row, window in enumerate(windows)
        for relation in window.supervision.relations
        if window.holds(int(relation.cue.min()), int(relation.cue.max()) + 1)
    ]
    cues = torch.zeros((len(held), length), dtype=torch.bool)
    linked = torch.zeros((len(held), length, len(LINKED_ROLES)), dtype=torch.bool)
    for number, (row, relation, start) in enumerate(held):
        cues[number, relation.cue - start + 1] = True
        for role, positions in enumerate(relation.linked):
            seen = positions[(positions >= start) & (positions < windows[row].end)]
            linked[number, seen - start + 1, role] = True
    return LinkTargets(torch.tensor([row for row, _, _ in held], dtype=torch.long), cues, linked)
