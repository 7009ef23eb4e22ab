"""The made-up county's sweep: its network, rounds, disputes and early signs, and reports that fit them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

import settings
from db.commands import dispute_classes, early_signs, sweep_rounds, sweeps
from db.demo import disputes, network, places
from db.engine import Store
from db.models.disputes import DisputeClass
from db.models.sweeps import SweepRound
from db.queries import sweep_items
from db.queries import sweeps as queries
from db.queries.codes import resolve_codes
from db.queries.units import resolve_units
from rules.permissions import SYSTEM
from rules.sweep_terms import RoundKind
from rules.sweeps import SweepUnit
from rules.terms import UnitKind

_LATELY = timedelta(days=70)
_DAY = timedelta(days=1)
_ABOUT = ("拖欠工资", "养老保险")
# What the demo's 内容分类 call what the classes of the mediation statistics are.
_COUNTERPARTS = {
    "婚姻家庭": ("民政", "县民政局"),
    "房屋宅基地": ("国土资源", "县自然资源和规划局"),
    "山林土地": ("国土资源", "县林业局"),
    "征地拆迁": ("城乡建设", "县住房和城乡建设局"),
    "物业": ("城乡建设", "县住房和城乡建设局"),
    "环境污染": ("环境保护", "县生态环境局"),
    "劳动争议": ("劳动和社会保障", "县人力资源和社会保障局"),
    "生产经营": ("农村农业", "县农业农村局"),
    "医疗": ("卫生计生", "县卫生健康局"),
    "道路交通事故": ("交通运输", "县交通运输局"),
}
_SIGNS = (
    ("{town}一处工地停工，二十多名务工人员担心拿不到工资", 25, "请人社局到场核实", "dispute"),
    ("{town}灌溉渠清淤占地，沿线农户有意见", 40, "请水利局说明工期", "dispute"),
    ("{town}中心小学调整学区，家长在群里议论", 120, "请教育局公布依据", "case"),
    ("{town}农贸市场搬迁摊位费没有谈拢", 36, "请市监局派人协调", ""),
    ("{town}养殖小区异味，附近村民商量一起反映", 30, "请生态环境局监测", ""),
    ("{town}一条断头路限高架被撞，货车司机不满", 8, "", "closed"),
    ("{town}供水管网改造停水通知不清楚", 60, "请城管局重新公告", ""),
)


def load(store: Store, *, today: date, now: datetime) -> None:
    """Make the rounds of the last weeks, find disputes in them, and report what was found."""
    clock = ZoneInfo(settings.current().timezone)
    begun = today - _LATELY
    with store.writing(SYSTEM) as session:
        network.load(session, today=today, now=now)
        _counterparts(session)
        sweep_rounds.keep_up(session, until=today, today=begun, now=now - _LATELY, clock=clock)
        _campaign(session, queries.units(session), today=today, now=now, clock=clock)
    disputes.load(store, today=today, now=now)
    with store.writing(SYSTEM) as session:
        _signs(session, today=today, now=now)
    with store.writing(SYSTEM) as session:
        units = queries.units(session)
        for row in session.scalars(select(SweepRound).order_by(SweepRound.due_at, SweepRound.id)):
            for place, unit in enumerate(units):
                _file(session, row, unit, place, today=today, now=now, clock=clock)
        sweep_rounds.keep_up(session, until=today + 31 * _DAY, today=today, now=now, clock=clock)


def _counterparts(session: Session) -> None:
    codes, units = resolve_codes(session), resolve_units(session)
    for row in session.scalars(select(DisputeClass)).all():
        code, unit = _COUNTERPARTS.get(row.name, ("", ""))
        if codes.get(code):
            dispute_classes.change_class(
                session,
                row.id,
                name=row.name,
                parent_id=row.parent_id,
                unit_id=units.get(unit),
                code_id=codes[code],
                position=row.position,
                active=row.active,
                version=row.version,
            )


def _campaign(
    session: Session, units: list[SweepUnit], *, today: date, now: datetime, clock: ZoneInfo
) -> None:
    codes = resolve_codes(session)
    sweep_rounds.open_round(
        session,
        name="欠薪问题专项排查",
        kind=RoundKind.CAMPAIGN,
        first_on=today - 5 * _DAY,
        last_on=today + 2 * _DAY,
        due_at=datetime.combine(today + 2 * _DAY, time(18), clock),
        unit_ids=[unit.id for unit in units if unit.kind is UnitKind.TOWNSHIP],
        class_ids=[codes[label] for label in _ABOUT if label in codes],
        note="逐个工地、逐家企业排查，没有的也作零报告",
        today=today - 5 * _DAY,
        now=now - 5 * _DAY,
    )


def _signs(session: Session, *, today: date, now: datetime) -> None:
    """Report what may grow: some become disputes, one a case, one was settled, the rest wait."""
    units = resolve_units(session)
    kinds = {row.name: row.id for row in session.scalars(select(DisputeClass))}
    for number, (title, people, asked, became) in enumerate(_SIGNS):
        town = places.TOWNSHIPS[number * 8 % len(places.TOWNSHIPS)]
        ago = timedelta(days=1 + number * 3)
        made = early_signs.report(
            session,
            {
                "title": title.format(town=town),
                "area_id": units[town],
                "place": "镇区",
                "people": people,
                "people_approx": True,
                "since_on": (today - ago) - 2 * _DAY,
                "content": "目前情绪平稳，没有聚集。",
                "asked": asked or "暂时不需要",
                "learned_at": now - ago - timedelta(hours=2 + number),
            },
            unit_id=units[town],
            today=today,
            now=now - ago,
        )
        if became == "dispute":
            kind = kinds["劳动争议" if number == 0 else "山林土地"]
            early_signs.into_dispute(
                session, made.id, class_id=kind, version=1, today=today, now=now
            )
        elif became == "case":
            early_signs.into_case(session, made.id, version=1, today=today, now=now)
        elif became == "closed":
            why = "乡镇当天换装限高架，已恢复通行"
            early_signs.close(session, made.id, why=why, version=1, now=now)


def _file(
    session: Session,
    row: SweepRound,
    unit: SweepUnit,
    place: int,
    *,
    today: date,
    now: datetime,
    clock: ZoneInfo,
) -> None:
    """File what a unit's ledger says where it owes a report: a few too late, a few not at all."""
    if not queries.value(row).expects(unit):
        return
    sign = place * 7 + row.id * 11
    late = sign % 31 == 3
    moment = row.due_at + timedelta(hours=2) if late else row.due_at - _DAY * (sign % 3) / 2
    if moment > now:
        moment = now - timedelta(minutes=sign % 500)
        if sign % 3 or moment.astimezone(clock).date() < row.first_on:
            return
    on = max(moment.astimezone(clock).date(), row.first_on)
    if sign % 37 == 5:
        return
    found = sweep_items.entered(session, row, unit.id)
    if found.found or found.resolved:
        sweeps.file_report(
            session,
            row.id,
            unit.id,
            found=found.found,
            resolved=found.resolved,
            today=on,
            now=moment,
        )
    else:
        sweeps.file_zero(session, row.id, unit.id, sure=True, today=on, now=moment)
