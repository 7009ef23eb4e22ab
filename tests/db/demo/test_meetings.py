"""The demo's meetings: the second opens with one decision done, one running, one late."""

from db.engine import Store
from db.queries import meetings, slides, snapshots
from rules.meetings import memory
from rules.permissions import SYSTEM
from tests.conftest import TODAY


def test_the_second_meeting_opens_with_the_first(demo: Store) -> None:
    with demo.reading(SYSTEM) as session:
        rows = meetings.listing(session)
        last = meetings.meeting_file(session, rows[0].number, today=TODAY)
        [up] = slides.put_up(session)
        kept = snapshots.snapshot(session, up.snapshot)

    assert len(rows) == 2
    assert memory(last.memory.states.values()) == "上次议定 3 项：完成 1 / 进行 1 / 超期 1"
    assert len(last.items) >= 3
    assert len(last.decisions) == 1
    assert up.number == last.number
    assert kept.read("received").count
    assert next(each.standing for each in kept.opening) == "完成"
