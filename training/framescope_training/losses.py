"""The loss: one term a head, each silent where the labels are."""

import math

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from framescope_model.features import SOURCING_IDS
from framescope_training.batches import Batch, LinkTargets, SpanTargets
from framescope_training.config import LossConfig
from framescope_training.network import LINK_SIZE, WEASEL_CHANNEL, FramescopeNetwork, NetworkOutput

_SOURCING = len(SOURCING_IDS)


def compute_losses(network: FramescopeNetwork, batch: Batch) -> tuple[NetworkOutput, dict[str, Tensor]]:
    """One forward pass and its loss terms, unweighted, by the names of :class:`LossConfig`.

    Token terms are sums over labelled tokens divided by all tokens of the batch, so that a corpus counts for what it
    labels, whatever else happens to share the batch.
    """
    output = network(batch.input_ids, batch.attention_mask, batch.signals)
    tokens = batch.attention_mask.sum()
    sourcing, techniques = slice(0, _SOURCING), slice(_SOURCING, None)
    any_technique = batch.targets[..., techniques].any(-1)
    judged = batch.mask[..., techniques].any(-1)
    losses = {
        "sourcing_tokens": _masked(
            output.features[..., sourcing], batch.targets[..., sourcing], batch.mask[..., sourcing]
        ),
        "technique_tokens": _masked(
            output.features[..., techniques], batch.targets[..., techniques], batch.mask[..., techniques]
        )
        + _masked(output.presence, any_technique, judged),
        "attribution_tokens": _masked(output.roles, batch.roles, batch.roles_mask[..., None].expand_as(batch.roles)),
        "bias_tokens": _masked(
            output.auxiliary[..., :WEASEL_CHANNEL], batch.bias, batch.bias_mask[..., None].expand_as(batch.bias)
        ),
    }
    losses = {name: term / tokens for name, term in losses.items()}
    losses["passages"] = _passage_loss(network, output, batch)
    losses["weasel_passages"] = _weasel_loss(network, output, batch)
    losses["technique_classes"] = _class_loss(output, batch.techniques)
    losses["mode"] = _mode_loss(output, batch.modes)
    losses["links"] = _link_loss(network, output, batch.links)
    return output, losses


def weighted_sum(losses: dict[str, Tensor], config: LossConfig) -> Tensor:
    """The loss to descend on."""
    return torch.stack([getattr(config, name) * term for name, term in losses.items()]).sum()


def _masked(logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
    """Binary cross-entropy summed where ``mask``."""
    return (binary_cross_entropy_with_logits(logits, targets.float(), reduction="none") * mask).sum()


def _passage_loss(network: FramescopeNetwork, output: NetworkOutput, batch: Batch) -> Tensor:
    passages = batch.passages
    if not len(passages.rows):
        return output.features.new_zeros(())
    pooled = network.pooling(output.features[passages.rows], passages.inside)
    return _masked(pooled, passages.targets, passages.mask) / len(passages.rows)


def _weasel_loss(network: FramescopeNetwork, output: NetworkOutput, batch: Batch) -> Tensor:
    logits = output.auxiliary[..., WEASEL_CHANNEL:]
    pooled = network.weasel_pooling(logits, batch.attention_mask.bool())[:, 0]
    return _masked(pooled, batch.weasel, batch.weasel_mask) / len(pooled)


def span_means(logits: Tensor, spans: SpanTargets) -> Tensor:
    """The mean of ``logits`` [B, T, classes] over each span's tokens, [N, classes]."""
    inside = spans.inside[..., None].float()
    return (logits[spans.rows] * inside).sum(1) / inside.sum(1)


def _class_loss(output: NetworkOutput, spans: SpanTargets) -> Tensor:
    if not len(spans.rows):
        return output.classes.new_zeros(())
    return cross_entropy(span_means(output.classes, spans), spans.labels)


def _mode_loss(output: NetworkOutput, spans: SpanTargets) -> Tensor:
    if not len(spans.rows):
        return output.mode.new_zeros(())
    means = span_means(output.mode[..., None], spans)[:, 0]
    return binary_cross_entropy_with_logits(means, spans.labels.float())


def _link_loss(network: FramescopeNetwork, output: NetworkOutput, links: LinkTargets) -> Tensor:
    if not len(links.rows):
        return output.roles.new_zeros(())
    cues = links.cues.float()[..., None, None]
    queries = (output.link_queries[links.rows] * cues).sum(1) / cues.sum(1)
    logits = torch.einsum("crd,ctrd->ctr", queries, output.link_keys[links.rows]) / math.sqrt(LINK_SIZE)
    return binary_cross_entropy_with_logits(logits + network.link_bias, links.linked.float())
