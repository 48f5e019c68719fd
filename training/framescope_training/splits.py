"""One split for all files: whatever belongs to a development text, by id, event or wording, enters no loss anywhere."""

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import CountVectorizer

from framescope_training.corpora import AnnotatedText

Key = tuple[str, str]

SHINGLE_WORDS = 8
"""Eight words in a row are seldom shared by chance."""
MIN_CONTAINMENT = 0.3
"""Two texts are near-duplicates when they share this part of the shorter one's shingles."""
MAX_SHARING = 20
"""A shingle in more texts than this is boilerplate (a signature, a sign-up line) and says nothing of duplication."""


def near_duplicate_clusters(texts: Sequence[AnnotatedText]) -> dict[Key, int]:
    """The cluster of each text: those of one group, one id or nearly the same wording share a number.

    Wording is compared by the containment of word 8-gram shingles (Broder 1997, "On the resemblance and containment of
    documents"), computed exactly.
    """
    first: dict[str, int] = {}
    left, right = _near_duplicates([text.text for text in texts])
    for position, text in enumerate(texts):
        for name in filter(None, (text.group, "/".join(text.key))):
            left.append(position)
            right.append(first.setdefault(name, position))
    graph = csr_matrix((np.ones(len(left)), (left, right)), shape=(len(texts), len(texts)))
    _, clusters = connected_components(graph, directed=False)
    return {text.key: int(cluster) for text, cluster in zip(texts, clusters, strict=True)}


def _near_duplicates(texts: Sequence[str]) -> tuple[list[int], list[int]]:
    vectorizer = CountVectorizer(
        ngram_range=(SHINGLE_WORDS, SHINGLE_WORDS),
        binary=True,
        dtype=np.int32,
        token_pattern=r"\w+",
        max_df=MAX_SHARING,
    )
    # A vocabulary cannot be fitted where no text is long enough to have a shingle.
    has_shingle = re.compile(rf"\w+(?:\W+\w+){{{SHINGLE_WORDS - 1}}}")
    if not any(has_shingle.search(text) for text in texts):
        return [], []
    shingles = vectorizer.fit_transform(texts)
    sizes = np.maximum(np.asarray(shingles.sum(axis=1)).ravel(), 1)
    shared = (shingles @ shingles.T).tocoo()
    contained = shared.data / np.minimum(sizes[shared.row], sizes[shared.col]) >= MIN_CONTAINMENT
    return shared.row[contained].tolist(), shared.col[contained].tolist()


def held_out_keys(clusters: Mapping[Key, int], development: Iterable[Key]) -> frozenset[Key]:
    """Every text that shares a cluster with a ``development`` text, those included."""
    held = {clusters[key] for key in development}
    return frozenset(key for key, cluster in clusters.items() if cluster in held)
