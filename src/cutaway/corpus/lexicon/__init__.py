"""Words by what they mean, with their forms: our own lists."""
