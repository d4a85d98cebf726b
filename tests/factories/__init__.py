"""Things in the states that tests need, reached by calling the services that a person would."""
