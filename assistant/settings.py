"""Settings: values that an operator changes, read from ASSISTANT_… variables and `.env`. They build nothing."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every field is an environment variable: `data` is ASSISTANT_DATA."""

    model_config = SettingsConfigDict(
        env_prefix="ASSISTANT_", env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    data: Path = Field(Path(".data"), description="Directory for everything that is written.")
    sample: Literal["on", "off"] = Field("on", description="Load the bundled sample into a new data directory.")
    host: str = Field("127.0.0.1", description="Address to serve on.")
    port: int = Field(7860, ge=1, le=65535, description="TCP port to serve on.")
    embeddings: Literal["on", "off"] = Field("on", description="Also search by meaning (vectors in ChromaDB).")
    embedding_model: str = Field(
        "", description="A sentence-transformers model, by name or folder; empty: the bundled one."
    )
    database_url: SecretStr = Field(
        SecretStr(""),
        description="A PostgreSQL database for the catalog, postgresql://user:password@host/name; empty: SQLite inside "
        "the data directory.",
    )
    chroma_url: str = Field(
        "", description="A Chroma server, http://host:port; empty: ChromaDB inside the data directory."
    )
    allow_hosts: str = Field(
        "", description="Hosts of an intranet to load from, separated by commas; others must have public addresses."
    )
    widget_origins: str = Field(
        "",
        description="Which pages may carry the widget: id=https://host:port …; id=…. Empty: none.",
    )
    ir_contact: str = Field("", description="Where to send a reader whom the assistant declines: e-mail or URL.")

    answer_timeout: float = Field(60.0, gt=0, le=3600, description="Seconds after which an answer is given up.")
    metrics_token: SecretStr = Field(
        SecretStr(""), description="What a caller of /metrics has to show as its bearer token; empty: no such page."
    )
    log_level: Literal["info", "warning"] = Field("warning", description="info: a line for each request, too.")

    @property
    def catalog(self) -> Path | str:
        """Where the catalog is: a directory, or the database's URL with its password."""
        return self.database_url.get_secret_value() or self.data
