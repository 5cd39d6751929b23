from django.db import migrations

import accounts.names


class Migration(migrations.Migration):
    """A step of its own: where names stand in the way of the next one, they can be changed with the column there."""

    dependencies = [
        ('accounts', '0003_names_in_any_case'),
    ]

    operations = [
        # Earlier the third step made it, with each database's own folding.
        migrations.RunSQL('DROP INDEX IF EXISTS user_name_unique_in_any_case', migrations.RunSQL.noop),
        migrations.AddField(
            model_name='user',
            name='username_key',
            field=accounts.names.NameKeyField(default='', editable=False, max_length=450, verbose_name='user name, folded'),
            preserve_default=False,
        ),
    ]
