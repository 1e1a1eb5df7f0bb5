"""Phrases written as tagged text: a small grammar, and the people, things, numbers and dates that fill its slots."""
