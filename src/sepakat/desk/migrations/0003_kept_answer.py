from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0002_job")]

    operations = [
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=255)),
                ("request", models.CharField(max_length=64)),
                ("attempt", models.CharField(max_length=32)),
                ("started", models.DateTimeField(db_index=True)),
                ("status", models.SmallIntegerField(null=True)),
                ("location", models.CharField(default="", max_length=200)),
                ("body", models.TextField(default="")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "key"), name="a_key_is_answered_once"
                    )
                ],
            },
        ),
    ]
