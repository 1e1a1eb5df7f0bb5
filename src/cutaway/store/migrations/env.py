"""How Alembic reaches the database: by the connection of whoever asked for the migration."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=False)
context.run_migrations()
