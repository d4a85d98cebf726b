"""Clean input of the registration pages. Forms never save."""
