"""Many registrations from one spreadsheet: read within bounds, matched to the questions, checked by looking only."""
