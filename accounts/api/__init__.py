"""What every address of the API stands on: keys, limits, strict JSON, problems as data, requests sent twice."""
