"""PostgreSQL holds the ledger append-only by trigger, whoever speaks to it."""

from django.db import migrations

TRIGGER = """
CREATE FUNCTION campaigns_reachentry_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'campaigns_reachentry is append-only: add a correction instead of %', TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON campaigns_reachentry
    FOR EACH ROW EXECUTE FUNCTION campaigns_reachentry_append_only();
"""
NO_TRIGGER = """
DROP TRIGGER append_only ON campaigns_reachentry;
DROP FUNCTION campaigns_reachentry_append_only();
"""


def _on_postgresql(sql: str):
    def run(apps, schema_editor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql, params=None)

    return run


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_initial")]

    operations = [
        migrations.RunPython(_on_postgresql(TRIGGER), _on_postgresql(NO_TRIGGER)),
    ]
