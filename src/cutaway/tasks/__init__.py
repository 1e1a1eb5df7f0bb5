"""Prompt distributions with what they measure, one file per task."""
