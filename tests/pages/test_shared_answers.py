"""What all tabs of a process share: read once, anew after a write, never past the key."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from db.commands.leaders import add_leader
from db.engine import Store
from rules.permissions import SYSTEM
from rules.terms import Role
from ui import store as ui_store


@pytest.fixture
def asked(sign_in: Callable[..., int], store: Store) -> tuple[list[int], Callable[..., Any]]:
    """What was read so far, and a function that asks as a tab does."""
    sign_in(Role.OFFICE)
    read: list[int] = []

    def ask(key: str = "county") -> int:
        def count(_session: object) -> int:
            read.append(len(read))
            return read[-1]

        return ui_store.shared("test", key, count)

    return read, ask


def test_it_is_read_once_for_each_key(asked: tuple[list[int], Callable[..., Any]]) -> None:
    read, ask = asked
    assert [ask(), ask(), ask("unit"), ask()] == [0, 0, 1, 0]
    assert read == [0, 1]


def test_a_write_has_it_read_anew(
    asked: tuple[list[int], Callable[..., Any]], store: Store
) -> None:
    _, ask = asked
    before = ask()
    with store.writing(SYSTEM) as session:
        add_leader(session, "陈书恒", "县委书记")
    assert ask() != before


def test_a_crowd_waits_for_one_reader(asked: tuple[list[int], Callable[..., Any]]) -> None:
    read, ask = asked
    begun, found = threading.Barrier(8), list[int]()

    def look() -> None:
        begun.wait()
        found.append(ask("crowd"))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read) == 1
    assert found == [0] * 8


def test_a_failure_is_told_and_kept_by_nobody(sign_in: Callable[..., int]) -> None:
    sign_in(Role.OFFICE)

    def fail(_session: object) -> int:
        raise ValueError("broken")

    for _ in range(2):
        with pytest.raises(ValueError, match="broken"):
            ui_store.shared("test", "failing", fail)
    assert ui_store.shared("test", "failing", lambda _session: 3) == 3
