import inspect
import re

import pytest

from framescope_model import errors
from framescope_model.errors import ArtifactError, FramescopeError, InputError

CLASSES = [value for _, value in inspect.getmembers(errors, inspect.isclass)]


def drawn_parents() -> dict[str, str]:
    """The tree in the module's docstring: each class with the class that it hangs from."""
    parents: dict[str, str] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        drawn = re.match(r"(?P<indent>(?:[│ ]   )*)(?P<branch>[├└]── )?(?P<name>[A-Z]\w+)(?:\s{2,}|$)", line)
        if not drawn or not hasattr(errors, drawn["name"]):
            continue
        depth = len(drawn["indent"]) // 4 + bool(drawn["branch"])
        path[depth:] = [drawn["name"]]
        if depth:
            parents[drawn["name"]] = path[depth - 1]
    return parents


def test_the_tree_at_the_head_of_the_module_is_the_tree_of_the_classes() -> None:
    assert drawn_parents() == {
        error.__name__: error.__bases__[0].__name__ for error in CLASSES if error is not FramescopeError
    }


@pytest.mark.parametrize("error", CLASSES)
def test_every_error_can_be_caught_as_ours_and_tells_what_it_is(error: type[FramescopeError]) -> None:
    assert issubclass(error, FramescopeError)
    assert error.__doc__
    assert str(error("the text has 3 characters, the limit is 2")) == "the text has 3 characters, the limit is 2"


@pytest.mark.parametrize("error", CLASSES)
def test_a_code_is_a_stable_snake_case_name(error: type[FramescopeError]) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)+", error.code)


def test_each_fault_of_the_caller_has_a_code_of_its_own() -> None:
    codes = [error.code for error in CLASSES if issubclass(error, InputError)]
    assert len(set(codes)) == len(codes)


def test_what_is_wrong_with_an_artifact_is_no_concern_of_the_caller() -> None:
    codes = {error.code for error in CLASSES if issubclass(error, ArtifactError)}
    assert codes == {"artifact_unusable"}
