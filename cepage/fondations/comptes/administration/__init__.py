"""The administrator's work: accounts, roles and organisations, each change sealed in the journal."""
