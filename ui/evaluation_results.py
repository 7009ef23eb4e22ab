"""What came of evaluation: its figures with the year before, by unit and kind, and what each counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import streamlit as st
from sqlalchemy.orm import Session

from db.queries import evaluation_figures as queries
from db.queries import office
from rules import evaluation_figures as rules
from rules.evaluation_figures import Fact, Row, Span
from rules.evaluation_terms import RefusalReason
from rules.figures import EVALUATION_FIGURES, Figure
from rules.rates import as_percent, rate, shown_rate, year_on_year
from ui import evaluation_list, forms, tables
from ui.tables import Number

_PARTS = {"unit": "被评价单位", "kind": "内容分类"}


@dataclass(frozen=True, slots=True)
class Results:
    """The evaluations of a year and of the same days of the year before.

    `least` is the county's small number in public, `small` its small base of a comparison, and
    `decimals` how many a percentage is shown with.
    """

    span: Span
    before: Span
    facts: tuple[Fact, ...]
    today: date
    least: int
    small: int
    decimals: int

    @property
    def now(self) -> dict[str, int]:
        """The counts of the year."""
        return rules.counts(self.facts, self.span, today=self.today)

    @property
    def then(self) -> dict[str, int]:
        """Those of the same days a year before."""
        return rules.counts(self.facts, self.before, today=self.today)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a number counts: a figure, of a unit or a kind, or refused for a reason."""

    figure: str
    unit: str = ""
    kind: str = ""
    reason: str = ""


def read(session: Session, year: int, *, today: date) -> Results:
    """Read a year up to today, and the same days of the one before."""
    last = min(date(year, 12, 31), today)
    span = (date(year, 1, 1), last)
    before = (date(year - 1, 1, 1), _year_back(last))
    set_ = office.in_force(session, on=today)
    numbers = (int(set_[key]) for key in ("evaluation_small", "small_base", "pct_decimals"))
    facts = queries.facts(session, before[0], last)
    return Results(span, before, tuple(facts), today, *numbers)


def _year_back(on: date) -> date:
    return on.replace(year=on.year - 1, day=min(on.day, 28) if on.month == 2 else on.day)


def figures(found: Results, *, public: bool, opens: bool) -> None:
    """Draw every figure with the year before; a number opens what it counts."""
    now = found.now
    columns = st.columns(5)
    for place, (code, figure) in enumerate(EVALUATION_FIGURES.items()):
        with columns[place % 5].container(gap="xxsmall"):
            st.metric(
                _named(figure),
                rules.public_total(code, now, least=found.least, decimals=found.decimals)
                if public
                else _value(code, now, found.decimals),
                None if public else _change(code, found),
                delta_color="off",
                delta_arrow="off",
                help=figure.definition,
                border=True,
            )
            if opens and not public:
                count = len(rules.counted(found.facts, code, found.span, today=found.today))
                st.button(
                    f"看这 {count} 件",
                    key=f"open-{code}",
                    type="tertiary",
                    on_click=ask,
                    args=(Asked(code),),
                )


def _named(figure: Figure) -> str:
    return figure.label if figure.unit == "%" else f"{figure.label}（{figure.unit}）"


def _value(code: str, counts: Mapping[str, int], decimals: int) -> str:
    if code in rules.RATES:
        part, whole = rules.RATES[code]
        return as_percent(rate(counts[part], counts[whole]), decimals=decimals)
    return f"{counts[code]}"


def _change(code: str, found: Results) -> str:
    now, then = found.now, found.then
    if code in rules.RATES:
        part, whole = rules.RATES[code]
        former = shown_rate(then[part], then[whole], decimals=found.decimals)
        return f"{now[part]}/{now[whole]}，去年同期 {former}"
    small = "（基数小）" if 0 < then[code] < found.small else ""
    moved = year_on_year(now[code], then[code], decimals=found.decimals)
    return f"去年同期 {then[code]}，同比 {moved}{small}"


def refusals(found: Results, *, opens: bool, big: bool) -> None:
    """Draw for which reasons applications were refused, and how often."""
    refused = rules.counted(found.facts, "refused", found.span, today=found.today)
    if not refused:
        return
    st.subheader("不予受理的理由")
    reasons = [
        (reason, sum(fact.refused_for is reason for fact in refused)) for reason in RefusalReason
    ]
    held = [(reason, count) for reason, count in reasons if count]
    names = [reason.label for reason, _ in held]
    if not opens:
        table = {"理由": names, "件数": [f"{count}" for _, count in held]}
        _plain(table, "不予受理的理由", big=big)
        return
    cells = [Number(f"{count}", Asked("refused", reason=reason)) for reason, count in held]
    tables.number_table(
        "理由", names, {"件数": cells}, on_open=ask, key="refusals", alt="不予受理的理由"
    )


def by_part(found: Results, part: str, *, public: bool, opens: bool, big: bool) -> None:
    """Draw what was held by unit or by kind, nobody ranked; small groups are hidden from the public."""
    own = rules.rows(found.facts, found.span, by=part, today=found.today)
    heading = _PARTS[part]
    if not own:
        st.caption("这一年还没有评价。")
        return
    if public:
        shown = rules.public(own, least=found.least, decimals=found.decimals)
        names = (heading, "评价（件）", "满意（件）", "不满意（件）", "评价满意率")
        table = {
            name: list(cells) for name, cells in zip(names, zip(*shown, strict=True), strict=True)
        }
        _plain(table, f"按{heading}（公开）", big=big)
        return
    columns = _columns(part, own, found.decimals)
    if opens:
        tables.number_table(
            heading,
            [row.name for row in own],
            columns,
            on_open=ask,
            key=f"by_{part}",
            alt=f"按{heading}",
        )
        return
    plain = {name: [cell.shown for cell in cells] for name, cells in columns.items()}
    table = {heading: [row.name for row in own], **plain}
    _plain(table, f"按{heading}", big=big)


def _plain(table: Mapping[str, Sequence[str]], alt: str, *, big: bool) -> None:
    """Draw a table that opens nothing; on the wall as one whose words grow with it."""
    rows = pa.table({name: list(cells) for name, cells in table.items()})
    if big:
        st.table(rows, border="horizontal", hide_index=True)
    else:
        st.dataframe(rows, hide_index=True, alt=alt)


def _columns(part: str, own: Sequence[Row], decimals: int) -> dict[str, list[Number[Asked]]]:
    def cells(code: str, count: Sequence[str]) -> list[Number[Asked]]:
        return [
            Number(shown, Asked(code, **{part: row.name}))
            for row, shown in zip(own, count, strict=True)
        ]

    def rates(parts: Sequence[int]) -> list[str]:
        return [
            shown_rate(count, row.held, decimals=decimals)
            for row, count in zip(own, parts, strict=True)
        ]

    return {
        "评价": cells("held", [f"{row.held}" for row in own]),
        "满意": cells("satisfied", [f"{row.satisfied}" for row in own]),
        "不满意": cells("dissatisfied", [f"{row.dissatisfied}" for row in own]),
        "评价满意率": cells("held", rates([row.satisfied for row in own])),
        "息诉息访率": cells("held", rates([row.settled for row in own])),
    }


def ask(wanted: Asked) -> None:
    """Put what a number counts into the address: a callback."""
    for name in ("figure", "unit", "kind", "reason"):
        value = getattr(wanted, name)
        if value:
            st.query_params[name] = str(value)
        else:
            st.query_params.pop(name, None)


def asked() -> Asked | None:
    """Return what the address asks to be listed; None for nothing, or what is no figure."""
    told = {name: st.query_params.get(name, "") for name in ("figure", "unit", "kind", "reason")}
    return Asked(**told) if told["figure"] in EVALUATION_FIGURES else None


def listed(found: Results, wanted: Asked) -> None:
    """Draw what a number counts, each with the way to its evaluation."""
    rows = [
        fact
        for fact in rules.counted(found.facts, wanted.figure, found.span, today=found.today)
        if (not wanted.unit or fact.unit == wanted.unit)
        and (not wanted.kind or fact.kind == wanted.kind)
        and (not wanted.reason or fact.refused_for == wanted.reason)
    ]
    named = "、".join(filter(None, [wanted.unit, wanted.kind, _reason(wanted.reason)]))
    figure = EVALUATION_FIGURES[wanted.figure]
    with st.container(horizontal=True, vertical_alignment="center"):
        label = f"{figure.label}{f'（{named}）' if named else ''}：{len(rows)} 件"
        st.subheader(forms.plain(label), width="stretch")
        st.button("收起", key="results_close", on_click=ask, args=(Asked(""),))
    if rows:
        table(rows, key="results_rows")


def table(rows: Sequence[Fact], *, key: str) -> None:
    """Draw evaluations that were counted, each opened by a click on its number."""
    tables.opening_table(
        [fact.number for fact in rows],
        {
            "评价事项": [fact.title for fact in rows],
            "状态": [fact.state.label for fact in rows],
            "被评价单位": [fact.unit for fact in rows],
            "内容分类": [fact.kind for fact in rows],
            "申请日期": [f"{fact.applied_on}" for fact in rows],
            "开会日期": [f"{fact.held_on or ''}" for fact in rows],
            "评价小组": [fact.verdict.label if fact.verdict else "" for fact in rows],
            "信访人": [fact.view.label if fact.view else "" for fact in rows],
        },
        {"评价事项": 230, "状态": 84, "被评价单位": 150, "内容分类": 100},
        on_open=evaluation_list.ask,
        key=key,
        alt="评价事项",
    )


def _reason(code: str) -> str:
    return next((each.label for each in RefusalReason if each == code), "")


def definitions() -> None:
    """Draw what each figure means."""
    with st.expander("统计口径"):
        for figure in EVALUATION_FIGURES.values():
            st.markdown(f"**{_named(figure)}**：{figure.definition}")
