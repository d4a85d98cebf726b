"""Acts of this app: one user-visible act, one function."""
