"""What the service asks of the model room, as protocols, so that tests and other engines can stand in."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias

from framescope_api.settings import Settings
from framescope_model.model_info import ModelInfo
from framescope_model.results import ScoredDocument, ScoreOptions

Prediction: TypeAlias = Any
"""What an engine makes of a text; the service only hands it from ``predict`` to ``decode``."""


class Engine(Protocol):
    """Scores texts in two steps, so that one heavy pass can serve any options."""

    @property
    def info(self) -> ModelInfo:
        """The identity and the measured quality of the model."""

    def predict(self, texts: Sequence[str]) -> Sequence[Prediction]:
        """One prediction for each text, in order; heavy, and called from several threads at once."""

    def decode(self, prediction: Prediction, options: ScoreOptions) -> ScoredDocument:
        """The scores that a prediction holds under ``options``; cheap and pure."""


class Language(Protocol):
    """A language as it was declared or detected."""

    @property
    def code(self) -> str:
        """Its BCP 47 code, such as ``en``."""

    @property
    def score(self) -> float:
        """The certainty of the detection in [0, 1]."""


class LanguageCheck(Protocol):
    """Tells the language of a text, or refuses one that the model was not trained on."""

    def __call__(self, text: str, declared: str | None, /) -> Language:
        """The language of ``text``; what the caller ``declared`` wins over detection.

        Raises:
            framescope_model.errors.UnsupportedLanguage: the text is confidently in another language.
            framescope_model.errors.InputError: ``declared`` is no language.
        """


EngineFactory = Callable[[Settings], Engine]


def default_engine(settings: Settings) -> Engine:
    """The trained model that ``settings`` name.

    Raises:
        framescope_model.errors.ArtifactError: it cannot be used.
    """
    # Loaded here because importing the scorer brings in ONNX Runtime, which `--help` and the OpenAPI file do not need.
    from framescope_model.scorer import Scorer  # noqa: PLC0415

    return Scorer.load(settings.artifact, threads=settings.threads)


def default_language_check(text: str, declared: str | None, /) -> Language:
    """The language check of the model room."""
    from framescope_model.language import check_language  # noqa: PLC0415

    return check_language(text, declared)
