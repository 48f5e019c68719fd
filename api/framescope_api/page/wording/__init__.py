"""What the pages say of each feature beside its definition: its name for people, examples and advice.

All examples were written for this page; none is from a corpus.
"""

from collections.abc import Mapping

from framescope_api.page.wording.entries import Example, Wording
from framescope_api.page.wording.sourcing import SOURCING
from framescope_api.page.wording.techniques import TECHNIQUES

WORDINGS: Mapping[str, Wording] = {**SOURCING, **TECHNIQUES}
"""By feature id; a test asserts that no feature is left out."""

__all__ = ["WORDINGS", "Example", "Wording"]
