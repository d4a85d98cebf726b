"""Pages of the registrations app."""
