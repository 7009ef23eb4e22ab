"""The words a report calls our figures and their parts by, and what each is worth in a snapshot."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from rules.figure_terms import Counted, Dimension
from rules.panel_terms import Material
from rules.readings import Part, Reading, change

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
    "disputes_resolved": ("化解",),
    "batch_resolution": ("积案化解率",),
    "dispute_resolution": ("矛盾纠纷化解率",),
    "disputes_found": ("排查矛盾纠纷", "排查出矛盾纠纷"),
    "disputes_unresolved": ("未化解纠纷",),
    "reception_sessions": ("领导接访",),
    "reception_batches": ("接待来访",),
    "reception_people": ("接待来访",),
    "follow_ups_open": ("待答复",),
    "follow_ups_late": ("其中逾期",),
}
# A short name that several figures share: which is meant, the text does not say.
_SHARED = {
    "化解率": ("batch_resolution", "dispute_resolution", "lead_resolution"),
    "及时受理率": ("office_acceptance", "unit_acceptance"),
    "满意率": ("office_satisfaction", "unit_satisfaction"),
}
# Words too common to name a figure or a part.
_PLAIN = ("事项", "其他", "其它")
_FAMILY = {"件次": "件", "件": "件", "批次": "批", "批": "批", "项": "个"}
_SPLITS = (Dimension.CLASS, Dimension.TOWNSHIP, Dimension.UNIT)
_PART = "#"


@dataclass(frozen=True, slots=True)
class _Part:
    """A class, a township or a unit: its count, that of the year before, and of all such parts."""

    name: str
    now: int
    then: int
    whole: int


@dataclass(frozen=True, slots=True)
class Known:
    """What a text may name: `names` maps a name to the keys it may mean.

    A key is the code of a figure, one side of a rate (code/part, code/whole), or a part (#n).
    """

    material: Material
    names: Mapping[str, tuple[str, ...]]
    parts: Mapping[str, _Part]
    pattern: re.Pattern[str] = field(repr=False)

    def last_in(self, text: str) -> tuple[str, ...] | None:
        """Return what the last name in a text may mean, None where it names nothing of ours."""
        found = self.pattern.findall(text)
        return self.names[found[-1]] if found else None

    def narrows(self, text: str) -> tuple[str, ...]:
        """Return the last class, township or unit that a text names; empty where it names none."""
        named = [self.names[name] for name in self.pattern.findall(text)]
        return next((keys for keys in reversed(named) if self.is_part(keys)), ())

    def is_part(self, keys: tuple[str, ...]) -> bool:
        """Whether what a name may mean is a class, a township or a unit."""
        return any(key in self.parts for key in keys)

    @property
    def days(self) -> str:
        """The days of the snapshot in words."""
        return self.material.days.label

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

    def value(self, key: str, former: int | None = None) -> Fraction | None:
        """Its exact value: of these days, of the year before (0), of the days before (1)."""
        if key in self.parts:
            told = {None: self.parts[key].now, 0: self.parts[key].then}.get(former)
            return None if told is None else Fraction(told)
        code, _, side = key.partition("/")
        reading = self._reading(code, former)
        if side:
            count = reading.count if side == "part" else reading.whole
            return None if count is None else Fraction(count)
        return reading.value

    def shown(self, key: str, former: int | None = None) -> str:
        """Its value in words."""
        if key in self.material.readings:
            reading = self._reading(key, former)
            return f"{reading.shown}{'' if reading.figure.is_ratio else reading.figure.unit}"
        return f"{self.value(key, former)}{self.unit(key)}"

    def share(self, key: str) -> Fraction | None:
        """Which part of the whole it is, None for what is no part of it."""
        value = self.value(key)
        whole = self.parts[key].whole if key in self.parts else self.material.read("received").count
        if value is None or not whole or self.unit(key) != "件":
            return None
        return value / whole

    def change(self, key: str, against: str) -> tuple[Fraction, bool] | None:
        """How it moved, and whether in 百分点; None where there is nothing to hold it against."""
        if key in self.parts:
            part = self.parts[key]
            if against != "year" or not part.then:
                return None
            return Fraction(part.now - part.then, part.then), False
        if key not in self.material.readings:
            return None
        former = self.material.year_before if against == "year" else self.material.before
        found = change(self.material.read(key), former[key])
        return None if found.moved is None else (found.moved, found.points)

    def _reading(self, code: str, former: int | None) -> Reading:
        m = self.material
        return (m.readings if former is None else (m.year_before, m.before)[former])[code]


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
