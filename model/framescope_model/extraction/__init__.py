"""Text out of files: plain text, Markdown, HTML, Word documents (``.docx``) and PDF.

Scoring imports none of this; the libraries for Word documents and PDF (extra ``files``) are loaded in a process of
their own, see :mod:`framescope_model.extraction.confinement`.
"""
