"""Days of the upper regions with all channels together, made out of the days by channel."""

from django.db import migrations, models

from campaigns.reach.clustered import CreateClustered

TOTALS = """
INSERT INTO {totals} (edition_id, node_id, day, {content} metric, basis, language, count, newest_id, oldest_id)
SELECT edition_id, node_id, day, {content} metric, basis, language,
    CAST(SUM(count) AS BIGINT), MAX(newest_id), MIN(oldest_id)
FROM {days}
WHERE node_id IN (SELECT id FROM campaigns_region WHERE depth <= 2)
GROUP BY edition_id, node_id, day, {content} metric, basis, language
"""


def add_up(apps, schema_editor):
    for days, totals, content in (
        ("campaigns_dailyreach", "campaigns_dailytotal", ""),
        ("campaigns_dailypiece", "campaigns_dailypiecetotal", "content,"),
    ):
        schema_editor.execute(TOTALS.format(days=days, totals=totals, content=content), params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0022_first_entries'),
    ]

    operations = [
        CreateClustered(
            name='DailyPieceTotal',
            fields=[
                ('edition_id', models.BigIntegerField()),
                ('node_id', models.BigIntegerField()),
                ('metric', models.CharField(max_length=24)),
                ('basis', models.CharField(max_length=20)),
                ('language', models.CharField(blank=True, max_length=10)),
                ('count', models.BigIntegerField()),
                ('newest_id', models.BigIntegerField()),
                ('oldest_id', models.BigIntegerField(db_default=0)),
                ('pk', models.CompositePrimaryKey('edition_id', 'node_id', 'day', 'content', 'metric', 'basis', 'language', blank=True, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('content', models.CharField(max_length=80)),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        CreateClustered(
            name='DailyTotal',
            fields=[
                ('edition_id', models.BigIntegerField()),
                ('node_id', models.BigIntegerField()),
                ('metric', models.CharField(max_length=24)),
                ('basis', models.CharField(max_length=20)),
                ('language', models.CharField(blank=True, max_length=10)),
                ('count', models.BigIntegerField()),
                ('newest_id', models.BigIntegerField()),
                ('oldest_id', models.BigIntegerField(db_default=0)),
                ('pk', models.CompositePrimaryKey('edition_id', 'node_id', 'day', 'metric', 'basis', 'language', blank=True, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.RunPython(add_up, migrations.RunPython.noop),
    ]
