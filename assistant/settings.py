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
    llm: str = Field(
        "",
        description="A chat model that words the answers, provider:model; empty: quotes from the announcements alone.",
    )
    llm_url: str = Field(
        "", description="A server that speaks OpenAI's protocol, http://host:port/v1; empty: the provider's own."
    )
    llm_key: SecretStr = Field(SecretStr(""), description="The key of the chat model's provider.")
    llm_timeout_s: float = Field(
        20.0, gt=0, le=600, description="Seconds that the chat model has for a whole answer; then quotes are shown."
    )
    llm_tokens_per_day: int = Field(
        0, ge=0, description="The most tokens, asked and answered together, in a day (UTC); 0: no limit."
    )
    llm_cost_per_day: float = Field(
        0.0, ge=0, description="The most that may be spent in a day, in the prices' currency."
    )
    llm_price_in: float = Field(0.0, ge=0, description="Price of a million tokens that are asked.")
    llm_price_out: float = Field(0.0, ge=0, description="Price of a million tokens that are answered.")
    llm_queries: int = Field(
        0, ge=0, le=5, description="Other wordings that the chat model gives for a search that found no answer."
    )
    reranker: str = Field(
        "", description="A cross-encoder of sentence-transformers that ranks passages anew, by name or folder."
    )
    ir_contact: str = Field("", description="Where to send a reader whom the assistant declines: e-mail or URL.")

    staff_users: Path | None = Field(
        None, description="File of who may sign in to the staff's page; unset: staff_users in the data directory."
    )
    secret_key: SecretStr = Field(
        SecretStr(""), description="What sessions are signed with; empty: a key made once, in the data directory."
    )
    sign_in_header: str = Field(
        "", description="A header in which a trusted proxy says who signed in; empty: none is believed."
    )
    record_days: int = Field(
        90, ge=0, le=36_500, description="Days for which questions and answers are kept; 0: none are."
    )

    answer_timeout: float = Field(60.0, gt=0, le=3600, description="Seconds after which an answer is given up.")
    request_timeout: float = Field(
        10.0, gt=0, le=3600, description="Seconds for a request's headers, and for its body, to arrive."
    )
    surfaces: Literal["staff,public", "public"] = Field(
        "staff,public", description="public: the staff's page is not served here, only what visitors may see."
    )
    public_url: str = Field(
        "", description="Where visitors find the service, https://host/path; the proxy in front takes the path off."
    )
    hosts: str = Field(
        "", description="Host names that are answered to, separated by commas, beside that of public_url."
    )
    trusted_proxies: str = Field(
        "", description="Addresses and networks, separated by commas, whose X-Forwarded-For is believed."
    )
    readers: int = Field(
        1, ge=0, le=64, description="Processes that read questions beside the server's own, some 350 MB each; 0: none."
    )
    max_answers: int = Field(100, ge=1, le=100_000, description="Answers under way at once; more get 503.")
    max_connections: int = Field(1000, ge=1, le=100_000, description="Connections at once; more get 503.")
    limit_address: int = Field(60, ge=0, description="Questions a minute from one address; 0: no limit.")
    limit_session: int = Field(300, ge=0, description="Questions a day of one session; 0: no limit.")
    limit_widget: int = Field(20_000, ge=0, description="Questions a day through one widget; 0: no limit.")
    limit_reads: int = Field(600, ge=0, description="Other requests a minute from one address; 0: no limit.")
    limit_together: int = Field(8, ge=0, description="Answers under way at once for one address; 0: no limit.")
    limit_storage: SecretStr = Field(
        SecretStr("memory://"),
        description="Where requests are counted: memory://, or redis://host:port for all processes.",
    )
    metrics_token: SecretStr = Field(
        SecretStr(""), description="What a caller of /metrics has to show as its bearer token; empty: no such page."
    )
    mcp_tokens: SecretStr = Field(
        SecretStr(""),
        description="Tokens, separated by commas, of staff's AI tools at /mcp; empty: nothing is there.",
    )
    log_level: Literal["info", "warning"] = Field("warning", description="info: a line for each request, too.")

    notice_ja: str = Field("", description="The FAQ's Japanese note on forward-looking statements; empty: ours.")
    notice_en: str = Field("", description="The FAQ's English note on forward-looking statements; empty: ours.")

    @property
    def catalog(self) -> Path | str:
        """Where the catalog is: a directory, or the database's URL with its password."""
        return self.database_url.get_secret_value() or self.data

    @property
    def users_file(self) -> Path:
        """Where it stands who may sign in."""
        return self.staff_users or self.data / "staff_users"
