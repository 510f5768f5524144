"""Brings files in on request, in a process of its own that may be killed.

A line on the standard input starts one, and is the seed of the file it sends; its process id is
answered at once, and when it has ended "killed" or its exit status. First it takes up whatever
killed ones left lying, as the tick does; the seed "rest" does no more than that. What was
acknowledged stands in the file IMPORT_LOG, a line a step, written when the step has returned.
"""

import csv
import io
import os
import random
from datetime import date, timedelta
from pathlib import Path

import django

FIRST_DAY = date(2026, 1, 5)
METRICS = ("views", "reads", "leaflets")


def main() -> None:
    django.setup()
    from django.db import connections

    from campaigns.reach import metrics
    from campaigns.reach.importing import working
    from campaigns.reach.models import imports
    from tests.faults.forking import serve

    # Whoever is not at it now is dead: only one of us is alive at a time.
    imports.SILENT_AFTER = timedelta(0)
    working.MOST_ATTEMPTS = 10**6
    metrics.known()
    connections.close_all()
    serve(bring)


def bring(seed: str) -> None:
    """Finish what lies there; then a file from its upload to the ledger, and now and then back."""
    from campaigns.models import Channel, Region
    from campaigns.reach.importing import batches, working

    with Path(os.environ["IMPORT_LOG"]).open("a", encoding="utf-8") as log:

        def acknowledge(*told) -> None:
            log.write(" ".join(map(str, told)) + "\n")
            log.flush()

        working.work_neglected()
        if seed == "rest":
            return
        chance = random.Random(seed)
        channels = list(Channel.objects.values_list("code", flat=True))
        regions = list(Region.objects.values_list("code", flat=True))
        rows = [
            [
                FIRST_DAY + timedelta(days=chance.randrange(40)),
                chance.choice(channels),
                chance.choice(regions),
                "",
                "",
                "",
                chance.choice(METRICS),
                chance.randrange(1, 20),
                "self-reported",
                f"{seed}:{number}",
            ]
            for number in range(chance.randrange(1_500, 4_000))
        ]
        out = io.StringIO()
        header = "date,channel,region,campaign,content,language,metric,count,basis,source_key"
        csv.writer(out).writerows([header.split(","), *rows])
        batch = batches.stage(out.getvalue().encode(), f"{seed}.csv", None)
        acknowledge("staged", batch.pk, len(rows), sum(row[7] for row in rows))
        working.work(batch)
        batch.refresh_from_db()
        acknowledge("checked", batch.pk)
        for kind in set(batch.warnings.values_list("kind", flat=True)):
            batch.warnings.filter(kind=kind).update(accepted_at=batch.staged_at)
        batches.order_commit(batch, batch.fingerprint, None)
        acknowledge("ordered", batch.pk)
        working.work(batch)
        acknowledge("committed", batch.pk)
        if chance.random() < 0.3:
            batches.undo(batch, "killed or not", None)
            acknowledge("undone", batch.pk)


if __name__ == "__main__":
    main()
