from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_evaluator")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="caveats",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
