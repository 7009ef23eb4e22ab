"""What the words before a number tell of it: what it is of, of which days, and whether it is the
value, a share or a change.

Only what the words say surely is taken for ours. A word this module does not know, another place,
other days, a group within a group make it a number of nothing (`keys` is empty), or one that can be
called right and not wrong (`sure` is False).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rules.report_clauses import Words, cell_words, words
from rules.report_days import Mention, When, mentions
from rules.report_numbers import UNITS, Number, Passage
from rules.report_words import About, Known
from rules.terms import Term

# A cell of more numbers is a text, of which its row and its column say nothing.
_IN_CELL = 12
# One that holds no number of its own.
_BRACKET = re.compile(r"[（(](?![^）)]{0,40}(?:[件批%％]|人次|同比|环比))[^）)]{1,40}[）)]")


class Told(Term):
    """What is told of a figure."""

    VALUE = "value", "数"
    SHARE = "share", "占比"
    CHANGE = "change", "变动"


@dataclass(frozen=True, slots=True)
class Telling:
    """What a number tells: of any of `keys`, and of any of the days `whens`.

    Of a change `whens` are the days it is held against; `rises` is what the words say of it.
    """

    keys: tuple[str, ...] = ()
    told: Told = Told.VALUE
    whens: tuple[When, ...] = (When.OURS,)
    rises: bool | None = None
    sure: bool = True


@dataclass(slots=True)
class Scope:
    """What a passage has told so far, and what of it holds for the numbers to come.

    `about` are the matters it speaks of, `keys` what the number before was of, `outer` what the sentence before was.
    `off` says that a place or a topic not ours is spoken of, `inner` that a smaller whole is,
    `lost` that its sentence has told a number of something else.
    `dated` and `placed` are False where the days or the place of a sentence before may still hold.
    """

    about: About = frozenset()
    keys: tuple[str, ...] = ()
    outer: tuple[str, ...] = ()
    begun: bool = False
    when: When = When.OURS
    off: bool = False
    inner: bool = False
    narrowed: bool = False
    lost: bool = False
    compared: tuple[When, ...] = ()
    dated: bool = True
    placed: bool = True

    def next_sentence(self) -> None:
        """Begin a sentence: what the one before was narrowed to is no longer told, and may hold."""
        self.dated = self.dated and self.when is When.OURS
        self.placed = self.placed and not (self.off or self.narrowed)
        self.outer, self.keys, self.compared = self.keys or self.outer, (), ()
        self.begun = self.off = self.inner = self.narrowed = self.lost = False
        self.when = When.OURS


def tellings(text: str, found: Sequence[Number], names: Known, scope: Scope) -> list[Telling]:
    """Tell the numbers of a sentence in their order; `scope` is carried on to the next."""
    days = list(mentions(text, names.material.days))
    if days and not found:
        scope.when = days[-1].when
    read = [words(each, days, names, scope.about) for each in found]
    told: list[Telling] = []
    while len(told) < len(found):
        at = end = len(told)
        end += 1
        while read[at].each and end < len(found) and read[end].runs:
            end += 1
        one = _one(found[at], read[at], names, scope)
        if _dated_after(text, found[at], days):
            one = Telling()
        if read[at].each:
            told += _listed(one, found[:at], read[at:end], told, names, scope)
        else:
            told.append(one)
        scope.begun = True
    return told


def _dated_after(text: str, number: Number, days: Sequence[Mention]) -> bool:
    """Whether a bracket after a number says of which days it is, and these are not the snapshot's."""
    bracket = _BRACKET.match(text, number.at[1])
    return bracket is not None and any(
        bracket.start() < each.at[0] < bracket.end() and each.when is not When.OURS for each in days
    )


def cell(passage: Passage, found: Sequence[Number], names: Known, scope: Scope) -> list[Telling]:
    """Tell the numbers of a cell by its row and its column, each of which may name the figure."""
    told = []
    for number in found[:_IN_CELL]:
        within = Scope(scope.about, dated=scope.dated and scope.when is When.OURS)
        telling = _one(number, cell_words(passage, number, names, scope.about), names, within)
        if number.bare and telling.told is not Told.VALUE:
            # A bare number under 同比 may be meant in %.
            telling = Telling() if number.decimals else replace(telling, sure=False)
        told.append(telling)
    return told + [Telling()] * (len(found) - len(told))


def _one(number: Number, w: Words, names: Known, scope: Scope) -> Telling:
    _move(w, scope)
    # After a number of something else a name may be told of that: 上级交办100件，化解80件.
    scope.lost = scope.lost or (scope.begun and not scope.keys)
    keys = _keys(number, w, names, scope)
    told, whens, sure = _told(number, w, scope)
    scope.keys = keys
    if scope.off or When.OTHER in whens or (told is not Told.VALUE and scope.when is not When.OURS):
        return Telling(told=told)
    if not number.counts and len(set(w.units)) == 1:
        keys = tuple(key for key in keys if names.unit(key) == UNITS[w.units[0]])
    if (
        not number.counts
        and told is Told.VALUE
        and not (w.named or w.reaches or w.origin or w.beside)
    ):
        return Telling(told=told)
    moment = any(each.until for each in w.days) and any(names.stands(key) for key in keys)
    placed = scope.placed or names.is_part(keys)
    within = scope.lost or (scope.begun and names.follows(keys, scope.about))
    if moment or within or not placed or not scope.dated:
        sure = False
    return Telling(keys, told, whens, w.rises, sure)


def _move(w: Words, scope: Scope) -> None:
    """Note the place and the days that the words before a number turn to."""
    if w.entire:
        scope.off, scope.placed, scope.narrowed = False, True, False
    if w.away:
        scope.off = True
    if w.closes:
        scope.inner = False
    if w.days and not w.origin and not (w.aside and scope.keys):
        scope.when = w.days[-1].when
        scope.dated = w.days[-1].sure if scope.when is When.OURS else scope.dated
    if w.origin and any(each.when is When.OTHER for each in w.days):
        scope.off = True


def _told(number: Number, w: Words, scope: Scope) -> tuple[Told, tuple[When, ...], bool]:
    """What is told, of which days or held against which, and whether these are sure."""
    days, sure = (scope.when,), True
    if w.days:
        days, sure = (w.days[-1].when,), w.days[-1].sure
    if w.share and not number.counts:
        return Told.SHARE, days, sure
    if w.origin:
        return Told.VALUE, days if w.days else (When.YEAR, When.BEFORE), sure and bool(w.days)
    if w.reaches:
        return Told.VALUE, days, sure
    if w.moves or (w.based and not number.counts):
        against = w.based or scope.compared
        scope.compared = against
        if not number.counts and not against and not w.moves:
            return Told.VALUE, days, sure
        return Told.CHANGE, against[-1:] or (When.YEAR, When.BEFORE), bool(against)
    if w.based:
        scope.compared = w.based
        # 比上年同期131件次; but 与上年同期相比，信访总量143件次.
        return (Told.VALUE, w.based[-1:], True) if w.beside else (Told.VALUE, days, not w.compares)
    return Told.VALUE, days, sure


def _keys(number: Number, w: Words, names: Known, scope: Scope) -> tuple[str, ...]:
    """Say what a number is of, nothing where its words do not say it surely."""
    if not w.clean or any("received" not in name.keys for name in w.of):
        return ()
    named = [name.keys for name in w.named]
    if not named:
        return _carried(number, w, names, scope)
    *others, keys = named
    for other in others:
        if names.is_part(other) and "received" in keys:
            keys = other
        elif "received" not in other:
            return ()
    return _within(keys, w, names, scope)


def _carried(number: Number, w: Words, names: Known, scope: Scope) -> tuple[str, ...]:
    """Say what a number without a name in its clause is of."""
    if w.above:
        return _within(w.above[-1].keys, w, names, scope) if w.whole else ()
    if not w.plain or (w.joined and number.counts and not w.each):
        return ()
    return scope.keys


def _within(keys: tuple[str, ...], w: Words, names: Known, scope: Scope) -> tuple[str, ...]:
    """Return what a name means, unless it is told within a smaller whole than it is counted in."""
    if names.is_part(keys):
        above = [name.keys for name in w.above]
        others = [each for each in (*above, scope.keys or scope.outer) if each]
        scope.narrowed = True
        if any("received" not in each and not names.is_part(each) for each in others):
            return ()
        return () if scope.begun and not scope.keys else keys
    if any(names.is_part(name.keys) for name in w.above):
        scope.narrowed = True
        *_, part = (name.keys for name in w.above if names.is_part(name.keys))
        return part if "received" in keys else ()
    if w.inner and (scope.begun or "其中" in w.lead):
        outer = scope.keys or ("" if scope.begun else scope.outer)
        scope.inner = not outer or not names.among(keys, tuple(outer))
    return () if scope.inner or scope.narrowed else keys


def _listed(
    one: Telling,
    former: Sequence[Number],
    read: Sequence[Words],
    before: Sequence[Telling],
    names: Known,
    scope: Scope,
) -> list[Telling]:
    """Tell the numbers after 分别 by as many names, 同比 and 环比, units, or numbers before, in order."""
    w, count = read[0], len(read)
    keys, whens = [one.keys] * count, [one.whens] * count
    if not w.clean or scope.off or any("received" not in name.keys for name in w.of):
        return [Telling()] * count
    if len(w.named) == count:
        keys = [_within(name.keys, w, names, scope) for name in w.named]
    elif len(w.based) == count and one.told is Told.CHANGE:
        whens = [(each,) for each in w.based]
    elif len(w.units) == count:
        keys = [
            tuple(key for key in one.keys if names.unit(key) == UNITS[unit]) for unit in w.units
        ]
    elif not w.named and w.plain and len(before) >= count:
        keys = [
            tuple(key for key in each.keys if names.unit(key) == number.unit)
            for each, number in zip(before[-count:], former[-count:], strict=True)
        ]
    else:
        return [Telling()] * count
    rises, told = w.rises, []
    for own, its, against in zip(read, keys, whens, strict=True):
        rises = own.rises if own.rises is not None else rises
        told.append(replace(one, keys=its, whens=against, rises=rises))
    scope.keys = keys[-1]
    return told
