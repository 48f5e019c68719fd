"""Corrections of scores, kept only where the operator turned that on, and trained on only after a person's review."""
