"""PostgreSQL: the pool, named SQL files, migrations and the embedded server."""
