"""Writes at the ledger on request, in a process of its own that may be killed.

A line on the standard input starts one, and is the seed of what it writes; its process id is
answered at once, and when it has ended "killed" or its exit status. What was acknowledged stands in
the file LEDGER_LOG, a line a deed, written when `record`, `correct` or `rebuild` has returned;
before `record`, what it is about to write.
"""

import os
import random
from datetime import date, timedelta
from pathlib import Path

import django

DEEDS = 12
FIRST_DAY = date(2026, 3, 9)


def main() -> None:
    django.setup()
    from django.db import connections

    from campaigns.reach import ledger, metrics
    from tests.faults.forking import serve

    assert ledger
    metrics.known()
    connections.close_all()
    serve(write)


def write(seed: str) -> None:
    """A dozen deeds: entries over many days and regions, corrections of them, now and then all
    sums anew."""
    from campaigns.models import Channel, Edition, Region
    from campaigns.reach import ledger, rollups

    chance = random.Random(seed)
    channels, regions = list(Channel.objects.all()), list(Region.objects.all())
    editions = [None, *Edition.objects.all()]
    with Path(os.environ["LEDGER_LOG"]).open("a", encoding="utf-8") as log:

        def acknowledge(*told) -> None:
            log.write(" ".join(map(str, told)) + "\n")
            log.flush()

        for deed in range(DEEDS):
            key = f"{seed}:{deed}"
            entries = [
                ledger.NewEntry(
                    edition=chance.choice(editions),
                    channel=chance.choice(channels),
                    region=chance.choice(regions),
                    metric=chance.choice(["views", "reads", "leaflets"]),
                    basis="measured",
                    day=FIRST_DAY + timedelta(days=chance.randrange(40)),
                    count=chance.randrange(1, 1000),
                    content=chance.choice(["", "case-1"]),
                    origin="import",
                    source_key=f"{key}:{n}",
                )
                for n in range(chance.randrange(1, 60))
            ]
            acknowledge("begun", key, len(entries), sum(entry.count for entry in entries))
            rows = ledger.record(entries)
            acknowledge("recorded", key)
            one = chance.choice(rows)
            if ledger.correct(one, chance.randrange(1000), "counted again") is not None:
                acknowledge("corrected", one.pk)
            if chance.random() < 0.2:
                rollups.rebuild()
                acknowledge("rebuilt")


if __name__ == "__main__":
    main()
