"""manage.py undo_reach BATCH --reason WHY"""

from django.core.management.base import BaseCommand, CommandError

from campaigns.reach import relying, reversing
from campaigns.reach.importing import batches
from campaigns.reach.models import ImportBatch


class Command(BaseCommand):
    help = (
        "Take a committed import back as a whole, by entries of its own: what it brought stands at "
        "nothing, what it corrected where it stood before. Exit status 1 where that cannot be."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("batch", type=int, help="number of the batch, as import_reach says it")
        parser.add_argument("--reason", required=True, help="stands beside the figures for good")
        parser.add_argument(
            "--yes",
            action="store_true",
            help="also where later files told the same figures, which change as well",
        )

    def handle(self, *args, batch: int, reason: str, yes: bool = False, **options) -> None:
        one = ImportBatch.objects.filter(pk=batch).first()
        if one is None:
            raise CommandError(f"no batch {batch}")
        if not reason.strip():
            raise CommandError("--reason: say why")
        if one.state == ImportBatch.State.COMMITTED and self._is_told_again(one) and not yes:
            raise CommandError(
                f"batch {batch}: figures that these files told as well would change; "
                "say --yes to take it back all the same"
            )
        try:
            written = batches.undo(one, reason, None)
        except batches.WrongStateError:
            raise CommandError(
                f"batch {batch} is not committed: {one.get_state_display()}"
            ) from None
        except reversing.BatchInUseError as error:
            later = ", ".join(map(str, error.batches))
            raise CommandError(
                f"batch {batch}: later imports have corrected its figures; take back first: {later}"
            ) from None
        self.stdout.write(f"batch {batch} taken back: {written} entries")

    def _is_told_again(self, batch: ImportBatch) -> bool:
        """Whether later files told its figures again; says which, and how much would change."""
        found = relying.relying_on(batch)
        for later in relying.named_to(None, found)[0]:
            told = found[later.pk]
            changes = ", ".join(f"{metric} {change:+,}" for metric, change in told.changes.items())
            self.stdout.write(f"told again by batch {later.pk}, {later}: {told.figures}: {changes}")
        return bool(found)
