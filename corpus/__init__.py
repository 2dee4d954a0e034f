"""Announcements: load, clean, structure, date, keep. Knows nothing of indexes or answers."""
