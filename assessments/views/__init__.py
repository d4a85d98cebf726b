"""Pages of records, outcomes and certificates."""
