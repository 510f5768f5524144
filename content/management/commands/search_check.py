"""manage.py search_check FILE: whether the queries of a list find the pieces they are for."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from content.search.checking import BadRowError, check, rows_of


class Command(BaseCommand):
    help = (
        "Searches for each query of FILE (lines of query, tab, code of the piece that should be "
        "found, and perhaps a tab and the language to search in), tells the misses, and ends with "
        "hit@1=… hit@10=… n=…"
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="UTF-8, tab-separated")
        parser.add_argument(
            "--min-hit10", type=float, default=0.0, metavar="SHARE",
            help="end with an error where fewer are among the first ten (0 to 1)",
        )  # fmt: skip

    def handle(self, *args, file: Path, min_hit10: float, **options) -> None:
        try:
            lines = file.read_text(encoding="utf-8-sig").splitlines()
            rows = list(rows_of(lines))
            if not rows:
                raise CommandError(f"{file}: no queries in it")
            places = list(check(rows))
        except UnicodeDecodeError as error:
            raise CommandError(f"{file}: not UTF-8 (byte {error.start})") from error
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except BadRowError as error:
            raise CommandError(f"{file}: {error}") from error
        for place in places:
            if place.rank is None:
                row = place.expected
                instead = ", ".join(place.instead) or "nothing"
                self.stdout.write(
                    f"line {row.line}: {row.query} -> {row.code}: missed; found {instead}"
                )
        first = sum(place.rank == 1 for place in places) / len(places)
        ten = sum(place.rank is not None for place in places) / len(places)
        self.stdout.write(f"hit@1={first:.3f} hit@10={ten:.3f} n={len(places)}")
        if ten < min_hit10:
            raise CommandError(f"hit@10 is below {min_hit10}")
