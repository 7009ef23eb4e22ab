"""What an account and a password must be, and when a sign-in ends."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rules.errors import Problem
from rules.terms import Role

NAME_MAX = 32
EXTERNAL_NAME_MAX = 255
PASSWORD_MIN = 10
PASSWORD_MAX = 200
_COMMON = frozenset(
    {"1234567890", "0123456789", "9876543210", "qwertyuiop", "password123", "admin12345"}
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the identity provider has named, and its signed word for it."""

    name: str
    id_token: str = field(repr=False)


def password_problems(password: str, *, name: str) -> list[Problem]:
    """List what is wrong with a new password; length counts more than mixed signs."""
    if len(password) < PASSWORD_MIN:
        return [Problem("password", f"口令至少 {PASSWORD_MIN} 位，可以用一句好记的话")]
    if len(password) > PASSWORD_MAX:
        return [Problem("password", f"口令最多 {PASSWORD_MAX} 位")]
    if password.lower() in _COMMON or len(set(password)) < 4:
        return [Problem("password", "口令太容易猜到，请换一个")]
    if name and len(name) > 1 and name.lower() in password.lower():
        return [Problem("password", "口令不能包含账号名称")]
    return []


def account_problems(
    name: str,
    roles: Iterable[Role],
    *,
    unit_id: int | None,
    leader_id: int | None,
    external_name: str | None,
) -> list[Problem]:
    """List what is wrong with an account: a unit handler needs a unit, a leader a leader."""
    chosen = set(roles)
    problems = []
    if not name:
        problems.append(Problem("name", "请填写账号名称"))
    elif len(name) > NAME_MAX:
        problems.append(Problem("name", f"账号名称最多 {NAME_MAX} 个字"))
    if external_name and len(external_name) > EXTERNAL_NAME_MAX:
        message = f"统一身份认证标识最多 {EXTERNAL_NAME_MAX} 个字"
        problems.append(Problem("external_name", message))
    if not chosen:
        problems.append(Problem("roles", "请至少选择一个角色"))
    if Role.UNIT in chosen and unit_id is None:
        problems.append(Problem("unit_id", "责任单位账号须选择所属单位"))
    if Role.LEADER in chosen and leader_id is None:
        problems.append(Problem("leader_id", "县领导账号须选择对应的领导"))
    if Role.SCREEN in chosen and len(chosen) > 1:
        problems.append(Problem("roles", "投屏账号不能兼任其他角色"))
    return problems


def sign_in_ended(
    *,
    started_at: datetime,
    seen_at: datetime,
    now: datetime,
    roles: Iterable[Role],
    idle_minutes: int,
    session_hours: int,
    screen_hours: int,
) -> bool:
    """Whether a sign-in is over: idle too long or too old; a screen's has only an age."""
    if Role.SCREEN in set(roles):
        return now - started_at > timedelta(hours=screen_hours)
    idle = now - seen_at > timedelta(minutes=idle_minutes)
    return idle or now - started_at > timedelta(hours=session_hours)
