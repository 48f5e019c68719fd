import importlib
import pkgutil
import re
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

import framescope_api
import framescope_model
import framescope_training

ROOT = Path(__file__).parents[1]
ROOMS = (framescope_model, framescope_api, framescope_training)
SERVING_MODULES = [
    f"{room.__name__}.{module.name}"
    for room in (framescope_model, framescope_api)
    for module in pkgutil.iter_modules(room.__path__)
    if not module.name.startswith("__")
]
TRAINING_STACK = ("torch", "transformers", "datasets", "sentence_transformers", "sklearn", "framescope_training")
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "core", "datasets", "evaluate", "tokenizers"}
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def module_names() -> list[str]:
    return [module.name for room in ROOMS for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}.")]


def in_a_fresh_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_serving_path_imports_nothing_of_the_training_stack() -> None:
    imports = "; ".join(f"import {module}" for module in SERVING_MODULES)
    loaded = in_a_fresh_python(f"import sys; {imports}; print(*sys.modules, sep='\\n')").splitlines()
    assert "framescope_api.app" in loaded
    assert [name for name in TRAINING_STACK if name in loaded] == []


def test_the_service_is_put_together_without_what_only_the_worker_needs() -> None:
    code = "import sys, framescope_api.server, framescope_api.queueing.commands; print(*sys.modules, sep='\\n')"
    loaded = in_a_fresh_python(code).splitlines()
    assert [name for name in ("faststream", "fast_depends", "redis") if name in loaded] == []


def test_the_command_line_tells_its_help_without_anything_heavy() -> None:
    code = (
        "import sys\nfrom framescope_model.cli import main\nsys.argv = ['framescope', '--help']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "print(*sys.modules, sep='\\n')"
    )
    loaded = in_a_fresh_python(code).splitlines()
    assert "framescope_model.batch.commands" in loaded
    heavy = (*TRAINING_STACK[:-1], "onnxruntime", "pyarrow", "matplotlib")
    assert [name for name in heavy if name in loaded] == []


@pytest.mark.parametrize("name", module_names())
def test_a_module_that_says_what_it_exports_has_each_of_it_and_names_it_once(name: str) -> None:
    module = importlib.import_module(name)
    exported = getattr(module, "__all__", [])
    assert [each for each in exported if not hasattr(module, each)] == []
    assert len(set(exported)) == len(exported)


@pytest.mark.parametrize("name", module_names())
def test_no_module_has_a_name_that_says_nothing_or_hides_a_library(name: str) -> None:
    assert name.rpartition(".")[2] not in FORBIDDEN_NAMES


def test_every_command_is_registered_by_a_room_that_has_it() -> None:
    for name, target in PYPROJECT["project"]["entry-points"]["framescope.commands"].items():
        module, _, attribute = target.partition(":")
        assert find_spec(module)
        assert getattr(importlib.import_module(module), attribute).name == name


def test_the_makefile_installs_the_torch_that_the_project_declares() -> None:
    training = PYPROJECT["project"]["optional-dependencies"]["training"]
    version = re.search(r"^TORCH_VERSION := (\S+)$", MAKEFILE, re.MULTILINE)
    assert version
    assert [needed for needed in training if needed.startswith("torch=")] == [f"torch=={version[1]}"]


def test_the_lock_holds_neither_torch_nor_cuda() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    names = {package["name"] for package in lock["package"]}
    assert "transformers" in names
    assert [name for name in names if name == "torch" or name.startswith("nvidia-")] == []


def test_the_lock_names_only_the_public_index() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    sources = {package["source"].get("registry", "") for package in lock["package"]}
    assert sources == {"", "https://pypi.org/simple"}


def test_this_python_is_one_that_the_project_supports() -> None:
    assert (3, 11) <= sys.version_info < (3, 15)
