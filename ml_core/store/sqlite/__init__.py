"""The project's file as SQLite has it: schema, migrations, rows and their checksums."""
