"""What an operator may set, all from the environment with the prefix ``TCMCHAIN_``."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from tcmchain.values import ChainName

_BUNDLED_ANVIL = Path("contracts/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil")


class Settings(BaseSettings):
    """Where a node keeps its data, where it listens and which ledgers stand behind it."""

    model_config = SettingsConfigDict(env_prefix="TCMCHAIN_", frozen=True)

    home: Path = Field(default=Path(".tcmchain"), description="folder of the node's data")
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8000, ge=1, le=65535, description="port to listen on")
    public_url: str | None = Field(default=None, description="address that people reach the node at, for QR codes")
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="further host names to answer to, separated by commas"
    )
    peers: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="other members' nodes that a certificate is checked against, separated by commas"
    )
    care_rpc: str | None = Field(default=None, description="external network for the chain care")
    pharmacy_rpc: str | None = Field(default=None, description="external network for the chain pharmacy")
    resources_rpc: str | None = Field(default=None, description="external network for the chain resources")
    confirmations: int = Field(default=0, ge=0, description="blocks on top before an external block is indexed")
    database_url: str | None = Field(default=None, description="SQLAlchemy address of the index; SQLite by default")
    genesis: Path | None = Field(default=None, description="genesis file of the consortium to found")
    anvil: Path | None = Field(default=None, description="executor of the embedded chains")
    keystore_passphrase: SecretStr | None = Field(
        default=None, description="opens the keystore; kept in the home folder when not given"
    )

    units_tree_bytes: int = Field(default=128 << 20, ge=1 << 10, description="largest tree file of unit codes")
    units_store_bytes: int = Field(default=8 << 30, ge=1 << 20, description="room for all trees of unit codes")
    units_speed_kmh: float = Field(default=900, gt=0, description="no carriage is faster, in km/h")
    units_slack_km: float = Field(default=300, ge=0, description="how roughly a place of a scan is known, in km")
    units_looks: int = Field(default=20, ge=1, description="more looks at one unit are told as many")
    units_look_days: int = Field(default=30, ge=1, description="days in which looks are counted")
    units_grace_hours: float = Field(default=24, ge=0, description="how late a trade scan may be entered, in hours")
    units_debounce_minutes: int = Field(default=10, ge=0, description="one viewer's scans in this time count once")
    epcis_anchor_seconds: float = Field(
        default=10, gt=0, description="how long an observation waits at most until its batch is anchored"
    )
    epcis_processes: int = Field(default=2, ge=0, le=64, description="processes that read large EPCIS documents")
    epcis_private_destinations: bool = Field(
        default=False, description="post results to subscribers inside the node's own network too"
    )
    ipfs_backend: Literal["local", "kubo"] = Field(
        default="local", description="where sealed blocks are kept: in the node's folder, or in a Kubo"
    )
    ipfs_rpc: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("http://127.0.0.1:5001",),
        description="RPC of the node's own Kubo, then of those that keep copies, separated by commas",
    )
    ipfs_token: SecretStr | None = Field(default=None, description="opens the RPC, as a bearer token")
    letters_days: float = Field(default=90, gt=0, le=3650, description="how long a letter waits to be fetched, in days")
    letters_waiting: int = Field(default=500, ge=2, description="letters that may wait for one account")
    letters_a_minute: int = Field(default=60, ge=1, description="letters taken from one address in a minute")
    records_body_bytes: int = Field(
        default=4 << 30, ge=1 << 20, description="largest sealed body of a record, in bytes"
    )
    records_upload_hours: float = Field(
        default=24, gt=0, description="how long an unfinished upload waits to go on, in hours"
    )
    metrics_token: SecretStr | None = Field(
        default=None, description="opens /metrics to other machines, as a bearer token"
    )
    log_format: Literal["text", "json"] = Field(default="text", description="log lines for people or for machines")
    stop_seconds: float = Field(
        default=3.0, ge=0, le=600, description="how long running requests may take when the node stops"
    )

    custodian_ports: int = Field(
        default=8101, ge=1, le=65533, description="first of three ports of the example's custodians, if they are free"
    )

    @field_validator("allowed_hosts", "peers", "ipfs_rpc", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
        return value

    def rpc_url(self, chain: ChainName) -> str | None:
        """Address of the external network behind ``chain``; ``None`` when the chain is embedded."""
        return {"care": self.care_rpc, "pharmacy": self.pharmacy_rpc, "resources": self.resources_rpc}[chain]

    @property
    def url(self) -> str:
        """Address that people reach the node at, without a slash at the end."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def origins(self) -> tuple[str, ...]:
        """Origins (scheme, host, port) that people and programs address the node by; the public one first."""
        nearby = (f"http://{host}:{self.port}" for host in ("localhost", "127.0.0.1", *self.allowed_hosts))
        behind_proxy = (f"https://{host}" for host in self.allowed_hosts)
        return tuple(dict.fromkeys((_origin(self.url), *nearby, *behind_proxy)))

    @property
    def executor(self) -> Path:
        """The anvil binary: the one set, or the one that ``make`` installed into the checkout."""
        if self.anvil is not None:
            return self.anvil
        checkout = Path(__file__).resolve().parents[2]
        return checkout / _BUNDLED_ANVIL

    @property
    def index_url(self) -> str:
        """SQLAlchemy address of the index."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'index.db'}"


class CustodianSettings(BaseSettings):
    """Where a custodian keeps its data, where it listens and which node it asks, prefix ``TCMCHAIN_CUSTODIAN_``."""

    model_config = SettingsConfigDict(env_prefix="TCMCHAIN_CUSTODIAN_", frozen=True)

    home: Path = Field(default=Path(".tcmchain-custodian"), description="folder of the custodian's data")
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8101, ge=1, le=65535, description="port to listen on")
    public_url: str | None = Field(default=None, description="address that nodes reach the custodian at")
    node: str = Field(
        default="http://localhost:8000", description="the member's node, whose door the chain is asked at"
    )
    anchor_seconds: float = Field(default=3.0, gt=0, description="seconds from root to root")
    rate: float = Field(default=50.0, gt=0, description="askings that one account may make a second")
    keystore_passphrase: SecretStr | None = Field(
        default=None, description="opens the custodian's keystore; kept in its folder when not given"
    )
    log_format: Literal["text", "json"] = Field(default="text", description="log lines for people or for machines")
    stop_seconds: float = Field(default=3.0, ge=0, le=600, description="how long running requests may take at a stop")

    @property
    def url(self) -> str:
        """Address that nodes reach the custodian at, without a slash at the end."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
