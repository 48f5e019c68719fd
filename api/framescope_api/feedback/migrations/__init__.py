"""Alembic's migrations of the feedback database."""
