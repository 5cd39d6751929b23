from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('venues', '0005_in_use_from'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='month',
            options={'ordering': ('venue_id', 'first_day'), 'verbose_name': 'month', 'verbose_name_plural': 'months'},
        ),
        migrations.AlterModelOptions(
            name='policyversion',
            options={'ordering': ('venue_id', 'effective_from'), 'verbose_name': 'policy version', 'verbose_name_plural': 'policy versions'},
        ),
    ]
