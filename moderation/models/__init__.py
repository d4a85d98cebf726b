"""Rounds, what was sampled, who reads it and what they said. Written by moderation.services only."""

from moderation.models.readings import Allocation, AllocationQuerySet, ConflictDeclared, Feedback, Reading, Resolution
from moderation.models.rounds import PopulationItem, Round, SampleItem, is_run_by

__all__ = [
    "Allocation",
    "AllocationQuerySet",
    "ConflictDeclared",
    "Feedback",
    "PopulationItem",
    "Reading",
    "Resolution",
    "Round",
    "SampleItem",
    "is_run_by",
]
