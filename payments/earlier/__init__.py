"""Records from before this service: every kind of sheet, checked in the background."""
