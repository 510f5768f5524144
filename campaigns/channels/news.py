"""A channel has news of a delivery: whoever registered here is told its key, and asks about it.

From a provider's event, a person who answered a hand-over, a mail whose fate became known.
"""

from collections.abc import Callable
from uuid import UUID

Listener = Callable[[UUID], None]
_listeners: list[Listener] = []


def on_news(listener: Listener) -> None:
    """Let a floor above hear of news. Registering twice does nothing."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(key: UUID) -> None:
    """Say that the delivery of that key is worth asking about now."""
    for listener in _listeners:
        listener(key)
