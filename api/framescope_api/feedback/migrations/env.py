"""Alembic's entry; it runs within the transaction that ``framescope_api.feedback.migrating`` hands over."""

from alembic import context

from framescope_api.feedback.tables import VERSION_TABLE, Base

connection = context.config.attributes["connection"]
context.configure(connection, target_metadata=Base.metadata, version_table=VERSION_TABLE)
context.run_migrations()
