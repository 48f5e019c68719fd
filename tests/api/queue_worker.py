"""Real workers with the keyword engine: ``python queue_worker.py`` starts one at each line on standard input.

A line is a JSON object: ``folder``, and ``environment`` with the settings as for ``framescope work``. The answer is a
line with the process id. Workers are forks, which are there at once, where a fresh Python would spend most of a test on
imports. A worker logs to ``log`` in its folder and leaves its exit status in ``status``.

A pass over a text with the word ``SLOW`` lasts until there is ``opened`` in the folder, one with ``FAILS`` fails until
there is ``healed``, and one with ``DEADLY`` ends the process. The size of each pass is noted in ``passes``. The engine
cannot be loaded while there is ``sick``.
"""

import json
import os
import signal
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


def work(folder: Path) -> int:
    def factory(settings: Settings) -> Engine:
        if (folder / "sick").exists():
            raise ArtifactMissing("no artifact lies at nowhere")
        return KeywordEngine(before=before_a_pass(folder))

    return work_forever(load_settings(), load_work_settings(), factory, keyword_language)


def run(folder: Path, environment: dict[str, str]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.update(environment)
    with (folder / "log").open("a") as log:
        os.dup2(log.fileno(), sys.stderr.fileno())
    status = work(folder)
    (folder / "status").write_text(str(status))


def main() -> None:
    # Nobody waits for the children, so the kernel may forget them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in iter(sys.stdin.readline, ""):
        child = os.fork()
        if child == 0:
            try:
                order = json.loads(line)
                run(Path(order["folder"]), order["environment"])
            finally:
                os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
