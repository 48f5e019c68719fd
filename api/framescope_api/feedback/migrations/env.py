"""Alembic's entry; it runs within the transaction that ``framescope_api.feedback.migrating`` hands over."""

from alembic import context

from framescope_api.feedback.tables import VERSION_TABLE, Base


def run() -> None:
    """Run the migrations that Alembic was asked for."""
    connection = context.config.attributes["connection"]
    context.configure(connection, target_metadata=Base.metadata, version_table=VERSION_TABLE)
    context.run_migrations()


# The name under which Alembic runs this file; under its own name it is a module like any other.
if __name__ == "env_py":
    run()
