"""Matters that report the same thing, proposed to a person, who confirms, parts or dismisses.

Persons are counted inside a proposal and nowhere else: nothing is gathered or ordered by who wrote.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from analysis import names
from analysis.gathering import gather
from analysis.growth import FORTNIGHT, Growth, growth
from analysis.likeness import Likeness
from analysis.places import Places

READ = 500  # characters of a text: what it is about stands at its beginning
EARLY = 5  # matters of one topic in a township in a fortnight, before they are an early sign
_WORDS = 5  # how many words of a topic, and names of a place, are shown
_DONE = (0.1, 0.4, 0.7)  # how far it is once texts are folded, names found, texts weighed


class ProposalKind(StrEnum):
    """What a proposal says of its matters."""

    GROUP = "group"  # one named place or project, one grievance
    EARLY_SIGN = "early_sign"  # a township's topic above its own usual level


@dataclass(frozen=True, slots=True)
class Matter:
    """What is read of a matter: `place` is its township or empty, a person's key may be unknown."""

    id: int
    title: str
    content: str
    received_on: date
    place: str
    people: int
    person_key: bytes | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Matters that seem to report one thing, and what ties them.

    `people` adds up the people the matters name; `persons` counts those known to have written and is
    None where none is known. `fingerprint` stays the same while a matter comes or goes.
    """

    kind: ProposalKind
    name: str
    place: tuple[str, ...]
    topic: tuple[str, ...]
    ids: tuple[int, ...]
    people: int
    persons: int | None
    first_on: date
    last_on: date
    growth: Growth
    fingerprint: str


def proposals(
    matters: Sequence[Matter], *, today: date, progress: Callable[[float], None] | None = None
) -> list[Proposal]:
    """Propose groups and early signs, those that grow first, then the largest.

    `matters` are those of one period, in any order; a matter stands in one proposal at most. An early
    sign holds the matters of the last fortnight. `progress` is told the part done, from 0 to 1.
    """
    if not matters:
        return []
    tell = progress or (lambda part: None)
    reading = _Reading(sorted(matters, key=lambda matter: matter.id), today, tell)
    found = [*reading.groups(), *reading.early_signs()]
    found.sort(key=lambda each: (not each.growth.rising, -len(each.ids), each.first_on, each.ids))
    tell(1.0)
    return list(_told_apart(found))


def _told_apart(found: Sequence[Proposal]) -> Iterator[Proposal]:
    """Two proposals of one place and one topic need two fingerprints: the earlier keeps the plain one."""
    seen: Counter[str] = Counter()
    order = {each.ids: number for number, each in enumerate(found)}
    marked = {}
    for each in sorted(found, key=lambda each: (each.first_on, each.ids)):
        again = seen[each.fingerprint]
        seen[each.fingerprint] += 1
        mark = f"{each.fingerprint}#{again + 1}" if again else each.fingerprint
        marked[order[each.ids]] = replace(each, fingerprint=mark)
    return (marked[number] for number in range(len(found)))


class _Reading:
    """One pass over the matters of a period."""

    def __init__(
        self, matters: Sequence[Matter], today: date, tell: Callable[[float], None]
    ) -> None:
        self._matters, self._today, self._tell = matters, today, tell
        self._since = min(matter.received_on for matter in matters)
        titles = [names.plain(matter.title) for matter in matters]
        texts = [names.plain(matter.content[:READ]) for matter in matters]
        towns = [names.plain(matter.place) for matter in matters]
        tell(_DONE[0])
        whole = [f"{title}{names.GAP}{text}" for title, text in zip(titles, texts, strict=True)]
        holders = names.found(titles, whole, but=frozenset(towns))
        tell(_DONE[1])
        self._places = Places(holders, titles, texts, towns)
        self._likeness = Likeness(*self._without_names(titles, texts))
        self._titles = titles
        self._grouped: set[int] = set()
        tell(_DONE[2])

    def _without_names(
        self, titles: Sequence[str], texts: Sequence[str]
    ) -> tuple[list[str], list[str]]:
        """What is left to compare once the place is known."""
        bare: tuple[list[str], list[str]] = ([], [])
        for title, text, held in zip(titles, texts, self._places.of, strict=True):
            for name in sorted(held, key=lambda name: (-len(name), name)):
                title, text = title.replace(name, names.GAP), text.replace(name, names.GAP)
            bare[0].append(title)
            bare[1].append(text)
        return bare

    def groups(self) -> Iterator[Proposal]:
        """What one named place and one grievance tie."""
        left = 1 - _DONE[2]
        for gathered in gather(
            self._places, self._likeness, step=lambda part: self._tell(_DONE[2] + left * part)
        ):
            self._grouped.update(gathered.members)
            place = self._called(gathered.name, gathered.members)
            topic = self._likeness.words(gathered.members) or self._title_words(gathered.members)
            yield self._proposal(ProposalKind.GROUP, gathered.members, place, topic)

    def early_signs(self) -> Iterator[Proposal]:
        """What is above its own usual level in a township, of the matters in no group."""
        topics: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, matter in enumerate(self._matters):
            label = self._likeness.label([number])
            if matter.place and label and number not in self._grouped:
                topics[matter.place, label].append(number)
        for (place, _), members in sorted(topics.items()):
            grown = self._growth(members, at_least=EARLY)
            if grown.rising:
                start = self._today - FORTNIGHT
                late = [n for n in members if start < self._matters[n].received_on <= self._today]
                words = self._likeness.words(late)
                sign = self._proposal(ProposalKind.EARLY_SIGN, late, (place,), words)
                yield replace(sign, growth=grown)

    def _proposal(
        self,
        kind: ProposalKind,
        members: Sequence[int],
        place: tuple[str, ...],
        topic: tuple[str, ...],
    ) -> Proposal:
        held = [self._matters[number] for number in members]
        keys = {matter.person_key for matter in held if matter.person_key is not None}
        label = self._likeness.label(members) or "".join(topic[:1])
        days = [matter.received_on for matter in held]
        return Proposal(
            kind=kind,
            name=f"{place[0]}：{label}" if label else place[0],
            place=place,
            topic=topic,
            ids=tuple(matter.id for matter in held),
            people=sum(matter.people for matter in held),
            persons=len(keys) or None,
            first_on=min(days),
            last_on=max(days),
            growth=self._growth(members),
            fingerprint=f"{kind}:{place[0]}:{label}",
        )

    def _growth(self, members: Sequence[int], **bounds: int) -> Growth:
        days = [self._matters[number].received_on for number in members]
        return growth(days, since=self._since, today=self._today, **bounds)

    def _called(self, name: str, members: Sequence[int]) -> tuple[str, ...]:
        """The names half of the titles give the place, the most telling first, none inside another."""
        shared = self._places.titled_by_half(members) | {name}
        called: list[str] = []
        for each in sorted(shared, key=lambda each: (names.kind_of(each), each != name, each)):
            core = names.whole(each).upper()
            if not any(core in other or other in core for other in called):
                called.append(core)
        return tuple(called[:_WORDS])

    def _title_words(self, members: Sequence[int]) -> tuple[str, ...]:
        """Words of half the titles, where no listed grievance is named."""
        held = Counter(word for number in members for word in names.words_of(self._titles[number]))
        inside = "".join(self._places.shared(members))
        most = sorted(held.items(), key=lambda item: (-item[1], item[0]))
        enough = [word for word, times in most if times * 2 >= len(members) and word not in inside]
        return tuple(enough[:_WORDS])
