from django.db import migrations, models

ROLES = (
    "officer",
    "approver",
    "committee",
    "inspector",
    "evaluator",
    "company",
    "administrator",
    "auditor",
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name=model,
            name="role",
            field=models.CharField(choices=[(role, role) for role in ROLES], max_length=32),
        )
        for model in ("invitation", "membership")
    ]
