"""What an installation may set, read once from the environment; nothing else reads os.environ."""

import os
import secrets
from dataclasses import dataclass, field, fields
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parent
# Where the identity provider sends a browser back to; the end of OIDC_REDIRECT_URL.
OIDC_RETURN = "/signin/oidc/return"
# The keys this process has made.
_made: set[Path] = set()


class SettingsError(Exception):
    """A setting cannot be used; the message is Chinese and names the variable."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation's settings; the environment variable of a field is its name in capitals."""

    database_url: str = f"sqlite:///{ROOT / 'data' / 'workbench.db'}"
    field_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    office_name: str = "信访工作联席会议办公室"
    timezone: str = "Asia/Shanghai"
    host: str = "127.0.0.1"
    port: int = 8501
    idle_minutes: int = 15
    session_hours: int = 12
    screen_hours: int = 168
    lockout_failures: int = 5
    lockout_minutes: int = 15
    upload_mb: int = 20
    attachment_mb: int = 10
    secure_cookie: bool = False
    trusted_proxies: str = ""
    pg_bin: str = ""
    oidc_metadata_url: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_redirect_url: str = ""
    oidc_claim: str = "sub"

    @property
    def has_provider(self) -> bool:
        """Whether one can sign in through an identity provider (OIDC), too."""
        return bool(self.oidc_metadata_url)

    @property
    def store_file(self) -> Path | None:
        """The SQLite file, or None when the store is a server."""
        prefix = "sqlite:///"
        return Path(self.database_url[len(prefix) :]) if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        """Whether the store is the embedded one."""
        return self.database_url.startswith("sqlite:///")


def load(environment: dict[str, str] | None = None) -> Settings:
    """Read the settings; a key that is absent is made beside the SQLite file, mode 600.

    Raises SettingsError for a value of the wrong form, and when a server store comes
    without its keys: a key made here would be lost with this machine.
    """
    env = dict(os.environ) if environment is None else environment
    values: dict[str, Any] = {}
    for item in fields(Settings):
        text = env.get(item.name.upper())
        if text:
            values[item.name] = _convert(item.name.upper(), text, type(item.default))
    _check(values)
    settings = Settings(**values)
    for name in _KEYS:
        if not values.get(name):
            values[name] = _kept_key(settings, name)
    return Settings(**values)


# The least and the most of each number; what lies outside is a slip of the pen.
_SPANS = {
    "port": (1, 65_535),
    "idle_minutes": (1, 1_440),
    "session_hours": (1, 720),
    "screen_hours": (1, 8_760),
    "lockout_failures": (1, 1_000),
    "lockout_minutes": (1, 10_080),
    "upload_mb": (1, 1_000),
    "attachment_mb": (1, 1_000),
}
_KEYS = ("field_key", "secret_key")
# All of them or none.
_PROVIDER = ("oidc_metadata_url", "oidc_client_id", "oidc_client_secret", "oidc_redirect_url")
_STORES = ("sqlite:///", "postgresql+psycopg://")
_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def _check(values: dict[str, Any]) -> None:
    """Raise SettingsError for a value of the right form that nothing can work with."""
    for name, (least, most) in _SPANS.items():
        if not least <= values.get(name, least) <= most:
            value = values[name]
            raise SettingsError(
                f"设置 {name.upper()} 的值“{value}”不可用，应在 {least} 到 {most} 之间"
            )
    if not values.get("database_url", _STORES[0]).startswith(_STORES):
        raise SettingsError(
            "设置 DATABASE_URL 的值不可用，应以 sqlite:/// 或 postgresql+psycopg:// 开头"
        )
    zone = values.get("timezone", "UTC")
    try:
        ZoneInfo(zone)
    except (ValueError, KeyError, OSError) as error:
        raise SettingsError(f"设置 TIMEZONE 的值“{zone}”不是时区，应如 Asia/Shanghai") from error
    proxies = values.get("trusted_proxies", "")
    try:
        for item in filter(None, map(str.strip, proxies.split(","))):
            ip_network(item, strict=False)
    except ValueError as error:
        raise SettingsError(
            f"设置 TRUSTED_PROXIES 的值“{proxies}”不是以逗号分开的 IP 地址"
        ) from error
    _check_provider(values)


def _check_provider(values: dict[str, Any]) -> None:
    missing = [name.upper() for name in _PROVIDER if not values.get(name)]
    if len(missing) == len(_PROVIDER):
        return
    if missing:
        raise SettingsError(
            f"设置 {'、'.join(missing)} 没有填写：统一身份认证的四项要填就一起填，"
            "不用统一身份认证就都去掉"
        )
    metadata, redirect = values["oidc_metadata_url"], values["oidc_redirect_url"]
    if not is_guarded(metadata):
        raise SettingsError(
            f"设置 OIDC_METADATA_URL 的值“{metadata}”不可用，应是 https 的完整地址：没有加密的，身份可以被冒充"
        )
    parts = urlsplit(redirect)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path != OIDC_RETURN:
        raise SettingsError(
            f"设置 OIDC_REDIRECT_URL 的值“{redirect}”不可用，应是本系统的完整地址加 {OIDC_RETURN}"
        )


def is_guarded(address: str) -> bool:
    """Whether nobody on the way can change what the address answers: https, or this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    here = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    return here or (parts.scheme == "https" and bool(parts.hostname))


def _convert(name: str, text: str, kind: type) -> Any:
    if kind is bool:
        if text.strip().lower() not in _YES + _NO:
            raise SettingsError(f"设置 {name} 的值“{text}”不可用，应为 1 或 0")
        return text.strip().lower() in _YES
    try:
        return kind(text)
    except ValueError as error:
        raise SettingsError(f"设置 {name} 的值“{text}”不是数字") from error


def _kept_key(settings: Settings, name: str) -> str:
    """The key in the file beside the store. A new secret key only signs everybody out."""
    store = settings.store_file
    if store is None:
        raise SettingsError(
            f"使用服务器数据库时必须设置 {name.upper()}（任意 32 位以上的随机字符串）"
        )
    path = store.with_name(f"{store.stem}.{name}")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        if name == "field_key" and store.exists():
            raise SettingsError(
                f"找不到身份信息密钥 {path}。数据库 {store} 已经存在，没有原来的密钥就无法读取身份信息："
                "请从备份取回该文件，或设置 FIELD_KEY"
            )
        if _made_whole(path, secrets.token_urlsafe(48)):
            _made.add(path)
    try:
        key = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise SettingsError(f"密钥文件 {path} 读不出来，请核对它的属主和权限") from error
    if not key:
        raise SettingsError(f"密钥文件 {path} 是空的，请从备份取回")
    return key


def _made_whole(path: Path, content: str) -> bool:
    """Make a file of mode 600 that is there with all its content or not at all.

    Returns False when another process of the same first start made it before.
    """
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(content)
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def is_first_start(settings: Settings) -> bool:
    """Whether a SQLite file that is not there may be made: no earlier process had its key.

    A key without its file is a store that was moved or lost. Making an empty one in its
    place would open the set-up screen to whoever comes first.
    """
    store = settings.store_file
    assert store is not None
    key = store.with_name(f"{store.stem}.field_key")
    return not key.exists() or key in _made


def child_environment(**added: str) -> dict[str, str]:
    """The environment of a program we start: ours, and what it is told in confidence."""
    return {**os.environ, **added}


@lru_cache(maxsize=1)
def current() -> Settings:
    """The settings of this process, read once; tests clear the cache when they change them."""
    return load()
