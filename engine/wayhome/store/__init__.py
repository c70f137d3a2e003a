"""What is kept, and where: tables, the ledger, sealed data and their keys, cases. SQLite and PostgreSQL; nothing else knows SQL."""
