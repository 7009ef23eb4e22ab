"""What an installation may set, read once from the environment; nothing else reads os.environ."""

import os
import secrets
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent


class SettingsError(Exception):
    """A setting cannot be used; the message is Chinese and names the variable."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation's settings; the environment variable of a field is its name in capitals."""

    database_url: str = f"sqlite:///{ROOT / 'data' / 'workbench.db'}"
    secret_key: str = field(default="", repr=False)
    field_key: str = field(default="", repr=False)
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
    """Read the settings; keys that are absent are made beside the SQLite file, mode 600.

    Raises SettingsError for a value of the wrong form, and when a server store comes
    without its keys: a key made here would be lost with this machine.
    """
    env = dict(os.environ) if environment is None else environment
    values: dict[str, Any] = {}
    for item in fields(Settings):
        text = env.get(item.name.upper())
        if text:
            values[item.name] = _convert(item.name.upper(), text, type(item.default))
    settings = Settings(**values)
    missing = {
        name: _kept_key(settings, name)
        for name in ("secret_key", "field_key")
        if not getattr(settings, name)
    }
    return Settings(**{**values, **missing})


def _convert(name: str, text: str, kind: type) -> Any:
    if kind is bool:
        return text.strip().lower() in ("1", "true", "yes", "on")
    try:
        return kind(text)
    except ValueError as error:
        raise SettingsError(f"设置 {name} 的值“{text}”不是数字") from error


def _kept_key(settings: Settings, name: str) -> str:
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
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass  # another process of the same first start made it
        else:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def child_environment(**added: str) -> dict[str, str]:
    """The environment of a program we start: ours, and what it is told in confidence."""
    return {**os.environ, **added}


@lru_cache(maxsize=1)
def current() -> Settings:
    """The settings of this process, read once; tests clear the cache when they change them."""
    return load()
