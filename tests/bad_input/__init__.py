"""Bad input to every form: each field, every way of getting it wrong."""
