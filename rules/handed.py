"""防止串访、多头办理: what is said before a matter is handed or instructed on again (S3c-15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Given:
    """One time a matter was given into somebody's hands, or somebody wrote how to treat it."""

    on: date
    whom: str


def handed_before(units: Sequence[Given], first: str) -> str | None:
    """Say to whom a matter has gone already and who had it first; None where to nobody yet."""
    if not units:
        return None
    last = units[-1]
    kept = f"，首接单位是{first}" if first and first != last.whom else ""
    return f"本件 {last.on} 已交{last.whom}办理{kept}。再交之前请核对，防止多头办理。"


def instructed_before(opinions: Sequence[Given], me: str) -> str | None:
    """Say who beside me has instructed on a matter already; None where nobody has."""
    others = [each for each in opinions if each.whom != me]
    if not others:
        return None
    last = others[-1]
    more = f"等 {len(others)} 条" if len(others) > 1 else ""
    return f"本件已有 {last.on} {last.whom}的批示{more}，再次批示前请先看“经过”，防止多头办理。"


def led_before(first: str) -> str | None:
    """Say which leader had a matter first, who keeps it (领导首接负责, S5-17)."""
    return f"首接领导是{first}，领导首接负责，改由他人包案请先沟通。" if first else None
