from django.db import migrations

import accounts.names


def fold_the_names(apps, schema_editor):
    """Give each user the folded name; stop where two are the same, and say which, and what to do."""
    users = apps.get_model('accounts', 'User').objects.using(schema_editor.connection.alias)
    found = list(users.order_by('pk'))
    accounts.names.refuse_same_names(found)
    for user in found:
        user.username_key = accounts.names.name_key(user.username)
    users.bulk_update(found, ['username_key'], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_a_place_for_the_folded_name'),
    ]

    operations = [
        migrations.RunPython(fold_the_names, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='user',
            name='username_key',
            field=accounts.names.NameKeyField(editable=False, max_length=450, unique=True, verbose_name='user name, folded'),
        ),
    ]
