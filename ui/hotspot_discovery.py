"""Discovery on the screen: the months it reads, its progress, and what it proposes.

What is proposed is kept in the tab until somebody asks anew: reading takes long, and is no
reason to wait after every decision. What is still to be decided is asked of the store each time.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import streamlit as st

from db.queries import discovery as queries
from rules import hotspots as rules
from rules.hotspots import Left
from ui import forms, store

if TYPE_CHECKING:
    from analysis.hotspots import Proposal

PAGE = 10
_FOUND = "_discovered"
_CHOSEN = "_proposal"
_MONTHS = 3  # a quarter: enough to know what is usual, and quickly read


@dataclass(frozen=True, slots=True)
class Discovered:
    """What one reading proposed: of which days, how many matters, and when it was made."""

    first: date
    last: date
    read: int
    at: datetime
    proposals: tuple["Proposal", ...]


@dataclass(frozen=True, slots=True)
class Open:
    """A proposal with what of it is still to be decided."""

    proposal: "Proposal"
    left: Left
    place: int

    @property
    def name(self) -> str:
        """What it is called, with its place in the list: two may be called alike."""
        return f"{self.place}. {self.proposal.name}"

    @property
    def whole(self) -> bool:
        """Whether all its matters are."""
        return len(self.left.ids) == len(self.proposal.ids)


def ask() -> None:
    """Draw the months to read, how many matters that is, and the button that reads them."""
    first_day = store.kept("discovery_first", None, queries.first_day)
    if first_day is None:
        st.info("登记簿里还没有案件，登记或导入之后再来发现热点。")
        return
    today = store.today()
    months = rules.months(min(first_day, today), today)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        since, until = _months(months)
        asked = st.button(
            "开始发现", key="discover", type="primary", icon=":material/search_insights:"
        )
    last = min(rules.month_end(until), today)
    if since > last:
        st.error("“从”晚于“到”，请调整月份")
        return
    count = store.kept(
        "discovery_count",
        (since, last),
        lambda session: queries.matters_read(session, first=since, last=last),
    )
    st.caption(
        f"{since} 至 {last} 收到的 {count:,} 件，检举控告和已并案的不读。"
        "只看写的是什么事，不按人归集；提议由人定，不确认不生效。"
    )
    if count > rules.READ_MOST:
        st.warning(f"一次最多读 {rules.READ_MOST:,} 件，请少选几个月，分几次发现。")
    elif asked:
        _discover(since, last)


def _months(months: Sequence[date]) -> tuple[date, date]:
    """Ask for the first and the last month; at first the last quarter."""
    since = st.selectbox(
        "从",
        months,
        index=min(_MONTHS, len(months)) - 1,
        format_func=_month,
        key="discovery_since",
        width=160,
    )
    return since, st.selectbox("到", months, format_func=_month, key="discovery_until", width=160)


def _month(month: date) -> str:
    return f"{month:%Y年%m月}"


def _discover(first: date, last: date) -> None:
    """Read the matters and keep what is proposed; the numbers count as of the last day read."""
    bar = st.progress(0.0, text="正在读取案件…")
    # Imported when it is asked for: the words of Chinese and the arithmetic take a second.
    from analysis.hotspots import READ, Matter, proposals

    def told(part: float) -> None:
        bar.progress(min(part, 1.0), text=f"正在比对 {len(rows):,} 件…{part:.0%}")

    with store.reading() as session:
        rows = queries.matters(session, first=first, last=last, read=READ)
    found = proposals([Matter(**asdict(row)) for row in rows], today=last, progress=told)
    st.session_state[_FOUND] = Discovered(first, last, len(rows), store.now(), tuple(found))
    st.session_state.pop(_CHOSEN, None)
    st.session_state.pop("proposal_page", None)
    st.rerun()


def discovered() -> Discovered | None:
    """Return what the last reading of this tab proposed."""
    found = st.session_state.get(_FOUND)
    return found if isinstance(found, Discovered) else None


def undecided(found: Discovered) -> list[Open]:
    """Return the proposals that are still to be decided, in their order."""
    asked = [(each.fingerprint, each.ids) for each in found.proposals]
    left = store.kept(
        "undecided", found.at, lambda session: tuple(queries.undecided(session, asked))
    )
    by_mark = {each.fingerprint: each for each in left}
    still = [each for each in found.proposals if each.fingerprint in by_mark]
    return [
        Open(each, by_mark[each.fingerprint], place) for place, each in enumerate(still, start=1)
    ]


def chosen(among: Sequence[Open]) -> Open | None:
    """Return the proposal somebody has opened; one decided meanwhile is closed by itself."""
    mark = st.session_state.get(_CHOSEN)
    return next((each for each in among if each.left.fingerprint == mark), None)


def choose(fingerprint: str | None) -> None:
    """Open a proposal, or none: a callback."""
    st.session_state[_CHOSEN] = fingerprint


def listed(found: Discovered, among: Sequence[Open]) -> None:
    """Draw the proposals page by page, each with its words and figures and the way to it."""
    rising = sum(each.proposal.growth.rising for each in among)
    decided = len(found.proposals) - len(among)
    st.markdown(
        f"**{len(among)} 组提议**，其中 {rising} 组正在增长"
        f"{f'；另有 {decided} 组已归入热点或未采纳' if decided else ''}"
    )
    st.caption(
        f"{found.first} 至 {found.last} 的 {found.read:,} 件，"
        f"{store.local(found.at):%m-%d %H:%M} 读取；之后登记的要再点一次“开始发现”。"
    )
    if not among:
        st.info("没有待定的提议。可以换几个月再发现。")
        return
    pages = -(-len(among) // PAGE)
    page = st.pagination(pages, key="proposal_page") if pages > 1 else 1
    for each in among[(page - 1) * PAGE : page * PAGE]:
        with st.container(border=True, gap="xxsmall"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.button(
                    forms.plain(each.name),
                    key=f"open_proposal_{each.place}",
                    type="tertiary",
                    icon=":material/workspaces:",
                    on_click=choose,
                    args=(each.left.fingerprint,),
                )
                badges(each)
            st.caption(forms.plain(figures(each)))
            st.caption(forms.plain(f"{tying(each)} · {pace(each)}"))


def badges(each: Open) -> None:
    """Draw what kind of proposal it is, and whether it grows."""
    if each.proposal.kind.value == "early_sign":
        st.badge("苗头", color="orange")
    if each.proposal.growth.rising:
        st.badge("正在增长", color="red", icon=":material/trending_up:")
    if each.left.hotspot_id is not None:
        st.badge("部分已在热点", color="blue")


def figures(each: Open) -> str:
    """Tell how many matters and persons it holds, and since when."""
    proposal = each.proposal
    persons = f"，不同来信人 {proposal.persons} 人" if proposal.persons else ""
    rest = "" if each.whole else f"（其中待定 {len(each.left.ids)} 件）"
    return (
        f"{len(proposal.ids)} 件{rest}，反映人数合计 {proposal.people} 人{persons}，"
        f"{proposal.first_on} 至 {proposal.last_on}"
    )


def tying(each: Open) -> str:
    """Tell the words that tie the matters."""
    place, topic = "、".join(each.proposal.place), "、".join(each.proposal.topic)
    return f"共同的名称：{place}；共同的事项：{topic or '（没有）'}"


def pace(each: Open) -> str:
    """Tell how fast it grows, counted back from the last day read."""
    growth = each.proposal.growth
    usual = f"，平时两周 {growth.usual:.1f} 件" if growth.usual else ""
    return f"近 7 天 {growth.week} 件，近 14 天 {growth.fortnight} 件{usual}，近 30 天 {growth.month} 件"
