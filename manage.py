#!/usr/bin/env python
"""Django's command line; settings and secrets come from the environment or from ENV_FILE."""

import sys

from edu_cms.environment import load_environment


def main() -> None:
    load_environment()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
