"""Published turns as an iCalendar file that calendar programs subscribe to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from rules.roster_notices import Line

_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-—–~至到]\s*(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class Entry:
    """A turn with the number of the publication it stands in, which a newer one replaces."""

    line: Line
    sequence: int
    published_at: datetime


def write(entries: Iterable[Entry], *, name: str, store: str, zone: ZoneInfo) -> bytes:
    """Return the calendar: one event a turn, known by the turn's id within this store.

    The same turn published again keeps its UID and raises SEQUENCE, so that a program puts the
    new day in the place of the old (RFC 5545, 3.8.7.4). Hours that cannot be read make a
    whole day of it.
    """
    calendar = Calendar.new(
        prodid="-//joint-meeting-workbench//roster//ZH", name=name, language="zh-CN"
    )
    calendar.add("method", "PUBLISH")
    for entry in entries:
        line = entry.line
        begun, ended = _span(line.on, line.hours, zone)
        event = Event()
        event.add("uid", f"turn-{line.turn_id}@{store}")
        event.add("sequence", entry.sequence)
        event.add("dtstamp", entry.published_at)
        event.add("summary", f"领导接访：{line.cells()['接访领导']}")
        event.add("dtstart", begun)
        event.add("dtend", ended)
        if line.place:
            event.add("location", line.place)
        told = [line.post, line.kind.label, line.companions and f"陪同：{line.companions}"]
        event.add("description", "；".join(filter(None, told)))
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _span(on: date, hours: str, zone: ZoneInfo) -> tuple[date, date]:
    found = _HOURS.search(hours)
    if found is None:
        return on, on + timedelta(days=1)
    first_hour, first_minute, last_hour, last_minute = map(int, found.groups())
    try:
        begun = time(first_hour, first_minute, tzinfo=zone)
        ended = time(last_hour, last_minute, tzinfo=zone)
    except ValueError:
        return on, on + timedelta(days=1)
    if ended <= begun:
        return on, on + timedelta(days=1)
    return datetime.combine(on, begun), datetime.combine(on, ended)
