"""Checks on values and instances: no queries, no writes. Each names the rule of the guidance it enforces."""
