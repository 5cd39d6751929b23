"""``Look`` is called ``Acknowledgement``; its table keeps its name."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commissions", "0005_accounts_taken_over")]

    operations = [
        migrations.AlterModelTable("look", "commissions_look"),
        migrations.RenameModel("Look", "Acknowledgement"),
        migrations.AlterModelOptions(
            "acknowledgement",
            {"verbose_name": "acknowledgement", "verbose_name_plural": "acknowledgements"},
        ),
        migrations.AlterField(
            "acknowledgement",
            "month",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="acknowledgements",
                to="venues.month",
            ),
        ),
    ]
