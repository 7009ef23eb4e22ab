"""The words a report calls our figures and their parts by, and what each is worth in a snapshot."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from rules.figure_terms import Basis, Counted, Dimension, Group
from rules.figures import GROUPS
from rules.panel_terms import Material
from rules.readings import Part, Reading, change
from rules.report_days import When

# What a report may call a figure beside its label; a longer name goes before a shorter one in it.
_ALSO = {
    "received": ("信访总量", "信访总件次", "受理信访事项", "信访事项总量"),
    "visits": ("到县",),
    "visitors": ("到县",),
    "webs": ("网信", "网上信访", "网上投诉"),
    "phones": ("来电",),
    "repeats": ("重复信访",),
    "firsts": ("初次信访", "初信初访"),
    "collectives": ("集体上访", "集访"),
    "collective_visitors": ("集体上访", "集访"),
    "office_acceptance": ("信访部门及时受理率",),
    "unit_acceptance": ("责任单位及时受理率",),
    "on_time": ("按期答复率",),
    "participation": ("参评率",),
    "office_satisfaction": ("信访部门满意率", "信访部门群众满意率", "对信访部门满意率"),
    "unit_satisfaction": ("责任单位满意率", "责任单位群众满意率", "对责任单位满意率"),
    "batches_held": ("交办",),
    "disputes_resolved": ("化解", "化解矛盾纠纷"),
    "batch_resolution": ("积案化解率",),
    "dispute_resolution": ("矛盾纠纷化解率",),
    "disputes_found": ("排查矛盾纠纷", "排查出矛盾纠纷"),
    "disputes_unresolved": ("未化解纠纷",),
    "reception_sessions": ("领导接访",),
    "reception_batches": ("接待来访",),
    "reception_people": ("接待来访",),
    "evaluation_applied": ("第三方评价申请",),
    "evaluation_admitted": ("第三方评价受理",),
    "evaluation_satisfaction_rate": ("第三方评价满意率",),
    "follow_ups_open": ("待答复",),
    "follow_ups_late": ("其中逾期",),
}
# A short name that several figures share: which is meant, the text does not say.
_SHARED = {
    "化解率": ("batch_resolution", "dispute_resolution", "lead_resolution"),
    "及时受理率": ("office_acceptance", "unit_acceptance"),
    "满意率": ("office_satisfaction", "unit_satisfaction"),
    "第三方评价": ("evaluation_applied", "evaluation_held"),
}
# Figures whose short names other matters have as well: they are meant where the text says so.
_ABOUT = {
    Group.FOLLOW_UPS: re.compile("督办|建议|退回"),
    Group.BATCHES: re.compile("交办|积案|化解率|停访息诉"),
    Group.RECEPTIONS: re.compile("接访|接待|下访"),
    Group.SWEEPS: re.compile("排查|纠纷|化解率"),
    Group.EVALUATIONS: re.compile("第三方评价|评价会|评价小组"),
    Group.DECISIONS: re.compile("议定"),
}
About = frozenset[Group]
_GROUP_OF = {figure.code: group for group, figures in GROUPS.items() for figure in figures}
# What is counted among what, so that 其中 narrows the smaller by nothing.
_AMONG = {
    "visits": ("collectives", "collective_visitors"),
    "visitors": ("collectives", "collective_visitors"),
    "open": ("near", "overdue"),
}
# Words too common to name a figure or a part.
_PLAIN = ("事项", "其他", "其它")
_FAMILY = {"件次": "件", "件": "件", "批次": "批", "批": "批", "项": "个"}
_SPLITS = (Dimension.CLASS, Dimension.TOWNSHIP, Dimension.UNIT)
_PART = "#"


def told_of(text: str) -> About:
    """Say which matters a text speaks of, so that their short names are meant in it."""
    return frozenset(group for group, told in _ABOUT.items() if told.search(text))


@dataclass(frozen=True, slots=True)
class _Part:
    """A class, a township or a unit: its count, that of the year before, and of all such parts."""

    name: str
    now: int
    then: int
    whole: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name of ours in a text, and the keys it may mean there."""

    at: tuple[int, int]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What a text may name: `names` maps a name to the keys it may mean.

    A key is the code of a figure, one side of a rate (code/part, code/whole), or a part (#n).
    """

    material: Material
    names: Mapping[str, tuple[str, ...]]
    parts: Mapping[str, _Part]
    pattern: re.Pattern[str] = field(repr=False)

    def named(self, text: str, about: About) -> list[Name]:
        """Find the names in a text; one that only another matter has is none where `about` is not of it."""
        return [
            Name(match.span(), self.names[match[0]])
            for match in self.pattern.finditer(text)
            if any(self._meant(key, about) for key in self.names[match[0]])
        ]

    def is_part(self, keys: tuple[str, ...]) -> bool:
        """Whether what a name may mean is a class, a township or a unit."""
        return any(key in self.parts for key in keys)

    def among(self, keys: tuple[str, ...], outer: tuple[str, ...]) -> bool:
        """Whether all that a name means is counted among what `outer` names, so that 其中 narrows nothing."""
        if self.is_part(outer):
            return False
        if "received" in outer:
            return any(
                key in self.parts or self.material.read(_code(key)).figure.basis is Basis.RECEIVED
                for key in keys
            )
        groups = {_GROUP_OF[_code(key)] for key in outer} - {Group.OVERALL, Group.PROGRESS}
        within = {each for key in outer for each in _AMONG.get(key, ())}
        return any(
            key not in self.parts and (_GROUP_OF[_code(key)] in groups or key in within)
            for key in keys
        )

    def follows(self, keys: tuple[str, ...], about: About) -> bool:
        """Whether a name like 办结 after another number may mean what came of that, and not of the days."""
        meant = [_code(key) for key in keys if self._meant(key, about)]
        return (
            bool(keys)
            and not self.is_part(keys)
            and all(_GROUP_OF[code] is Group.PROGRESS and not self.stands(code) for code in meant)
        )

    def stands(self, key: str) -> bool:
        """Whether it is told of a moment and of no days."""
        return key not in self.parts and (self.material.read(_code(key)).figure.basis is Basis.NOW)

    def _meant(self, key: str, about: About) -> bool:
        if key in self.parts:
            return True
        group = _GROUP_OF[_code(key)]
        return self.is_rate(key) or group not in _ABOUT or group in about

    def is_rate(self, key: str) -> bool:
        """Whether it is told in %."""
        figure = self.material.readings[key].figure if key in self.material.readings else None
        return figure is not None and figure.unit == Counted.PERCENT.label

    def unit(self, key: str) -> str:
        """The unit of a count, those that mean the same as one."""
        if key in self.parts:
            return "件"
        code, _, side = key.partition("/")
        figure = self.material.read(code).figure
        told = figure.of if side else figure.unit
        return _FAMILY.get(told, told)

    def label(self, key: str) -> str:
        """What it is called."""
        if key in self.parts:
            return self.parts[key].name
        code, _, side = key.partition("/")
        figure = self.material.read(code).figure
        return (
            f"{figure.label}（{figure.part if side == 'part' else figure.whole}）"
            if side
            else figure.label
        )

    def value(self, key: str, when: When = When.OURS) -> Fraction | None:
        """Its exact value, None where the snapshot has none: of a moment it knows its own alone."""
        if key in self.parts:
            told = {When.OURS: self.parts[key].now, When.YEAR: self.parts[key].then}.get(when)
            return None if told is None else Fraction(told)
        if when is not When.OURS and self.stands(key):
            return None
        code, _, side = key.partition("/")
        reading = self._reading(code, when)
        if side:
            count = reading.count if side == "part" else reading.whole
            return None if count is None else Fraction(count)
        return reading.value

    def shown(self, key: str, when: When = When.OURS) -> str:
        """Its value in words."""
        if key in self.material.readings:
            reading = self._reading(key, when)
            return f"{reading.shown}{'' if reading.figure.is_ratio else reading.figure.unit}"
        return f"{self.value(key, when)}{self.unit(key)}"

    def share(self, key: str) -> Fraction | None:
        """Which part of the whole it is, None for what is no part of it."""
        value = self.value(key)
        whole = self.parts[key].whole if key in self.parts else self.material.read("received").count
        if value is None or not whole or self.unit(key) != "件":
            return None
        return value / whole

    def change(self, key: str, against: When) -> tuple[Fraction, bool] | None:
        """How it moved, and whether in 百分点; None where there is nothing to hold it against."""
        if key in self.parts:
            part = self.parts[key]
            if against is not When.YEAR or not part.then:
                return None
            return Fraction(part.now - part.then, part.then), False
        if key not in self.material.readings:
            return None
        former = self._reading(key, against)
        found = change(self.material.read(key), former)
        return None if found.moved is None else (found.moved, found.points)

    def difference(self, key: str, against: When) -> Fraction | None:
        """How many more a count is than it was, None where there is nothing to hold it against."""
        now, then = self.value(key), self.value(key, against)
        return None if now is None or then is None or self.is_rate(key) else now - then

    def _reading(self, code: str, when: When) -> Reading:
        m = self.material
        told = {When.OURS: m.readings, When.YEAR: m.year_before, When.BEFORE: m.before}
        return told[when][code]


def _code(key: str) -> str:
    return key.partition("/")[0]


def known(material: Material) -> Known:
    """Gather the names of a snapshot's figures and of its classes, townships and units."""
    names: dict[str, list[str]] = {}
    for code, reading in material.readings.items():
        figure = reading.figure
        for name in (figure.label, *_ALSO.get(code, ())):
            names.setdefault(name, []).append(code)
        if figure.unit == Counted.PERCENT.label:
            names.setdefault(figure.part, []).append(f"{code}/part")
            names.setdefault(figure.whole, []).append(f"{code}/whole")
    for name, codes in _SHARED.items():
        names.setdefault(name, []).extend(c for c in codes if c in material.readings)
    parts = {f"{_PART}{at}": each for at, each in enumerate(_parts(material))}
    for key, part in parts.items():
        names.setdefault(part.name, []).append(key)
    for name in _PLAIN:
        names.pop(name, None)
    longest = sorted(filter(None, names), key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(name) for name in longest))
    return Known(material, {name: tuple(keys) for name, keys in names.items()}, parts, pattern)


def _parts(m: Material) -> Iterator[_Part]:
    """Tell the parts of the whole by their names: classes by those of the first level."""
    for dimension in _SPLITS:
        now, then = (_by_name(parts, dimension) for parts in (m.parts, m.former))
        whole = sum(now.values())
        for name, count in now.items():
            if name:
                yield _Part(name, count, then.get(name, 0), whole)


def _by_name(parts: Mapping[Dimension, tuple[Part, ...]], dimension: Dimension) -> dict[str, int]:
    """Count by name; what has none is counted under nothing."""
    found: dict[str, int] = {}
    for part in parts.get(dimension, ()):
        if "received" not in part.readings:
            continue
        name = part.label.split("/")[0] if dimension is Dimension.CLASS else part.label
        name = name if part.key is not None else ""
        found[name] = found.get(name, 0) + (part.readings["received"].count or 0)
    return found
