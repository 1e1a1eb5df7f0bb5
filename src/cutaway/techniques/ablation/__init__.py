"""What breaks when a part is taken out."""
