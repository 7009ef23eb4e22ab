"""What a place of reception and a companion must be known by."""

from rules.errors import Problem

PLACE_MAX = 100
ADDRESS_MAX = 200
CAPACITY_MAX = 99
NAME_MAX = 64
ORGANISATION_MAX = 100


def place_problems(name: str, address: str, capacity: int) -> list[Problem]:
    """List what is wrong with a place; `capacity` is how many leaders receive there on one day."""
    found = []
    if not name or len(name) > PLACE_MAX:
        found.append(Problem("name", f"场所名称应为 1 到 {PLACE_MAX} 个字"))
    if len(address) > ADDRESS_MAX:
        found.append(Problem("address", f"地址最多 {ADDRESS_MAX} 个字"))
    if not 1 <= capacity <= CAPACITY_MAX:
        found.append(Problem("capacity", f"同一天接访的领导数应在 1 到 {CAPACITY_MAX} 之间"))
    return found


def companion_problems(name: str, organisation: str) -> list[Problem]:
    """List what is wrong with a companion."""
    found = []
    if not name or len(name) > NAME_MAX:
        found.append(Problem("name", f"陪同人员姓名应为 1 到 {NAME_MAX} 个字"))
    if len(organisation) > ORGANISATION_MAX:
        found.append(Problem("organisation", f"所在单位最多 {ORGANISATION_MAX} 个字"))
    return found
