"""Cases of the primitive operations, by topic. Each function yields `Case` values for one file."""
