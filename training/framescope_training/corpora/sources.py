"""Whose data each corpus is, and on what terms. No text or label of them lies in this project."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CorpusSource:
    """A corpus file.

    Args:
        name: the name of its file, without ``.jsonl``.
        owner: who made it, and the publication to cite.
        terms: the terms of use as their owners state them.
        commercial: ``False`` where the terms rule commercial use out; the shipped weights leave such a corpus aside.
        grouped_by: the field that groups texts about one event, which must stay in one split.
    """

    name: str
    owner: str
    terms: str
    commercial: bool = True
    grouped_by: str | None = None


_PTC = "Da San Martino et al. 2019, 2020: Propaganda Techniques Corpus, SemEval-2020 Task 11"
_POLNEAR = "Newell, Margolin and Ruths 2018: Political News Attribution Relations Corpus"

CORPORA: dict[str, CorpusSource] = {
    source.name: source
    for source in (
        CorpusSource("ptc_train", _PTC, "research use"),
        CorpusSource("ptc_dev", _PTC, "research use"),
        CorpusSource("polnear_train", _POLNEAR, "not stated"),
        CorpusSource("polnear_dev", _POLNEAR, "not stated"),
        CorpusSource("basil", "Fan et al. 2019: BASIL", "not stated", grouped_by="triplet"),
        CorpusSource("babe", "Spinde et al. 2021: BABE", "non-commercial use", commercial=False),
        CorpusSource("subjectivity", "CLEF CheckThat! Lab, subjectivity in news", "CC BY-NC-SA 4.0", commercial=False),
        CorpusSource("wiki_weasel", "Farkas et al. 2010: CoNLL-2010 shared task", "not stated; text of Wikipedia"),
        CorpusSource("hyperpartisan", "Kiesel et al. 2019: SemEval-2019 Task 4", "CC BY 4.0"),
        CorpusSource("pool_ukraine_climate", "SemEval-2025 Task 10 organisers", "research use"),
    )
}
