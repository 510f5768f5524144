"""Who is expected to report, and the oldest entry in each sum: when whoever reported did so first."""

from importlib import import_module

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

TABLES = ("dailyreach", "monthlyreach", "dailypiece", "monthlypiece")
closed_rollups = import_module("campaigns.migrations.0013_closed_rollups")


def sum_up_anew(apps, schema_editor):
    """The ledger knows the oldest entries; the sums are made from it at any time."""
    month = (
        "CAST(DATE_TRUNC('month', e.day) AS date)"
        if schema_editor.connection.vendor == "postgresql"
        else "DATE(e.day, 'start of month')"
    )
    summed = closed_rollups.SUMMED.replace("newest_id)", "newest_id, oldest_id)").replace(
        "MAX(e.id)", "MAX(e.id), MIN(e.id)"
    )
    for table in TABLES:
        period, value = ("day", "e.day") if table.startswith("daily") else ("month", month)
        content = "content," if table.endswith("piece") else ""
        schema_editor.execute(f"DELETE FROM campaigns_{table}")
        schema_editor.execute(
            summed.format(
                table=f"campaigns_{table}",
                period=period,
                value=value,
                content=content,
                e_content=content and f"e.{content}",
                where=content and "WHERE e.content <> ''",
            ),
            params=None,
        )


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0016_staged_imports'),
    ]

    operations = [
        migrations.AddField(
            model_name='series',
            name='reporting_days',
            field=models.PositiveSmallIntegerField(default=7, help_text='So many days after the last day of a campaign regions have reported.', validators=[django.core.validators.MaxValueValidator(92)], verbose_name='days to report'),
        ),
        migrations.CreateModel(
            name='ExpectedReporter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_on', models.DateField(help_text='The last day that is in time, in Beijing.', verbose_name='due on')),
                ('fixed_at', models.DateTimeField(verbose_name='fixed at')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='expected_reporters', to='campaigns.edition', verbose_name='campaign')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.region', verbose_name='region')),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.planversion')),
            ],
            options={
                'verbose_name': 'expected reporter',
                'verbose_name_plural': 'expected reporters',
                'ordering': ['edition', 'region__path'],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('edition', 'region'), name='expected_reporter_once')],
            },
        ),
        # By hand: on SQLite, Django would make the tables anew, and no longer in the order of their keys.
        *(
            migrations.SeparateDatabaseAndState(
                database_operations=[
                    migrations.RunSQL(
                        f"ALTER TABLE campaigns_{table} ADD COLUMN oldest_id bigint NOT NULL DEFAULT 0",
                        f"ALTER TABLE campaigns_{table} DROP COLUMN oldest_id",
                    )
                ],
                state_operations=[
                    migrations.AddField(
                        model_name=table,
                        name='oldest_id',
                        field=models.BigIntegerField(db_default=0),
                    )
                ],
            )
            for table in TABLES
        ),
        migrations.RunPython(sum_up_anew, migrations.RunPython.noop),
    ]
