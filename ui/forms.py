"""What forms share: the version they were filled from, what is said after saving, refusals."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from rules.cases import EARLIEST
from rules.errors import Conflict, Invalid, RuleError
from ui import store

_FLASH = "_flash"
_REFILL = "_refill"
_TOLD = "_flashes_told"
_RELOADING = "_reloading"
# Long enough to look up from the foot of a form and read a title.
_SECONDS = 6
_LATEST = date(2100, 12, 31)


def pinned_version(record: str, current: int, *, field: str) -> int:
    """Return the version the open form was filled from.

    Every click reruns the page and reads the record anew, so the version just read
    would always be the newest and guard nothing. A form is newly filled when the widget
    with the key `field` has no state: Streamlit drops it when the user leaves the page.
    """
    key = f"version:{record}"
    if key not in st.session_state or field not in st.session_state:
        st.session_state[key] = current
    return int(st.session_state[key])


def drawn_version(record: str, current: int) -> int:
    """Return the version a list was drawn from last, which is what a click beside it is about.

    Lists follow what others save and pin nothing; but the run of a click has read them anew.
    """
    key = f"version:{record}"
    seen = int(st.session_state.get(key, current))
    st.session_state[key] = current
    return seen


def unpin(record: str) -> None:
    """Let the form be filled anew: after an own save, or to load what a rival saved."""
    st.session_state.pop(f"version:{record}", None)


def filled(record: str, current: int, values: Mapping[str, Any]) -> int:
    """Fill the widgets with these keys from the record, and return its pinned version.

    They are filled when the form is newly opened and again after `unpin`; in between
    they hold what the user typed. Call before the widgets, which then take no value.
    """
    first = next(iter(values))
    new = f"version:{record}" not in st.session_state or first not in st.session_state
    version = pinned_version(record, current, field=first)
    if new:
        st.session_state.update(values)
    return version


@dataclass(frozen=True, slots=True)
class Beside:
    """Other forms of the row that is written on, seen at `version`; `newest` reads what it has become.

    What is typed in them stays, and whoever saved the one form is no rival to himself in the others.
    """

    records: Collection[str]
    version: int
    newest: Callable[[Session], int]

    def follow(self, newest: int) -> None:
        """Move the pins of the forms that were filled from the row as it was before this save."""
        for record in self.records:
            if st.session_state.get(f"version:{record}") == self.version:
                st.session_state[f"version:{record}"] = newest


def save(
    work: Callable[[Session], Any],
    *,
    record: str | None = None,
    beside: Beside | None = None,
    refilled: Mapping[str, Any] | None = None,
    message: str | Callable[[Any], str] = "已保存",
) -> None:
    """Do `work` in one transaction and run anew, or show here why the office refuses it.

    Afterwards `record` is unpinned, the forms `beside` it follow, and the widgets of `refilled`
    are set, as for emptying the form; what was typed stays when it is refused. `message` may be made
    of what `work` returned.
    """
    try:
        with store.writing() as session:
            result = work(session)
            newest = beside.newest(session) if beside else 0
    except RuleError as refusal:
        show_refusal(refusal, record=record)
        return
    if beside is not None:
        beside.follow(newest)
    if record is not None:
        unpin(record)
    refill(refilled or {})
    flash(message if isinstance(message, str) else message(result))
    st.rerun()


def flash(message: str = "已保存") -> None:
    """Say `message` on the next run; the way to speak before st.rerun."""
    st.session_state[_FLASH] = message


def refill(values: Mapping[str, Any]) -> None:
    """Set the widgets with these keys on the next run, as for emptying a form after saving."""
    st.session_state[_REFILL] = dict(values)


def show_flash() -> None:
    """Say and refill what the last run left; the frame calls it before every screen.

    What was saved is said in a corner of the window, which is seen wherever the page is
    scrolled to, and moves nothing. Refusals and warnings are boxes beside their form instead.
    """
    for key, value in st.session_state.pop(_REFILL, {}).items():
        st.session_state[key] = value
    if message := st.session_state.pop(_FLASH, None):
        # The browser takes the same words for the same message and lets it end when the first
        # would have; with a time of its own, the second save is told as well as the first.
        times = st.session_state[_TOLD] = st.session_state.get(_TOLD, 0) + 1
        st.toast(plain(message), icon=":material/check_circle:", duration=_SECONDS + times % 2)


def show_problems(error: Invalid) -> None:
    """Show every problem on a line of its own."""
    st.error("  \n".join(plain(problem.message) for problem in error.problems))


def show_refusal(error: RuleError, *, record: str | None = None) -> None:
    """Show what the office refuses; beside a conflict on `record`, the way to the newest."""
    if isinstance(error, Invalid):
        show_problems(error)
        return
    st.error(plain(str(error)))
    if isinstance(error, Conflict) and record is not None:
        st.caption("您填写的内容还在表单中。载入最新内容会放弃它们。")
        st.button("载入最新内容", key=f"reload:{record}", on_click=_reload, args=(record,))


def _reload(record: str) -> None:
    unpin(record)
    st.session_state[_RELOADING] = True


def reloading() -> bool:
    """Say, once, whether the newest of a record was just asked for: a window reads its page anew."""
    return bool(st.session_state.pop(_RELOADING, False))


def date_input(
    label: str,
    *,
    key: str,
    help: str | None = None,
    on_change: Callable[[], None] | None = None,
) -> date | None:
    """Ask for a day that may be left empty, within the years the office can mean."""
    return st.date_input(
        label,
        value=None,
        min_value=EARLIEST,
        max_value=_LATEST,
        format="YYYY-MM-DD",
        key=key,
        help=help,
        on_change=on_change,
    )


def plain(text: str) -> str:
    """Escape what people typed, so that Markdown shows it as it stands and links nowhere.

    Addresses are made into links after escapes are taken away, so a character of no width
    parts what would be one.
    """
    inline = _ACTIVE.sub(r"\\\g<0>", _LINKING.sub("\\g<0>\u2060", text))
    return _AT_START.sub(lambda m: f"{m[1] or m[3] or ''}\\{m[2] or m[4]}", inline)


_LINKING = re.compile(r"\b(?:https?|ftp|mailto|xmpp)(?=:)|\bwww(?=\.)|@(?=\w)", re.IGNORECASE)
_ACTIVE = re.compile(r"[\\`*_\[\]<~$|]|:(?=[A-Za-z+_/-])|&(?=[#A-Za-z])|(?<=www)\.|@(?=\w)")
_AT_START = re.compile(r"^(\s*)([#>]|[-+=](?=[\s=-]|$))|^(\s*\d+)([.)])(?=\s|$)", re.MULTILINE)


def choose(
    label: str,
    labels: Mapping[int, str],
    *,
    key: str,
    empty: str | None = None,
    help: str | None = None,
) -> int | None:
    """Ask for one of `labels` by its id; `empty` is what choosing none is called.

    The browser sends the label back and not the id, so labels must differ, and a record
    that a rival has renamed meanwhile must still be the one that was chosen.
    """
    unique = distinct(labels)
    kept = f"label:{key}"
    # Read before the widget is drawn, the label is still understood as of the last run.
    before = st.session_state.get(key)
    was = st.session_state.get(kept)
    if before in unique and was is not None and was[0] == before and was[1] != unique[before]:
        st.session_state[key] = before
    chosen = st.selectbox(
        label,
        [*unique] if empty is None else [None, *unique],
        format_func=named(unique, missing=empty or ""),
        key=key,
        help=help,
        placeholder=empty or "请选择",
    )
    st.session_state[kept] = (chosen, unique[chosen]) if chosen in unique else None
    return chosen


def distinct(labels: Mapping[int, str]) -> dict[int, str]:
    """Tell options of one label apart by their number."""
    often = Counter(labels.values())
    return {
        key: label if often[label] == 1 else f"{label}（编号 {key}）"
        for key, label in labels.items()
    }


def named(labels: Mapping[Any, str], *, missing: str) -> Callable[[Any], str]:
    """Return a `format_func` of each option's label; None is `missing`.

    What is no option any more keeps its own text: taken for `missing` it would count as chosen.
    """
    return lambda option: missing if option is None else labels.get(option, str(option))
