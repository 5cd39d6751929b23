"""``NumberLook`` is called ``SensitiveAccess``; its table keeps its name."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0003_names_by_their_sound")]

    operations = [
        migrations.AlterModelTable("numberlook", "staff_numberlook"),
        migrations.RenameModel("NumberLook", "SensitiveAccess"),
        migrations.AlterField(
            "sensitiveaccess",
            "employee",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="access_log",
                to="staff.employee",
                verbose_name="employee",
            ),
        ),
    ]
