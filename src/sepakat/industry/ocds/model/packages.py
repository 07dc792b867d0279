"""The definitions of release packages and record packages of OCDS 1.1.5."""

from dataclasses import replace

from sepakat.industry.ocds.model import codes
from sepakat.industry.ocds.model.declaring import (
    Definition,
    Field,
    Group,
    address,
    addresses,
    many,
    moment,
    must,
    one,
    text,
)

_METADATA = {
    "uri": must(address()),
    "version": Field(("string",), pattern=r"^(\d+\.)(\d+)$", required=True),
    "extensions": addresses(),
    "publishedDate": must(moment()),
    "publisher": Field(
        ("object",),
        of=Group({"name": must(text()), "scheme": text(), "uid": text(), "uri": address()}),
        required=True,
    ),
    "license": address(),
    "publicationPolicy": address(),
}

RELEASE_PACKAGE = Definition(
    "ReleasePackage",
    {**_METADATA, "releases": replace(many("Release"), min_items=1, required=True)},
)

RECORD_PACKAGE = Definition(
    "RecordPackage",
    {
        **_METADATA,
        "packages": addresses(unique=True, min_items=1),
        "records": replace(many("Record"), min_items=1, required=True),
    },
)

LINKED_RELEASE = Group(
    {
        "url": replace(address(), required=True),
        "date": must(moment()),
        "tag": Field(
            ("array",),
            of=Field(("string",), codes=codes.RELEASE_TAG),
            codes=codes.RELEASE_TAG,
            min_items=1,
        ),
    }
)
"""A release that a record names by its address and does not carry."""

RECORD = Definition(
    "Record",
    {
        "ocid": must(text()),
        # `schema.py` adds that they are either all linked or all carried.
        "releases": Field(("array",), of="Release", min_items=1, required=True),
        "compiledRelease": one("Release"),
        "versionedRelease": one("VersionedRelease"),
    },
)
