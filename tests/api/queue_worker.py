"""The real worker with the keyword engine, as a program: ``python queue_worker.py FOLDER``.

The settings come from the environment as for ``framescope work``. A pass over a text with the word ``SLOW`` lasts until
``FOLDER/opened`` exists, one with ``FAILS`` fails until ``FOLDER/healed`` exists, and one with ``DEADLY`` ends the
process. Each text of a pass is noted in ``FOLDER/passes``. ``SICK`` in place of the folder keeps the engine from being loaded.
"""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from keyword_engine import KeywordEngine, keyword_language, until_there

from framescope_api.engine import Engine
from framescope_api.queueing.runner import work_forever
from framescope_api.settings import Settings, load_settings, load_work_settings
from framescope_model.errors import ArtifactMissing


def before_a_pass(folder: Path) -> Callable[[Sequence[str]], None]:
    wait = until_there("SLOW", folder / "opened")

    def before(texts: Sequence[str]) -> None:
        with (folder / "passes").open("a") as passes:
            passes.write(f"{len(texts)}\n")
        if any("DEADLY" in text for text in texts):
            os._exit(9)
        if any("FAILS" in text for text in texts) and not (folder / "healed").exists():
            raise RuntimeError(f"out of luck with {texts}")
        wait(texts)

    return before


def main() -> int:
    argument = sys.argv[1]

    def factory(settings: Settings) -> Engine:
        if argument == "SICK":
            raise ArtifactMissing("no artifact lies at nowhere")
        return KeywordEngine(before=before_a_pass(Path(argument)))

    return work_forever(load_settings(), load_work_settings(), factory, keyword_language)


if __name__ == "__main__":
    raise SystemExit(main())
