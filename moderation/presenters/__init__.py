"""Words for the pages of moderation."""
