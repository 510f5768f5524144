"""How right things are that cannot be right always; measured, not asserted."""
