"""Every setting, typed, in one place: environment variables (RINGFENCE_*), then a file, then defaults.

>>> Settings(kafka={"bootstrap": "broker:9092"}).kafka.bootstrap
'broker:9092'
>>> Settings(kafka={"sasl_password": "hunter2"}).kafka.sasl_password
SecretStr('**********')
"""

import os
import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

WhenStale = Literal["open", "closed"]

_TOKENS = re.compile(r"[A-Za-z0-9._~+/=,-]*")


class KafkaSettings(BaseModel):
    """How to reach Apache Kafka; for Confluent Cloud the API key and secret are username and password."""

    bootstrap: str = Field("127.0.0.1:9092", description="host:port, comma separated")
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    sasl_username: str | None = None
    sasl_password: SecretStr | None = None
    ca_file: Path | None = Field(None, description="PEM of the authority that signed the brokers' certificates")
    partitions: int = Field(8, gt=0, description="partitions of the raw topic, fixed when it is created")
    replication: int = Field(1, gt=0, description="copies of each partition")


class RedisSettings(BaseModel):
    """How to reach Redis or Valkey."""

    url: SecretStr = SecretStr("redis://127.0.0.1:6379/0")
    prefix: str = Field("ringfence", min_length=1, description="what all keys of the mirror start with")
    ttl_s: float = Field(30 * 86_400.0, gt=0, description="how long the mirror keeps what has not changed since")
    history: int = Field(1_000, gt=0, description="changes of trust that it keeps of each agent")
    history_s: float = Field(86_400.0, ge=0, description="how far back the histories of a new mirror go")
    timeout_s: float = Field(2.0, gt=0, description="for a connection, and for an answer")


class WorkerSettings(BaseModel):
    """A `faust worker` process."""

    app_id: str = Field("ringfence", description="consumer group, transactional ids and changelogs start with it")
    data: Path = Field(Path("data/worker"), description="tables and the worker's key; a folder for each worker")
    web_host: str = "127.0.0.1"
    web_port: int = Field(6066, ge=0, lt=65536)
    web_token: SecretStr | None = Field(None, description="bearer token of the worker's own pages; none, no pages")
    commit_interval_ms: int = Field(30, ge=0, description="pause between two commits of a partition")
    session_timeout_s: float = Field(6.0, gt=0, description="a worker silent for longer loses its partitions")
    standby: bool = Field(default=True, description="keep warm copies of partitions of other workers")
    store_cache_mb: int = Field(64, gt=0, description="block cache of all RocksDB stores of a worker together")


class SinksSettings(BaseModel):
    """A `faust -A app.sinks worker` process: what lies outside, each behind a breaker."""

    app_id: str = Field("ringfence-sinks", description="consumer groups start with it, one for each sink")
    data: Path = Path("data/sinks")
    web_host: str = "127.0.0.1"
    web_port: int = Field(6067, ge=0, lt=65536)
    mirror: bool = Field(default=True, description="keep the mirror in Redis")
    failures: int = Field(5, gt=0, description="calls that fail in a row until a breaker opens")
    reset_s: float = Field(5.0, gt=0, description="how long a breaker stays open before one call may try")
    prometheus: bool = Field(default=True, description="serve the metrics on the page /metrics")
    web_token: SecretStr | None = Field(None, description="bearer token of that page; none: for whoever reaches it")


class SidecarSettings(BaseModel):
    """The doors."""

    model_config = ConfigDict(hide_input_in_errors=True)

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, lt=65536)
    grpc_port: int | None = Field(
        None, ge=0, lt=65536, description="port of Envoy's external authorization over gRPC; none, no gRPC"
    )
    token: SecretStr | None = Field(
        None,
        description="bearer tokens that open the doors, comma separated: all count, our own clients send the first",
    )
    anonymous: bool = Field(
        default=False, description="start without a token on an address that others than this machine can reach"
    )
    stale_after_s: float = Field(5.0, gt=0, description="silence of a fold after which a door counts as out of touch")
    read_within_s: float = Field(
        10.0, ge=0, description="the ports open once all earlier decisions are read, or after so long without Kafka"
    )
    when_stale: WhenStale = Field(
        "open", description="out of touch: let through all but those known as contained, or nobody"
    )
    fleet_header: str = "x-ringfence-fleet"
    agent_header: str = "x-ringfence-agent"
    target_header: str = "x-ringfence-target"
    unidentified: Literal["allow", "deny"] = Field("deny", description="requests whose headers name no agent")

    @property
    def tokens(self) -> list[str]:
        """The tokens, one by one."""
        return [] if self.token is None else [each for each in self.token.get_secret_value().split(",") if each]

    @field_validator("token")
    @classmethod
    def _is_sendable(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not _TOKENS.fullmatch(token.get_secret_value()):
            raise ValueError(
                "a token has letters, digits and -._~+/= alone (RFC 6750), and commas stand between tokens"
            )
        return token


class DatadogSettings(BaseModel):
    """Datadog: the account that `ringfence datadog` keeps up to date, and where metrics and events go."""

    api_key: SecretStr | None = None
    app_key: SecretStr | None = Field(None, description="application key, for monitors and dashboards")
    site: str = Field("datadoghq.com", description="of the account: datadoghq.eu, us5.datadoghq.com, ...")
    api_url: str | None = Field(None, description="of a proxy before the API; else https://api.SITE")
    statsd: str | None = Field(
        None, pattern=r"^(udp://[^/]+:\d+|unix:///.+)$", description="DogStatsD socket of the agent; none, no metrics"
    )
    timeout_s: float = Field(10.0, gt=0, description="silence of the API after which a request counts as failed")
    owner: str = Field("ringfence", min_length=1, description="marks what is ours: two installations need two names")
    notify: str = Field("", description="whom monitors tell, as Datadog writes it: @slack-ops @pagerduty")
    tags: tuple[str, ...] = Field((), description='on every metric and event, say ["env:prod"]')
    max_fleets: int = Field(100, gt=0, description="fleets with a tag of their own; later ones share fleet:other")
    trust_event_points: float = Field(10.0, ge=0, description="a score moved this far by one record is an event")


class WebhookSettings(BaseModel):
    """An endpoint that is told of alerts and of transitions of enforcement: docs/webhooks.md."""

    url: SecretStr = Field(description="https://...; some hold a token, so it is never printed")
    secret: SecretStr = Field(description="whsec_ and 24 to 64 bytes in base64: signs what is sent")
    old_secret: SecretStr | None = Field(None, description="while the secret changes: signs, too")
    events: tuple[Literal["alerts", "transitions"], ...] = ("alerts", "transitions")
    fleets: tuple[str, ...] = Field((), description="of these fleets alone; none named: of all")
    timeout_s: float = Field(10.0, gt=0, description="for a whole answer")
    attempts: int = Field(60, gt=0, description="failures that it may answer to one event; then that is a dead letter")

    @field_validator("url")
    @classmethod
    def _can_be_posted_to(cls, url: SecretStr) -> SecretStr:
        parts = urlsplit(url.get_secret_value())
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("the url of a webhook is http:// or https://, and names a host")
        return url


class KeySettings(BaseModel):
    """Ed25519 keys that sign control records."""

    operator: Path | None = Field(None, description="PEM of the operator's private key (the genesis key)")
    issuer: str = Field("operator", description="the name under which that key is enrolled")


class AnalystSettings(BaseModel):
    """A language model that is asked what it makes of alerts (docs/analyst.md); off unless `url` is set."""

    url: str | None = Field(None, description="base of an OpenAI-compatible API: https://api.openai.com/v1, ...")
    model: str = Field("", max_length=256)
    api_key: SecretStr | None = Field(None, description="of the endpoint, where it wants one")
    key: Path = Field(Path("analyst.pem"), description="PEM of the Ed25519 key that signs its opinions")
    issuer: str = Field("analyst", min_length=1, description="the name under which that key is enrolled")
    fleets: tuple[str, ...] = Field((), description="whose alerts it is asked about; none named: all fleets'")
    least_severity: float = Field(0.5, ge=0, le=1, description="alerts below it are not worth a question")
    max_age_s: float = Field(60.0, gt=0, description="what an alert says is asked about while it is younger")
    timeout_s: float = Field(30.0, gt=0, description="for an answer")
    max_tokens: int = Field(2_000, gt=0, description="of an answer, what the model thinks before it included")
    calls_per_minute: float = Field(10.0, gt=0, description="on average; so many at once after a pause")
    usd_per_day: float = Field(1.0, ge=0, description="most that is spent from midnight to midnight, UTC")
    usd_per_million_in: float = Field(0.0, ge=0, description="price of the tokens that are sent; 0: it costs nothing")
    usd_per_million_out: float = Field(0.0, ge=0, description="price of the tokens that are answered")
    data: Path = Field(Path("data/analyst"), description="remembers what has been spent today")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needed = {"model", "key", "usd_per_million_in", "usd_per_million_out"} - self.model_fields_set
        if self.url is not None and needed:
            raise ValueError(f"the analyst's url is set, so {', '.join(sorted(needed))} must be set too")
        return self


class Settings(BaseSettings):
    """All settings of a process.

    A nested field is set as RINGFENCE_KAFKA__BOOTSTRAP; a TOML file is named by RINGFENCE_SETTINGS
    (default `ringfence.toml` in the working directory) and environment variables win over it.
    """

    model_config = SettingsConfigDict(
        env_prefix="RINGFENCE_", env_nested_delimiter="__", extra="forbid", hide_input_in_errors=True
    )

    kafka: KafkaSettings = KafkaSettings()
    redis: RedisSettings = RedisSettings()
    worker: WorkerSettings = WorkerSettings()
    sinks: SinksSettings = SinksSettings()
    webhooks: dict[Annotated[str, Field(pattern="^[a-z0-9-]{1,40}$")], WebhookSettings] = {}
    sidecar: SidecarSettings = SidecarSettings()
    datadog: DatadogSettings = DatadogSettings()
    keys: KeySettings = KeySettings()
    analyst: AnalystSettings = AnalystSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = os.environ.get("RINGFENCE_SETTINGS", "ringfence.toml")
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=file)
