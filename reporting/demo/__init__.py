"""The demo: eight invented employers and about sixty invented people, made by the services themselves."""
