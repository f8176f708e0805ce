"""One module per benchmark: TITLE, and run() that returns tables."""
