"""Records from before this service: sheets of them are read, checked and taken over."""
