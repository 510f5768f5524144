"""How people are named on screens."""

from content.naming import person_name

__all__ = ["person_name"]
