"""Rollups closed up the tree; fewer indexes on the ledger, and no TRUNCATE of it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from campaigns.reach.clustered import CreateClustered

FOREIGN_KEYS = ["edition_id", "channel_id", "account_id", "region_id", "batch_id", "corrects_id", "recorded_by_id"]

NO_TRUNCATE = """
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON campaigns_reachentry
    FOR EACH STATEMENT EXECUTE FUNCTION campaigns_reachentry_append_only();
"""

# The ledger as it stands, summed for each entry's region and all above it.
SUMMED = """
INSERT INTO {table} (edition_id, node_id, channel_id, {period}, {content} metric, basis, language, count, newest_id)
SELECT COALESCE(e.edition_id, 0), n.id, e.channel_id, {value}, {e_content} e.metric, e.basis, e.language,
    CAST(SUM(e.count) AS BIGINT), MAX(e.id)
FROM campaigns_reachentry e
JOIN campaigns_region r ON r.id = e.region_id
JOIN (SELECT DISTINCT depth FROM campaigns_region) d ON d.depth <= r.depth
JOIN campaigns_region n ON n.path = SUBSTR(r.path, 1, d.depth * 4)
{where}
GROUP BY COALESCE(e.edition_id, 0), n.id, e.channel_id, {value}, {e_content} e.metric, e.basis, e.language
"""


def drop_indexes_of_foreign_keys(apps, schema_editor):
    """By hand: on SQLite, Django would make the whole table anew for each of them."""
    table = "campaigns_reachentry"
    with schema_editor.connection.cursor() as cursor:
        constraints = schema_editor.connection.introspection.get_constraints(cursor, table)
    for name, told in constraints.items():
        lone = told["index"] and not told["unique"] and not told["primary_key"] and not told["foreign_key"]
        if lone and len(told["columns"]) == 1 and told["columns"][0] in FOREIGN_KEYS:
            schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")


def put_them_back(apps, schema_editor):
    for column in FOREIGN_KEYS:
        schema_editor.execute(f"CREATE INDEX campaigns_reachentry_{column} ON campaigns_reachentry ({column})")


def sum_up(apps, schema_editor):
    month = (
        "CAST(DATE_TRUNC('month', e.day) AS date)"
        if schema_editor.connection.vendor == "postgresql"
        else "DATE(e.day, 'start of month')"
    )
    for period, value in (("day", "e.day"), ("month", month)):
        kind = "daily" if period == "day" else "monthly"
        for table, content in ((f"campaigns_{kind}reach", ""), (f"campaigns_{kind}piece", "content,")):
            schema_editor.execute(
                SUMMED.format(
                    table=table,
                    period=period,
                    value=value,
                    content=content,
                    e_content=content and f"e.{content}",
                    where=content and "WHERE e.content <> ''",
                ),
                params=None,
            )


def _on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql, params=None)

    return run


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0012_website_publishes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.DeleteModel(name='DailyReach'),
        CreateClustered(
            name='DailyReach',
            fields=[
                ('pk', models.CompositePrimaryKey('edition_id', 'node_id', 'channel_id', 'day', 'metric', 'basis', 'language', blank=True, editable=False, primary_key=True, serialize=False)),
                ('edition_id', models.BigIntegerField()),
                ('node_id', models.BigIntegerField()),
                ('channel_id', models.BigIntegerField()),
                ('metric', models.CharField(max_length=24)),
                ('basis', models.CharField(max_length=20)),
                ('language', models.CharField(blank=True, max_length=10)),
                ('count', models.BigIntegerField()),
                ('newest_id', models.BigIntegerField()),
                ('day', models.DateField()),
            ],
            options={'verbose_name': 'daily reach', 'verbose_name_plural': 'daily reach', 'abstract': False, 'default_permissions': ('view',)},
        ),
        CreateClustered(
            name='MonthlyReach',
            fields=[
                ('pk', models.CompositePrimaryKey('edition_id', 'node_id', 'channel_id', 'month', 'metric', 'basis', 'language', blank=True, editable=False, primary_key=True, serialize=False)),
                ('edition_id', models.BigIntegerField()),
                ('node_id', models.BigIntegerField()),
                ('channel_id', models.BigIntegerField()),
                ('metric', models.CharField(max_length=24)),
                ('basis', models.CharField(max_length=20)),
                ('language', models.CharField(blank=True, max_length=10)),
                ('count', models.BigIntegerField()),
                ('newest_id', models.BigIntegerField()),
                ('month', models.DateField()),
            ],
            options={'abstract': False, 'default_permissions': ()},
        ),
        CreateClustered(
            name='DailyPiece',
            fields=[
                ('pk', models.CompositePrimaryKey('edition_id', 'node_id', 'channel_id', 'day', 'content', 'metric', 'basis', 'language', blank=True, editable=False, primary_key=True, serialize=False)),
                ('edition_id', models.BigIntegerField()),
                ('node_id', models.BigIntegerField()),
                ('channel_id', models.BigIntegerField()),
                ('metric', models.CharField(max_length=24)),
                ('basis', models.CharField(max_length=20)),
                ('language', models.CharField(blank=True, max_length=10)),
                ('count', models.BigIntegerField()),
                ('newest_id', models.BigIntegerField()),
                ('day', models.DateField()),
                ('content', models.CharField(max_length=80)),
            ],
            options={'abstract': False, 'default_permissions': ()},
        ),
        CreateClustered(
            name='MonthlyPiece',
            fields=[
                ('pk', models.CompositePrimaryKey('edition_id', 'node_id', 'channel_id', 'month', 'content', 'metric', 'basis', 'language', blank=True, editable=False, primary_key=True, serialize=False)),
                ('edition_id', models.BigIntegerField()),
                ('node_id', models.BigIntegerField()),
                ('channel_id', models.BigIntegerField()),
                ('metric', models.CharField(max_length=24)),
                ('basis', models.CharField(max_length=20)),
                ('language', models.CharField(blank=True, max_length=10)),
                ('count', models.BigIntegerField()),
                ('newest_id', models.BigIntegerField()),
                ('month', models.DateField()),
                ('content', models.CharField(max_length=80)),
            ],
            options={'abstract': False, 'default_permissions': ()},
        ),
        migrations.RemoveIndex(model_name='reachentry', name='reach_edition_day'),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_indexes_of_foreign_keys, put_them_back)],
            state_operations=[
                migrations.AlterField(
                    model_name='reachentry',
                    name='account',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.channelaccount', verbose_name='channel account'),
                ),
                migrations.AlterField(
                    model_name='reachentry',
                    name='batch',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='campaigns.importbatch', verbose_name='import batch'),
                ),
                migrations.AlterField(
                    model_name='reachentry',
                    name='channel',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.channel', verbose_name='channel'),
                ),
                migrations.AlterField(
                    model_name='reachentry',
                    name='corrects',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='campaigns.reachentry', verbose_name='corrects'),
                ),
                migrations.AlterField(
                    model_name='reachentry',
                    name='edition',
                    field=models.ForeignKey(blank=True, db_index=False, help_text='Empty for everyday education.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.edition', verbose_name='campaign'),
                ),
                migrations.AlterField(
                    model_name='reachentry',
                    name='recorded_by',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by'),
                ),
                migrations.AlterField(
                    model_name='reachentry',
                    name='region',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.region', verbose_name='region'),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name='reachentry',
            index=models.Index(fields=['edition', 'day', 'channel'], name='reach_slice'),
        ),
        migrations.AddIndex(
            model_name='reachentry',
            index=models.Index(fields=['edition', 'region', 'day'], name='reach_behind'),
        ),
        migrations.AddIndex(
            model_name='reachentry',
            index=models.Index(condition=models.Q(('batch__isnull', False)), fields=['batch'], name='reach_batch'),
        ),
        migrations.AddIndex(
            model_name='reachentry',
            index=models.Index(condition=models.Q(('corrects__isnull', False)), fields=['corrects'], name='reach_corrects'),
        ),
        migrations.RunPython(sum_up, migrations.RunPython.noop),
        migrations.RunPython(
            _on_postgresql(NO_TRUNCATE),
            _on_postgresql('DROP TRIGGER no_truncate ON campaigns_reachentry'),
        ),
    ]
