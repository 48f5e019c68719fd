"""The real server with the keyword engine, as a program: ``python keyword_server.py``.

The settings come from the environment as for ``framescope serve``. A pass over a text with the word ``SLOW`` lasts
until the file exists that the first argument names; ``SICK`` as first argument keeps the engine from being loaded.
"""

import sys
from pathlib import Path

from keyword_engine import KeywordEngine, keyword_language, until_there

from framescope_api.engine import Engine
from framescope_api.server import serve_forever
from framescope_api.settings import Settings, load_settings
from framescope_model.errors import ArtifactMissing


def main() -> int:
    argument = sys.argv[1]

    def factory(settings: Settings) -> Engine:
        if argument == "SICK":
            raise ArtifactMissing("no artifact lies at nowhere")
        return KeywordEngine(before=until_there("SLOW", Path(argument)))

    return serve_forever(load_settings(), factory, keyword_language)


if __name__ == "__main__":
    raise SystemExit(main())
