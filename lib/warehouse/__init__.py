"""Where the world gathers: dated snapshots become one published DuckDB file of raw, staging and marts."""
