//! The only SQL: SQLite and PostgreSQL, migrations, field encryption, blind indexes.
