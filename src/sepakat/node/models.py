"""The tables of a node.

Log, leaf, tile and statement are the record. Object and the verdicts on statements are read tables:
`sepakat rebuild` makes them again from the record. All are written in one transaction, by `ledger`.
"""

from django.db import models

from sepakat.node.lookups import of_labels


class Label(models.Model):
    """A label in use, as canonical JSON, numbered by its digest. Few labels serve many records, so
    deciding once per label what a reader may see filters any number of rows."""

    id = models.BigIntegerField(primary_key=True)
    text = models.TextField()


class Log(models.Model):
    """A nation's log as far as this node has verified it; its own is the one it writes."""

    nation = models.CharField(primary_key=True, max_length=3)
    size = models.BigIntegerField(default=0)
    root = models.BinaryField()
    checkpoint = models.BinaryField()  # the signed note at `size`
    # The largest note that a partner has cosigned, with the cosignature lines.
    cosigned_size = models.BigIntegerField(default=0)
    cosigned = models.BinaryField(default=b"")
    memory = models.TextField(default="{}")  # a read table: see state.Memory


class Leaf(models.Model):
    """One entry of a log: the commitment, and the salt where this node may open it."""

    pk = models.CompositePrimaryKey("nation", "index")
    nation = models.CharField(max_length=3)
    index = models.BigIntegerField()
    entry = models.BinaryField()
    salt = models.BinaryField(null=True)


class Tile(models.Model):
    """The present hashes of a tile: a partial one is the beginning of the full one."""

    pk = models.CompositePrimaryKey("nation", "level", "index")
    nation = models.CharField(max_length=3)
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    data = models.BinaryField()


class Statement(models.Model):
    """An envelope that this node holds, where it stands, and what became of it."""

    pk = models.CompositePrimaryKey("nation", "index")
    nation = models.CharField(max_length=3)
    index = models.BigIntegerField()
    digest = models.CharField(max_length=64, db_index=True)
    envelope = models.BinaryField()
    label = of_labels(
        models.ForeignKey(Label, models.PROTECT, null=True, db_index=False)
    )  # none if it cannot be read
    object = models.CharField(max_length=80, db_index=True)
    action = models.CharField(max_length=40)
    at = models.CharField(max_length=20)
    status = models.CharField(max_length=8)
    code = models.CharField(max_length=16)
    detail = models.TextField()


class Object(models.Model):
    """An object's present state."""

    id = models.CharField(primary_key=True, max_length=80)
    kind = models.CharField(max_length=40, db_index=True)
    owner = models.CharField(max_length=3)
    counterparty = models.CharField(max_length=3, null=True)
    label = of_labels(models.ForeignKey(Label, models.PROTECT, db_index=False))
    state = models.CharField(max_length=40)
    fields = models.TextField()  # canonical JSON
    head = models.CharField(max_length=64)
    notes = models.TextField()  # digests, in a JSON list
    digest = models.CharField(max_length=64)


class Partner(models.Model):
    """A registered nation: its card, how far the exchange has come, and why it may be frozen."""

    nation = models.CharField(primary_key=True, max_length=3)
    card = models.BinaryField()
    url = models.CharField(max_length=200)  # where its node answers now
    disclosed = models.BigIntegerField(default=0)  # the size up to which its disclosures are read
    exchanged_at = models.CharField(max_length=20, default="")
    problem = models.TextField(default="")  # what the last exchange ended with, if not well
    frozen = models.TextField(default="")  # why its input is not taken any more
    proof = models.BinaryField(default=b"")  # of what it did


class Nonce(models.Model):
    """A message of a partner that has been answered, so that it cannot be sent again."""

    pk = models.CompositePrimaryKey("keyid", "nonce")
    keyid = models.CharField(max_length=64)
    nonce = models.CharField(max_length=64)
    expires = models.BigIntegerField(db_index=True)


class EvidenceFile(models.Model):
    """The key of an evidence file kept here, wrapped by the storage key; destroyed, the file is
    unreadable wherever copies of it lie."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    size = models.BigIntegerField()
    key = models.BinaryField()
