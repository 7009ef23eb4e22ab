"""Discovery over the real messages of half a year, against groups labelled by hand.

`groups_2019h1.txt` holds, a line each, what is reported and the numbers of every message that names
the place and the grievance. It was made by reading all messages that name the place, not only those
that were found.
"""

from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from analysis.hotspots import Matter, proposals
from tests.conftest import real_data

pytestmark = pytest.mark.shared_data

Group = tuple[str, frozenset[int]]


@pytest.fixture(scope="module")
def labelled() -> list[Group]:
    """What is reported, and by which messages."""
    lines = Path(__file__).with_name("groups_2019h1.txt").read_text(encoding="utf-8").splitlines()
    parted = (line.split("|") for line in lines)
    return [(name, frozenset(map(int, numbers.split()))) for name, numbers in parted]


@pytest.fixture(scope="module")
def proposed() -> list[frozenset[int]]:
    """The messages of each proposal over the whole file."""
    book = CalamineWorkbook.from_path(str(real_data() / "messages_2019h1.xlsx"))
    _, *rows = book.get_sheet_by_index(0).to_python()
    matters = [
        Matter(
            int(str(number).partition(".")[0]),
            str(title),
            str(text),
            _day(str(at)),
            "",
            1,
            str(user).encode(),
        )
        for number, user, title, at, text, *_ in rows
    ]
    return [frozenset(found.ids) for found in proposals(matters, today=date(2019, 6, 30))]


def _day(text: str) -> date:
    year, month, day = text.split(" ")[0].replace("-", "/").split("/")
    return date(int(year), int(month), int(day))


def test_no_message_is_labelled_twice(labelled: list[Group]) -> None:
    numbers = [number for _, group in labelled for number in group]

    assert len(labelled) >= 12
    assert len(numbers) == len(set(numbers))


def test_the_proposals_of_labelled_places_are_pure(
    labelled: list[Group], proposed: list[frozenset[int]]
) -> None:
    """Of what is proposed together with a labelled message, at least 90 % is that one grievance."""
    best = {
        found: max(len(found & group) for _, group in labelled)
        for found in proposed
        if any(found & group for _, group in labelled)
    }
    purity = sum(best.values()) / sum(map(len, best))
    print(f"purity {purity:.1%} of {sum(map(len, best))} messages in {len(best)} proposals")

    assert purity >= 0.9


def test_the_labelled_groups_are_whole(
    labelled: list[Group], proposed: list[frozenset[int]]
) -> None:
    """At least 80 % of the messages of a group stand in one proposal: over all, and in most groups."""
    shares = {
        name: max(len(found & group) for found in proposed) / len(group) for name, group in labelled
    }
    whole = sum(shares[name] * len(group) for name, group in labelled)
    wholeness = whole / sum(len(group) for _, group in labelled)
    for name, share in sorted(shares.items(), key=lambda item: item[1]):
        print(f"{share:.0%} {name}")
    print(f"whole {wholeness:.1%}")

    assert wholeness >= 0.8
    assert sum(share >= 0.8 for share in shares.values()) >= 0.75 * len(shares)
