"""The real server with the keyword engine, as a program: ``python keyword_server.py``.

The settings come from the environment as for ``framescope serve``. A text with the word ``SLOW`` takes as many seconds
as the first argument says, and the word ``SICK`` in it as first argument keeps the engine from being loaded.
"""

import sys

from keyword_engine import KeywordEngine, keyword_language, sleeper

from framescope_api.engine import Engine
from framescope_api.server import serve_forever
from framescope_api.settings import Settings, load_settings
from framescope_model.errors import ArtifactMissing


def main() -> int:
    argument = sys.argv[1] if len(sys.argv) > 1 else "1"

    def factory(settings: Settings) -> Engine:
        if argument == "SICK":
            raise ArtifactMissing("no artifact lies at nowhere")
        return KeywordEngine(before=sleeper("SLOW", float(argument)))

    return serve_forever(load_settings(), factory, keyword_language)


if __name__ == "__main__":
    raise SystemExit(main())
