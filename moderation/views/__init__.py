"""The pages of moderation: one service call each."""
