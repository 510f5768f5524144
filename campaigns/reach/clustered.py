"""How a migration makes a table whose rows lie in its key."""

from django.db import migrations


class CreateClustered(migrations.CreateModel):
    """A table in the order of its key. SQLite: rows lie in the key itself, and no second tree."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor != "sqlite":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            sql, params = schema_editor.table_sql(model)
            schema_editor.execute(f"{sql} WITHOUT ROWID", params or None)
