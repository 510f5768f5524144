"""Channels that only a person can serve: a package, a checklist, and that person's word."""
