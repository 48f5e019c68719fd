from pathlib import Path
from types import ModuleType

from framescope_training import metrics


def test_everything_exported_exists_and_everything_public_is_exported() -> None:
    public = {
        name for name, value in vars(metrics).items() if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert public == set(metrics.__all__)


def test_no_exported_name_hides_a_module_of_the_package() -> None:
    modules = {path.stem for path in Path(metrics.__file__).parent.glob("*.py")}
    assert not modules & set(metrics.__all__)
