"""Words for the pages of payments."""
