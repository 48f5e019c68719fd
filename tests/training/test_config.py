import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

import framescope_training
from framescope_training.config import LossConfig, TrainingConfig, read_config
from framescope_training.corpora import CORPORA

CONFIGS = Path(__file__).parents[2] / "training" / "configs"
MINIMAL = 'name = "tiny"\nversion = "0.0.1"\ncorpora = ["basil"]\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def sections(model: type[BaseModel] = TrainingConfig) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from sections(field.annotation)


def names_read(section: type[BaseModel]) -> set[str]:
    """What the training room's modules read: attributes, or for the losses, which are weighted by name, string keys."""
    modules = [
        path for path in Path(str(framescope_training.__file__)).parent.rglob("*.py") if path.name != "config.py"
    ]
    if section is LossConfig:
        modules = [path for path in modules if path.name == "losses.py"]
    nodes = [node for path in modules for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    if section is LossConfig:
        return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {node.attr for node in nodes if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_config_that_comes_with_the_project_can_be_read(path: Path) -> None:
    assert read_config(path).name


def test_the_shipped_config_trains_on_no_corpus_that_rules_commercial_use_out() -> None:
    assert all(CORPORA[name].commercial for name in read_config(CONFIGS / "default.toml").corpora)


def test_what_a_config_leaves_out_has_its_default(tmp_path: Path) -> None:
    config = read_config(written(tmp_path, MINIMAL))
    assert config.windows.size == 254
    assert config.seed == 0


def test_what_a_config_says_goes_before_the_default(tmp_path: Path) -> None:
    config = read_config(written(tmp_path, MINIMAL + "seed = 7\n[loss]\nmode = 0.0\n"))
    assert config.seed == 7
    assert config.loss.mode == 0.0
    assert config.loss.passages == 0.5


@pytest.mark.parametrize("text", ["speed = 1\n", "[windows]\nmargins = 3\n", "[lose]\nmode = 1.0\n"])
def test_an_unknown_key_is_refused_by_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValidationError, match=r"(speed|margins|lose)\n\s+Extra inputs are not permitted"):
        read_config(written(tmp_path, MINIMAL + text))


@pytest.mark.parametrize(
    "text",
    [
        "[windows]\nsize = 0\n",
        "[encoder]\ndropout = 1.5\n",
        "[optimiser]\nepochs = -1\n",
        "[optimiser]\nhead_learning_rate = 0.0\n",
        "[optimiser]\nclip_norm = inf\n",
        "[loss]\nlinks = -0.1\n",
        "[loss]\nlinks = nan\n",
    ],
)
def test_a_value_out_of_range_is_refused(tmp_path: Path, text: str) -> None:
    key = text.splitlines()[1].split()[0]
    with pytest.raises(ValidationError, match=rf"\.{key}\n"):
        read_config(written(tmp_path, MINIMAL + text))


def test_a_corpus_that_nobody_knows_is_refused_by_name(tmp_path: Path) -> None:
    # A misspelt corpus would otherwise only make the training data smaller.
    with pytest.raises(ValidationError, match="ptc_trian"):
        read_config(written(tmp_path, MINIMAL.replace("basil", "ptc_trian")))


def test_margins_that_leave_a_window_no_core_are_refused_before_the_training(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="a window of 64 tokens has no core between margins of 32"):
        read_config(written(tmp_path, MINIMAL + "[windows]\nsize = 64\nmargin = 32\n"))


def test_a_missing_name_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match=r"name\n\s+Field required"):
        read_config(written(tmp_path, 'version = "0.0.1"\ncorpora = []\n'))


@pytest.mark.parametrize("section", list(sections()), ids=lambda section: section.__name__)
def test_every_key_is_read_by_the_training_room(section: type[BaseModel]) -> None:
    assert set(section.model_fields) <= names_read(section)
