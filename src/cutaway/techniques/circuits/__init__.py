"""Which edges carry a task: attribution to edges, discovery, and the evaluation of what was found."""
