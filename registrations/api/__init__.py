"""/api/v1/: an employer's own system registers NQSWs and reads what it may, by the same services as the pages."""
