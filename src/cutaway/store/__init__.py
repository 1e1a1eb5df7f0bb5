"""What people add to the list, and an index of what was run: one database, SQLite by default, PostgreSQL by URL.

Import from the files: `open.open_store`, `contributions.propose`. Nothing is loaded here, because SQLAlchemy takes
a third of a second that most commands do not need.
"""
