"""What happens when an activation of one prompt is put into the run of another."""
