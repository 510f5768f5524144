"""``python -m content.kazakh < in > out``: Cyrillic to Arabic script, UTF-8 both ways."""

import sys

from . import to_arabic


def main() -> None:
    """Convert standard input to standard output, line ends unchanged."""
    text = sys.stdin.buffer.read().decode("utf-8")
    sys.stdout.buffer.write(to_arabic(text).encode("utf-8"))


if __name__ == "__main__":
    main()
