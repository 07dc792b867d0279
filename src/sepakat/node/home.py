"""One node's folder: everything that it keeps outside the database.

node.json        who the node is
keys/            its secret keys
policies/        the nation's own policies, if it has any
oidc.json        its identity provider, if it has one
evidence/        evidence files, encrypted, named by digest
outbox/          mails, where no server is named
run/             what a running node says of itself
sepakat.sqlite3  the database, unless DATABASE_URL names another
"""

import base64
import json
import os
import shutil
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from sepakat.node.keystore import Keystore
from sepakat.record import mldsa
from sepakat.record.address import split_address
from sepakat.record.card import Card
from sepakat.record.errors import ConflictError, InvalidError, NotFoundError
from sepakat.record.fields import Line, Nation, Origin
from sepakat.record.keys import SigningKey
from sepakat.record.label import Categories, Classification
from sepakat.record.note import KeyType, encode_vkey
from sepakat.record.seal import SealingKey
from sepakat.record.statement import from_validation

VARIABLE = "SEPAKAT_HOME"
ML_DSA_WITNESS = "witness-ml-dsa"  # the name of that key


def _address(text: str) -> str:
    parts = split_address(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("give the address of a node, such as https://node.example")
    return text.rstrip("/")


class Config(BaseModel):
    """Who the node is, as it stands in `node.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    nation: Nation
    name: Line
    origin: Origin
    url: Annotated[Line, AfterValidator(_address)]
    ceiling: Classification
    caveats: Categories = {}

    @property
    def witness(self) -> str:
        """The name that it cosigns partners' checkpoints under."""
        return self.origin.removesuffix("/log") + "/witness"


class Home:
    """The folder of the node at `path`. Making the object reads nothing."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path).absolute()
        self.keys = Keystore(self.path / "keys")

    def __repr__(self) -> str:
        return f"<Home {self.path}>"

    @classmethod
    def create(cls, path: Path | str, config: Config) -> Self:
        """Make a node's folder, without keys; ConflictError if the folder is in use."""
        home = cls(path)
        home.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(home.path.iterdir()):
            what = "there is a node here already" if home._file.exists() else "it is not empty"
            raise ConflictError(what, where=str(home.path), fix="Choose another folder")
        home.path.chmod(0o700)
        for folder in (home.path / "keys", home.evidence_dir, home.run_dir):
            folder.mkdir(mode=0o700)
        # Last, so that a folder with this file is a whole one.
        with home._file.open("x", encoding="utf-8") as file:
            json.dump(config.model_dump(), file, indent=2, ensure_ascii=False)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        return home

    def remove(self) -> None:
        """Remove the folder and all that is in it, its keys too."""
        shutil.rmtree(self.path)

    @classmethod
    def from_environment(cls) -> Self:
        """The node that SEPAKAT_HOME names."""
        path = os.environ.get(VARIABLE)
        if not path:
            raise NotFoundError(
                "no node is named",
                fix=f"Make one with `sepakat init`, then pass --home FOLDER or set {VARIABLE}",
            )
        return cls(path)

    @cached_property
    def config(self) -> Config:
        try:
            return Config.model_validate_json(self._file.read_bytes())
        except FileNotFoundError:
            raise NotFoundError(
                "there is no node here",
                where=str(self.path),
                fix="Make one with `sepakat init`, or pass the folder of one with --home",
            ) from None
        except ValidationError as error:
            fix = "Correct it, or restore the node from a backup"
            raise from_validation(error, where=str(self._file), fix=fix) from error
        except OSError as error:
            raise InvalidError(
                f"it cannot be read ({error.strerror})",
                where=str(self._file),
                fix="Run the command as the user that owns the node",
            ) from error

    def card(self) -> Card:
        """What partners register of this node."""
        return self._card

    @cached_property
    def _card(self) -> Card:
        def public(name: str) -> bytes:
            return SigningKey(self.keys.get(name)).public.raw

        config = self.config
        sealing = SealingKey.from_bytes(self.keys.get("sealing")).public.to_bytes()
        return Card(
            nation=config.nation,
            name=config.name,
            url=config.url,
            log_key=encode_vkey(config.origin, KeyType.ED25519, public("log")),
            witness_key=encode_vkey(config.witness, KeyType.COSIGNATURE, public("witness")),
            ml_dsa_witness_key=self._ml_dsa_witness_key(),
            statement_key=base64.b64encode(public("root")).decode(),
            exchange_key=base64.b64encode(public("exchange")).decode(),
            sealing_key=base64.b64encode(sealing).decode(),
            ceiling=config.ceiling,
            caveats=config.caveats,
        )

    def _ml_dsa_witness_key(self) -> str | None:
        """None for a node that was made without one: a new key would need a new card."""
        if ML_DSA_WITNESS not in self.keys:
            return None
        public = mldsa.SigningKey(self.keys.get(ML_DSA_WITNESS)).public.raw
        return encode_vkey(self.config.witness, KeyType.ML_DSA_COSIGNATURE, public)

    @property
    def evidence_dir(self) -> Path:
        return self.path / "evidence"

    @property
    def policies_dir(self) -> Path:
        return self.path / "policies"

    @property
    def run_dir(self) -> Path:
        return self.path / "run"

    @property
    def database_url(self) -> str:
        return os.environ.get("DATABASE_URL") or f"sqlite:///{quote(str(self.database))}"

    @property
    def database(self) -> Path:
        """The SQLite file, which is there unless DATABASE_URL names another database."""
        return self.path / "sepakat.sqlite3"

    @property
    def _file(self) -> Path:
        return self.path / "node.json"
