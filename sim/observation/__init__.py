"""What a run writes down: rows of the tables, the journal, one record's story."""
