"""Words for tasks: names, things, places; our own lists."""
