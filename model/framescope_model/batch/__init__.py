"""Scoring whole archives: tables of texts in, tables of scores out, resumable after a kill."""
