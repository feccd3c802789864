"""Who changed what: one row a change, with ids only, noted by the action that changes it."""
