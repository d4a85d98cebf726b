"""The floor: settings, clock, money, pages' components. No models, and no import of any app."""
