"""The acts of moderation, one function each."""
