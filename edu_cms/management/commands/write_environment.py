"""manage.py write_environment: store the configuration for cron and for the next start."""

import os

from django.core.management.base import BaseCommand

from edu_cms.environment import write_environment


class Command(BaseCommand):
    help = "Writes the file that ENV_FILE names: the environment's values, a random SECRET_KEY."
    requires_system_checks = []

    def handle(self, *args, **options) -> None:
        self.stdout.write(str(write_environment(os.environ)))
