"""逐案销号 on the screen: how far each round or class has come, its burn-down, and the ageing."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from db.queries import dispute_progress as queries
from rules import dispute_progress as rules
from rules.case_charts import Aged
from rules.dispute_progress import Basis, Flow
from rules.dispute_terms import DisputeOutcome, DisputeState, Facet, Tally
from rules.figures import SWEEP_FIGURES
from rules.rates import shown_rate
from ui import chart_view, dispute_list, forms, store, tables
from ui.case_filter import Chosen
from ui.charts import sweeps as charts
from ui.charts.theme import Size
from ui.tables import Number

Days = tuple[date, date]


def draw(basis: Basis, days: Days) -> None:
    """Draw the flow of every round or class of these days, and the burn-down of one of them."""
    today = store.today()
    found = store.kept(
        "dispute_flows",
        (basis, days, today),
        lambda s: queries.progress(s, basis, first=days[0], last=days[1], today=today),
    )
    figure = SWEEP_FIGURES["sweep_flow"]
    st.subheader(figure.label, help=figure.definition)
    if not found:
        st.info("这段时间没有登记纠纷。可以换一个年份，或换一种看法。")
        return
    _flows(found, basis, days)
    _burn_down(found, basis, days, today)


def _flows(found: Sequence[Flow], basis: Basis, days: Days) -> None:
    def numbers(texts: Sequence[str], **narrowed: object) -> list[Number]:
        return [
            Number(text, {**_chosen(basis, each, days), **narrowed})
            for text, each in zip(texts, found, strict=True)
        ]

    tables.number_table(
        "类别" if basis is Basis.CLASS else "轮次",
        [each.name for each in found],
        {
            "排查": numbers([f"{each.tally.found}" for each in found]),
            "化解": numbers(
                [f"{each.tally[Tally.RESOLVED]}" for each in found],
                outcome=DisputeOutcome.RESOLVED,
            ),
            "部分化解": numbers(
                [f"{each.tally[Tally.PARTLY]}" for each in found], outcome=DisputeOutcome.PARTLY
            ),
            "未化解": numbers(
                [f"{each.tally[Tally.UNRESOLVED]}" for each in found],
                outcome=DisputeOutcome.UNRESOLVED,
            ),
            "转出": numbers(
                [f"{each.tally[Tally.PASSED_ON]}" for each in found], facet=Facet.PASSED_ON
            ),
            "化解率": numbers(
                [shown_rate(each.tally[Tally.RESOLVED], each.tally.found) for each in found],
                outcome=DisputeOutcome.RESOLVED,
            ),
            "销号": numbers([f"{each.signed}" for each in found], state=DisputeState.SIGNED_OFF),
            "销号率": numbers(
                [shown_rate(each.signed, each.tally.found) for each in found],
                state=DisputeState.SIGNED_OFF,
            ),
        },
        on_open=dispute_list.ask_list,
        key=f"flows_{basis.value}",
        alt="各轮次、各类别的排查、化解、销号",
    )


def _chosen(basis: Basis, each: Flow, days: Days) -> Chosen:
    if basis is Basis.CLASS:
        return {"class": each.key, "since": days[0], "until": days[1]}
    return {"round": each.key}


def _burn_down(found: Sequence[Flow], basis: Basis, days: Days, today: date) -> None:
    names = {each.key: each.name for each in found}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = forms.choose(
            "看哪一轮次" if basis is not Basis.CLASS else "看哪一类",
            names,
            key=f"burnt_{basis.value}",
        )
        large = st.toggle("大字（投屏）", key="progress_large", bind="query-params")
    if key is None:
        return
    burnt = store.kept(
        "dispute_burnt",
        (basis, key, days),
        lambda s: queries.burnt(s, basis, key, first=days[0], last=days[1]),
    )
    left = rules.burn_down(burnt.days, passed_on=burnt.petitioned, until=today)
    if not left:
        return
    last = left[-1]
    title = f"{names[key]}：未化解 {last.unresolved} 件，未销号 {last.unsigned} 件"
    (st.title if large else st.subheader)(forms.plain(title))
    rows: Mapping[str, Sequence[object]] = {
        "day": [f"{each.on}" for each in left for _ in range(2)],
        "kind": list(charts.LEFT) * len(left),
        "count": [n for each in left for n in (each.unresolved, each.unsigned)],
    }
    told = [
        f"{each.on} 未化解 {each.unresolved} 件、未销号 {each.unsigned} 件"
        for each in (left[0], last)
    ]
    chart_view.show(
        charts.left,
        rows,
        alt=chart_view.in_words(names[key], told),
        size=Size.WALL if large else Size.DESK,
    )


def ageing() -> None:
    """Draw how long ago what is still open was found; each number opens its list."""
    today = store.today()
    aged = store.kept("dispute_ages", today, lambda s: queries.ageing(s, today=today))
    total, late = sum(each.open for each in aged), sum(each.overdue for each in aged)
    figure = SWEEP_FIGURES["sweep_ages"]
    st.subheader(
        f"{figure.label}　共 {total} 件，其中超期 {late} 件",
        help=f"{figure.definition}。各档的天数在“参数”里",
    )

    def numbers(counts: Sequence[int], **narrowed: object) -> list[Number]:
        return [
            Number(f"{count}", {**_aged(each, today), **narrowed})
            for count, each in zip(counts, aged, strict=True)
        ]

    tables.number_table(
        "排查至今",
        [each.band.label for each in aged],
        {
            "未化解": numbers([each.open for each in aged], open=True),
            "其中超期": numbers([each.overdue for each in aged], overdue=True),
        },
        on_open=dispute_list.ask_list,
        key="dispute_ages",
        alt="未化解的纠纷按排查至今的天数",
    )


def _aged(each: Aged, today: date) -> Chosen:
    since, until = each.band.days(today)
    return {"since": since, "until": until}
