"""Run a study, here and now; knows nothing of what is in it."""
