"""What heads do in a task: where they look from its last position, and what that does to the answer."""
