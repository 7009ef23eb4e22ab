"""The matrix: role by role which screens open, and which commands the store refuses."""

from collections.abc import Callable
from datetime import UTC, date, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from db.commands import (
    accounts,
    audit,
    batches,
    cases,
    codes,
    contacts,
    dispute_classes,
    dispute_import,
    dispute_pairs,
    dispute_sign_off,
    dispute_steps,
    dispute_tables,
    disputes,
    duplicates,
    early_signs,
    evaluation_meetings,
    evaluation_opinions,
    evaluation_outcomes,
    evaluation_panels,
    evaluations,
    evaluator_import,
    evaluators,
    export_requests,
    hotspots,
    import_batches,
    import_undo,
    imports,
    leaders,
    letters,
    meeting_briefings,
    meeting_decisions,
    meetings,
    network,
    office,
    official,
    petitioners,
    reception_places,
    reception_rules,
    sign_off,
    situation_papers,
    snapshots,
    supervision,
    sweep_maps,
    sweep_rounds,
    sweep_rules,
    sweeps,
    units,
    visit_decisions,
    visit_import,
    visits,
)
from db.engine import Store
from db.queries import accounts as account_queries
from db.queries import audit as audit_queries
from db.queries import cases as case_queries
from db.queries import comparison, discovery, likely_pairs, situation, visit_lists
from db.queries import dispute_import as dispute_import_queries
from db.queries import disputes as dispute_queries
from db.queries import evaluator_import as evaluator_import_queries
from db.queries import evaluators as evaluator_queries
from db.queries import export_requests as request_queries
from db.queries import imports as import_queries
from db.queries import visit_import as visit_import_queries
from db.queries.audit import Filters
from db.queries.case_filters import CaseFilter
from db.queries.disputes import DisputeFilter
from db.queries.situation_scope import Asked as SituationAsked
from rules.briefings import HearingBody
from rules.case_terms import HotspotState, Rung, SameKind, Trigger
from rules.dispute_table import Period, TableSpan
from rules.dispute_terms import DisputeStep, GradeStage, PairKind
from rules.errors import NotAllowed, RuleError
from rules.evaluation_admission import Met
from rules.evaluation_notices import Notice
from rules.evaluation_terms import Condition, Objector
from rules.headers import find_header
from rules.ledgers import read_rows
from rules.meetings import ItemKind, Verdict
from rules.periods import read_days
from rules.permissions import (
    MATRIX,
    SCREENS,
    Action,
    Actor,
    is_first,
    roles_from,
    screens_for,
)
from rules.reception_defaults import DEFAULT_RULES
from rules.reception_setting import asked
from rules.reception_terms import Body, CompanionKind, Level, Per, Rank
from rules.situation_papers import Paper
from rules.sweep_setting import Asked
from rules.sweep_terms import Cadence, RoundKind
from rules.terms import Channel, EntryKind, ImportMode, Role, UnitKind
from tests.conftest import NOW, TODAY
from tests.sweeps import CLOCK

ALWAYS = ["home/start", "account/me"]
ADMIN_SCREENS = {
    Role.ADMIN: ["accounts", "units", "leaders", "codes", "parameters", "calendar", "audit"],
    Role.OFFICE: ["calendar"],
    Role.UNIT: [],
    Role.LEADER: [],
    Role.SCREEN: [],
    Role.BOOTH: [],
    Role.AUDITOR: ["audit"],
}
DAY = date(2027, 1, 1)
MONTH = Period(TableSpan.MONTH, date(2026, 10, 1))
GRID = [["反映内容", "信访时间"], ["道路积水", "2026-11-01"]]
HEADER = find_header(GRID, ())
assert HEADER is not None
READING = read_rows(GRID, HEADER, {0: "content", 1: "received_on"}, today=TODAY)
RULE = asked(DEFAULT_RULES[0])
CADENCE = Asked(cadence=Cadence.WEEK, due_days=0, due_time=time(18, 0), rolls=False, clause="本县")
LEADER: dict[str, Any] = {
    "name": "张三",
    "post": "县长",
    "position": 1,
    "active": True,
    "level": Level.COUNTY,
    "body": Body.GOVERNMENT,
    "rank": Rank.PRINCIPAL,
    "unit_id": None,
    "term_from": None,
    "term_to": None,
}
# Each command with the action it asks for; the records it names
# are not there, so that whoever is allowed is refused for another reason at most.
COMMANDS: dict[str, tuple[Action, Callable[[Session], object]]] = {
    "create_account": (
        Action.MANAGE_ACCOUNTS,
        lambda s: accounts.create_account(s, "新人", None, roles=[Role.AUDITOR], now=NOW),
    ),
    "change_account": (
        Action.MANAGE_ACCOUNTS,
        lambda s: accounts.change_account(
            s,
            99,
            version=1,
            roles=[Role.ADMIN],
            unit_id=None,
            leader_id=None,
            external_name=None,
            active=True,
        ),
    ),
    "reset_password": (
        Action.MANAGE_ACCOUNTS,
        lambda s: accounts.reset_password(s, 99, "一句好记的长口令呀", "一句好记的长口令呀"),
    ),
    "list_accounts": (Action.MANAGE_ACCOUNTS, account_queries.accounts),
    "register_visit": (
        Action.RECEIVE,
        lambda s: visits.register(s, {"title": "道路积水"}, today=TODAY, now=NOW),
    ),
    "change_visit": (
        Action.RECEIVE,
        lambda s: visits.change(s, 99, {}, base={}, version=1, today=TODAY, now=NOW),
    ),
    "decide_visit": (
        Action.RECEIVE,
        lambda s: visit_decisions.decide(s, 99, {}, base={}, version=1, today=TODAY, now=NOW),
    ),
    "tell_of_visit": (
        Action.RECEIVE,
        lambda s: visits.tell(s, 99, whom="县住建局", unit_id=None, at=NOW, now=NOW),
    ),
    "edit_visitors": (
        Action.RECEIVE,
        lambda s: visits.edit_visitors(s, 99, [], version=1, today=TODAY, now=NOW),
    ),
    "reveal_visitors": (
        Action.REVEAL,
        lambda s: visits.reveal_visitors(s, 99, reason="电话回访"),
    ),
    "part_visit": (
        Action.EDIT_CASE,
        lambda s: visits.remove_link(s, 99, version=1, now=NOW),
    ),
    "list_visits": (
        Action.SEE_RECEPTIONS,
        lambda s: visit_lists.listing(s, visit_lists.VisitFilter(), page=1, today=TODAY),
    ),
    "export_visits": (
        Action.EXPORT,
        lambda s: visit_lists.export_rows(s, visit_lists.VisitFilter(), today=TODAY, limit=9),
    ),
    "plan_visit_import": (
        Action.IMPORT,
        lambda s: visit_import_queries.plan(s, READING, today=TODAY),
    ),
    "undo_visit_import": (Action.IMPORT, lambda s: visit_import.undo(s, 99, now=NOW)),
    "add_unit": (Action.MANAGE_UNITS, lambda s: units.add_unit(s, "本县", UnitKind.COUNTY)),
    "add_units": (Action.MANAGE_UNITS, lambda s: units.add_units(s, "本县\t县")),
    "change_unit": (
        Action.MANAGE_UNITS,
        lambda s: units.change_unit(
            s,
            99,
            version=1,
            name="本县",
            kind=UnitKind.COUNTY,
            parent_id=None,
            valid_from=None,
            valid_to=None,
        ),
    ),
    "add_alias": (Action.MANAGE_UNITS, lambda s: units.add_alias(s, 99, "别名")),
    "remove_alias": (Action.MANAGE_UNITS, lambda s: units.remove_alias(s, 99, "别名")),
    "add_leader": (Action.MANAGE_UNITS, lambda s: leaders.add_leader(s, "张三", "县长")),
    "add_leaders": (
        Action.MANAGE_UNITS,
        lambda s: leaders.add_leaders(s, "张三\t县长", today=TODAY),
    ),
    "change_leader": (
        Action.MANAGE_UNITS,
        lambda s: leaders.change_leader(s, 99, version=1, today=TODAY, **LEADER),
    ),
    "add_leave": (
        Action.ROSTER,
        lambda s: leaders.add_leave(s, 99, first_on=DAY, last_on=DAY),
    ),
    "change_leave": (
        Action.ROSTER,
        lambda s: leaders.change_leave(s, 99, version=1, first_on=DAY, last_on=DAY, reason=""),
    ),
    "add_rule": (
        Action.ROSTER,
        lambda s: reception_rules.add_rule(s, RULE, valid_from=DAY, today=TODAY, now=NOW),
    ),
    "set_rule": (
        Action.ROSTER,
        lambda s: reception_rules.set_rule(
            s,
            "county_month",
            at_least=2,
            per=Per.MONTH,
            clause="本县规定",
            valid_from=DAY,
            today=TODAY,
            now=NOW,
        ),
    ),
    "take_back_rule": (
        Action.ROSTER,
        lambda s: reception_rules.take_back(s, "county_month", valid_from=DAY, today=TODAY),
    ),
    "add_place": (Action.ROSTER, lambda s: reception_places.add_place(s, "接待中心")),
    "change_place": (
        Action.ROSTER,
        lambda s: reception_places.change_place(
            s,
            99,
            version=1,
            name="接待中心",
            address="",
            capacity=1,
            unit_id=None,
            centre=False,
            active=True,
        ),
    ),
    "add_companion": (
        Action.ROSTER,
        lambda s: reception_places.add_companion(s, "李律师", kind=CompanionKind.LAWYER),
    ),
    "change_companion": (
        Action.ROSTER,
        lambda s: reception_places.change_companion(
            s,
            99,
            version=1,
            name="李律师",
            kind=CompanionKind.LAWYER,
            organisation="",
            active=True,
        ),
    ),
    "add_letter": (
        Action.RECEIVE,
        lambda s: letters.add_letter(s, {}, today=TODAY, now=NOW),
    ),
    "change_letter": (
        Action.RECEIVE,
        lambda s: letters.change_letter(s, 99, {}, version=1, today=TODAY, now=NOW),
    ),
    "link_letter": (
        Action.RECEIVE,
        lambda s: letters.link_case(s, 99, "", version=1, today=TODAY, now=NOW),
    ),
    "answer_letter": (
        Action.HANDLE_CASE,
        lambda s: letters.answer_letter(
            s, 99, answer="", answered_on=None, version=1, today=TODAY, now=NOW
        ),
    ),
    "open_case_of_letter": (
        Action.REGISTER,
        lambda s: letters.open_case(s, 99, version=1, today=TODAY, now=NOW),
    ),
    "export_letters": (
        Action.EXPORT,
        lambda s: letters.note_export(s, rows=0, filters=[]),
    ),
    "add_contact_visit": (
        Action.RECEIVE,
        lambda s: contacts.add_visit(s, {}, today=TODAY, now=NOW),
    ),
    "change_contact_visit": (
        Action.RECEIVE,
        lambda s: contacts.change_visit(s, 99, {}, version=1, today=TODAY),
    ),
    "remove_contact_visit": (
        Action.RECEIVE,
        lambda s: contacts.remove_visit(s, 99, version=1),
    ),
    "export_contact_visits": (
        Action.EXPORT,
        lambda s: contacts.note_export(s, rows=0, filters=[]),
    ),
    "remove_leave": (Action.ROSTER, lambda s: leaders.remove_leave(s, 99, version=1)),
    "add_code": (Action.MANAGE_CODES, lambda s: codes.add_code(s, "军队事务")),
    "change_code": (
        Action.MANAGE_CODES,
        lambda s: codes.change_code(
            s, 1, version=1, label="政法", unit_id=None, valid_from=None, valid_to=None
        ),
    ),
    "import_codes": (Action.MANAGE_CODES, lambda s: codes.import_codes(s, [("民政", "低保", "")])),
    "set_parameter": (
        Action.MANAGE_PARAMETERS,
        lambda s: office.set_parameter(s, "handle_days", "45", valid_from=DAY, reason="", now=NOW),
    ),
    "remove_future_parameter": (
        Action.MANAGE_PARAMETERS,
        lambda s: office.remove_future_parameter(s, "handle_days", valid_from=DAY, today=TODAY),
    ),
    "enter_official": (
        Action.ENTER_OFFICIAL,
        lambda s: official.enter(
            s, [], first_on=DAY, last_on=DAY, source="市局通报", today=TODAY, now=NOW
        ),
    ),
    "see_situation": (
        Action.SEE_SITUATION,
        lambda s: situation.situation(
            s, SituationAsked(read_days("2026-11")), today=TODAY, now=NOW, clock=CLOCK
        ),
    ),
    "set_day": (
        Action.MANAGE_CALENDAR,
        lambda s: office.set_day(s, DAY, workday=False, name="元旦"),
    ),
    "clear_day": (Action.MANAGE_CALENDAR, lambda s: office.clear_day(s, DAY)),
    "add_year": (Action.MANAGE_CALENDAR, lambda s: office.add_year(s, 2027, "通知")),
    "add_period": (
        Action.MANAGE_CALENDAR,
        lambda s: office.add_period(s, "两会", first_on=DAY, last_on=DAY),
    ),
    "change_period": (
        Action.MANAGE_CALENDAR,
        lambda s: office.change_period(
            s, 99, version=1, name="两会", first_on=DAY, last_on=DAY, note=""
        ),
    ),
    "remove_period": (
        Action.MANAGE_CALENDAR,
        lambda s: office.remove_period(s, 99, version=1),
    ),
    "read_audit": (Action.READ_AUDIT, lambda s: audit_queries.entries(s, Filters(), clock=UTC)),
    "export_audit": (
        Action.READ_AUDIT,
        lambda s: audit_queries.export_rows(s, Filters(), clock=UTC),
    ),
    "record_export": (Action.READ_AUDIT, lambda s: audit.record_export(s, Filters(), rows=0)),
    "verify_chain": (Action.VERIFY, audit.verify_chain),
    "open_case": (
        Action.REGISTER,
        lambda s: cases.open_case(
            s,
            {"title": "道路积水", "channel": Channel.VISIT, "received_on": TODAY},
            people=[],
            today=TODAY,
            now=NOW,
        ),
    ),
    "change_case": (
        Action.EDIT_CASE,
        lambda s: cases.change_case(s, 99, {}, base={}, version=1, today=TODAY, now=NOW),
    ),
    "decide_pair": (
        Action.EDIT_CASE,
        lambda s: duplicates.decide_pair(
            s, 98, 99, kind=SameKind.OTHER, version=1, other_version=1, today=TODAY, now=NOW
        ),
    ),
    "undo_decision": (
        Action.EDIT_CASE,
        lambda s: duplicates.undo_decision(s, 99, version=1, other_version=1, today=TODAY, now=NOW),
    ),
    "compare_cases": (
        Action.EDIT_CASE,
        lambda s: comparison.comparison(s, "1", "2", today=TODAY),
    ),
    "report_duplicates": (
        Action.EDIT_CASE,
        lambda s: likely_pairs.report(s, first=TODAY, last=TODAY, today=TODAY),
    ),
    "edit_people": (
        Action.EDIT_CASE,
        lambda s: petitioners.edit_people(s, 99, [], version=1, today=TODAY, now=NOW),
    ),
    "reveal_people": (
        Action.REVEAL,
        lambda s: petitioners.reveal_people(s, 99, reason="电话回访"),
    ),
    "add_entry": (
        Action.RECORD_PROGRESS,
        lambda s: cases.add_entry(
            s,
            99,
            kind=EntryKind.PROGRESS,
            happened_on=TODAY,
            text="已查看",
            files=[],
            limit_mb=10,
            today=TODAY,
            now=NOW,
        ),
    ),
    "draft_follow_up": (
        Action.DIRECT_CASE,
        lambda s: supervision.draft_follow_up(
            s, 99, trigger=Trigger.OTHER, rung=Rung.REMIND, reason="提醒", today=TODAY, now=NOW
        ),
    ),
    "send_follow_up": (
        Action.DIRECT_CASE,
        lambda s: supervision.send_follow_up(
            s, 99, text="请办理", unit_id=None, due_on=None, version=1, today=TODAY
        ),
    ),
    "answer_follow_up": (
        Action.HANDLE_CASE,
        lambda s: supervision.answer_follow_up(s, 99, {}, version=1, today=TODAY),
    ),
    "end_follow_up": (
        Action.DIRECT_CASE,
        lambda s: supervision.end_follow_up(s, 99, why="已落实", version=1, today=TODAY),
    ),
    "do_look_back": (
        Action.DIRECT_CASE,
        lambda s: supervision.do_look_back(s, 99, {}, today=TODAY, now=NOW),
    ),
    "record_liability": (
        Action.DIRECT_CASE,
        lambda s: supervision.record_liability(
            s,
            99,
            reason=None,
            caused_unit_id=None,
            failed_unit_id=None,
            text="",
            decided_on=None,
            today=TODAY,
            now=NOW,
        ),
    ),
    "add_document": (
        Action.HANDLE_CASE,
        lambda s: sign_off.add_document(
            s, 99, kind=None, number="", issued_on=None, details={}, today=TODAY, now=NOW
        ),
    ),
    "request_sign_off": (
        Action.DIRECT_CASE,
        lambda s: sign_off.request_sign_off(
            s, 99, result="", document_id=None, performance=None, version=1, now=NOW
        ),
    ),
    "record_head_approval": (
        Action.HANDLE_CASE,
        lambda s: sign_off.record_head_approval(
            s, 99, head_name="", head_on=None, version=1, today=TODAY
        ),
    ),
    "approve_sign_off": (
        Action.DIRECT_CASE,
        lambda s: sign_off.approve_sign_off(s, 99, version=1, today=TODAY, now=NOW),
    ),
    "sign_off_in_bulk": (
        Action.DIRECT_CASE,
        lambda s: sign_off.sign_off_in_bulk(s, {99: 1}, today=TODAY, now=NOW),
    ),
    "refuse_sign_off": (
        Action.DIRECT_CASE,
        lambda s: sign_off.refuse_sign_off(s, 99, why="", version=1, today=TODAY),
    ),
    "withdraw_sign_off": (
        Action.DIRECT_CASE,
        lambda s: sign_off.withdraw_sign_off(s, 99, why="", version=1, today=TODAY, now=NOW),
    ),
    "plan_import": (
        Action.IMPORT,
        lambda s: import_queries.plan(s, READING, today=TODAY),
    ),
    "list_batches": (Action.IMPORT, import_queries.batches),
    "carry_out_import": (
        Action.IMPORT,
        lambda s: imports.carry_out(
            s,
            import_queries.Plan([], {}),
            source=import_batches.Source("台账.xlsx", "0" * 64, "台账"),
            mode=ImportMode.VALID_ONLY,
            today=TODAY,
            now=NOW,
        ),
    ),
    "undo_import": (Action.IMPORT, lambda s: import_undo.undo(s, 99, today=TODAY, now=NOW)),
    "export": (
        Action.EXPORT,
        lambda s: case_queries.export_rows(s, CaseFilter(), limit=1),
    ),
    "open_batch": (
        Action.DIRECT_CASE,
        lambda s: batches.open_batch(
            s, name="", kind=None, meeting="", held_on=None, due_on=None, today=TODAY, now=NOW
        ),
    ),
    "add_to_batch": (
        Action.DIRECT_CASE,
        lambda s: batches.add_cases(s, 99, [], today=TODAY, now=NOW),
    ),
    "change_in_batch": (
        Action.DIRECT_CASE,
        lambda s: batches.change_row(
            s,
            99,
            unit_id=1,
            lead_id=None,
            due_on=DAY,
            note="",
            version=1,
            today=TODAY,
            now=NOW,
        ),
    ),
    "take_out_of_batch": (Action.DIRECT_CASE, lambda s: batches.take_out(s, 99, version=1)),
    "confirm_receipt": (
        Action.HANDLE_CASE,
        lambda s: batches.confirm_receipt(s, 99, [1], now=NOW),
    ),
    "close_batch": (
        Action.DIRECT_CASE,
        lambda s: batches.close_batch(s, 99, version=1, today=TODAY, now=NOW),
    ),
    "drop_batch": (Action.DIRECT_CASE, lambda s: batches.drop_batch(s, 99, version=1)),
    "export_batch": (Action.EXPORT, lambda s: batches.note_export(s, 99, rows=0)),
    "open_hotspot": (
        Action.DIRECT_CASE,
        lambda s: hotspots.open_hotspot(s, {"name": ""}, today=TODAY, now=NOW),
    ),
    "change_hotspot": (
        Action.DIRECT_CASE,
        lambda s: hotspots.change_hotspot(
            s, 99, {"name": "某小区"}, state=HotspotState.WATCHED, version=1, today=TODAY
        ),
    ),
    "add_to_hotspot": (Action.DIRECT_CASE, lambda s: hotspots.add_cases(s, 99, [1], now=NOW)),
    "take_out_of_hotspot": (Action.DIRECT_CASE, lambda s: hotspots.take_out(s, 99, [1])),
    "merge_hotspots": (
        Action.DIRECT_CASE,
        lambda s: hotspots.merge_hotspots(
            s, 99, 98, version=1, other_version=1, today=TODAY, now=NOW
        ),
    ),
    "part_hotspot": (
        Action.DIRECT_CASE,
        lambda s: hotspots.part_hotspot(s, 99, [1], name="某小区", today=TODAY, now=NOW),
    ),
    "end_hotspot": (
        Action.DIRECT_CASE,
        lambda s: hotspots.end_hotspot(s, 99, ended_on=TODAY, version=1, today=TODAY),
    ),
    "reopen_hotspot": (Action.DIRECT_CASE, lambda s: hotspots.reopen_hotspot(s, 99, version=1)),
    "drop_hotspot": (Action.DIRECT_CASE, lambda s: hotspots.drop_hotspot(s, 99, version=1)),
    "dismiss_proposal": (
        Action.DIRECT_CASE,
        lambda s: hotspots.dismiss(s, "group", [1], words="某小区", reason="", now=NOW),
    ),
    "undo_dismissal": (Action.DIRECT_CASE, lambda s: hotspots.undo_dismissal(s, 99)),
    "read_for_discovery": (
        Action.DIRECT_CASE,
        lambda s: discovery.matters(s, first=TODAY, last=TODAY, read=500),
    ),
    "count_for_discovery": (
        Action.DIRECT_CASE,
        lambda s: discovery.matters_read(s, first=TODAY, last=TODAY),
    ),
    "first_day_for_discovery": (Action.DIRECT_CASE, discovery.first_day),
    "undecided_proposals": (Action.DIRECT_CASE, lambda s: discovery.undecided(s, [])),
    "matters_of_a_proposal": (Action.DIRECT_CASE, lambda s: discovery.matter_lines(s, [1])),
    "export_people": (
        Action.EXPORT_RESTRICTED,
        lambda s: request_queries.rows(s, 99, now=NOW, limit=1),
    ),
    "ask_for_people": (
        Action.EXPORT_RESTRICTED,
        lambda s: export_requests.ask(
            s, CaseFilter(), filters=[], content=False, reason="市局核查", limit=10, now=NOW
        ),
    ),
    "decide_on_people": (
        Action.EXPORT_RESTRICTED,
        lambda s: export_requests.decide(
            s, 99, version=1, approve=True, opinion="同意", today=TODAY, now=NOW
        ),
    ),
    "withdraw_request": (
        Action.EXPORT_RESTRICTED,
        lambda s: export_requests.withdraw(s, 99, version=1, now=NOW),
    ),
    "use_request": (
        Action.EXPORT_RESTRICTED,
        lambda s: export_requests.use(s, 99, version=1, now=NOW),
    ),
    "keep_up_rounds": (
        Action.MANAGE_SWEEPS,
        lambda s: sweep_rounds.keep_up(s, until=TODAY, today=TODAY, now=NOW, clock=CLOCK),
    ),
    "open_round": (
        Action.MANAGE_SWEEPS,
        lambda s: sweep_rounds.open_round(
            s,
            name="专项",
            kind=RoundKind.CAMPAIGN,
            first_on=TODAY,
            last_on=TODAY,
            due_at=NOW,
            unit_ids=[99],
            today=TODAY,
            now=NOW,
        ),
    ),
    "move_round": (
        Action.MANAGE_SWEEPS,
        lambda s: sweep_rounds.move_due(
            s, 99, version=1, due_at=NOW, reason="雨", today=TODAY, now=NOW
        ),
    ),
    "close_round": (
        Action.MANAGE_SWEEPS,
        lambda s: sweep_rounds.close_round(s, 99, version=1, now=NOW),
    ),
    "remove_round": (
        Action.MANAGE_SWEEPS,
        lambda s: sweep_rounds.remove_round(s, 99, version=1),
    ),
    "set_cadence": (
        Action.MANAGE_SWEEPS,
        lambda s: sweep_rules.set_rule(s, "village", CADENCE, valid_from=DAY, today=TODAY, now=NOW),
    ),
    "take_cadence_back": (
        Action.MANAGE_SWEEPS,
        lambda s: sweep_rules.take_back(s, "village", valid_from=DAY, today=TODAY),
    ),
    "file_zero": (
        Action.REPORT_SWEEP,
        lambda s: sweeps.file_zero(s, 99, 99, today=TODAY, now=NOW),
    ),
    "file_report": (
        Action.REPORT_SWEEP,
        lambda s: sweeps.file_report(s, 99, 99, found=1, resolved=0, today=TODAY, now=NOW),
    ),
    "correct_report": (
        Action.REPORT_SWEEP,
        lambda s: sweeps.correct(s, 99, 99, text="应为 3 件", reason="漏登", now=NOW),
    ),
    "add_dispute": (
        Action.RECORD_DISPUTE,
        lambda s: disputes.add_dispute(s, {"title": "界线"}, today=TODAY, now=NOW),
    ),
    "change_dispute": (
        Action.RECORD_DISPUTE,
        lambda s: disputes.change_dispute(s, 99, {}, base={}, version=1, today=TODAY, now=NOW),
    ),
    "write_on_dispute": (
        Action.RECORD_DISPUTE,
        lambda s: disputes.add_entry(s, 99, happened_on=TODAY, text="走访", today=TODAY, now=NOW),
    ),
    "add_dispute_paper": (
        Action.RECORD_DISPUTE,
        lambda s: disputes.add_paper(
            s,
            99,
            kind=None,
            number="",
            issued_on=None,
            file=None,
            limit_mb=1,
            today=TODAY,
            now=NOW,
        ),
    ),
    "tick_dispute": (
        Action.RECORD_DISPUTE,
        lambda s: disputes.set_ticks(s, 99, {}, version=1, today=TODAY, now=NOW),
    ),
    "assess_dispute": (
        Action.SIGN_OFF_DISPUTE,
        lambda s: disputes.assess(
            s,
            99,
            assessed_on=None,
            assessment="",
            archive_number="",
            version=1,
            today=TODAY,
            now=NOW,
        ),
    ),
    "edit_parties": (
        Action.RECORD_DISPUTE,
        lambda s: disputes.edit_parties(s, 99, [], version=1, today=TODAY, now=NOW),
    ),
    "reveal_parties": (
        Action.REVEAL,
        lambda s: disputes.reveal_parties(s, 99, reason="电话核实"),
    ),
    "export_disputes": (
        Action.EXPORT,
        lambda s: dispute_queries.export_rows(s, DisputeFilter(), today=TODAY, limit=1),
    ),
    "note_export_of_disputes": (
        Action.EXPORT,
        lambda s: disputes.note_export(s, rows=0, filters=[]),
    ),
    "step_of_dispute": (
        Action.RECORD_DISPUTE,
        lambda s: dispute_steps.take_step(
            s,
            99,
            DisputeStep.SUBMIT,
            happened_on=TODAY,
            values={},
            version=1,
            today=TODAY,
            now=NOW,
        ),
    ),
    "grade_dispute": (
        Action.RECORD_DISPUTE,
        lambda s: dispute_steps.grade(
            s,
            99,
            stage=GradeStage.GROUP,
            level=None,
            who="",
            decided_on=None,
            reason="",
            version=1,
            today=TODAY,
            now=NOW,
        ),
    ),
    "case_of_dispute": (
        Action.REGISTER,
        lambda s: dispute_steps.open_case(s, 99, reason="", version=1, today=TODAY, now=NOW),
    ),
    "link_dispute": (
        Action.SIGN_OFF_DISPUTE,
        lambda s: dispute_steps.link_case(s, 99, "", version=1, now=NOW),
    ),
    "call_back_on_dispute": (
        Action.RECORD_DISPUTE,
        lambda s: dispute_sign_off.call_back(
            s,
            99,
            done_on=None,
            satisfaction=None,
            accepted=False,
            text="",
            version=1,
            today=TODAY,
            now=NOW,
        ),
    ),
    "ask_to_sign_off_dispute": (
        Action.RECORD_DISPUTE,
        lambda s: dispute_sign_off.request_sign_off(
            s,
            99,
            result="",
            performance=None,
            performed_until=None,
            version=1,
            today=TODAY,
            now=NOW,
        ),
    ),
    "head_of_dispute": (
        Action.RECORD_DISPUTE,
        lambda s: dispute_sign_off.record_head_approval(
            s, 99, head_name="", head_on=None, version=1, today=TODAY
        ),
    ),
    "sign_off_dispute": (
        Action.SIGN_OFF_DISPUTE,
        lambda s: dispute_sign_off.approve_sign_off(s, 99, version=1, today=TODAY, now=NOW),
    ),
    "refuse_dispute": (
        Action.SIGN_OFF_DISPUTE,
        lambda s: dispute_sign_off.refuse_sign_off(s, 99, why="", version=1, today=TODAY, now=NOW),
    ),
    "decide_disputes": (
        Action.RECORD_DISPUTE,
        lambda s: dispute_pairs.decide_pair(
            s, 98, 99, kind=PairKind.OTHER, version=1, other_version=1, today=TODAY, now=NOW
        ),
    ),
    "undo_disputes": (
        Action.RECORD_DISPUTE,
        lambda s: dispute_pairs.undo_decision(s, 99, version=1, now=NOW),
    ),
    "freeze_table": (
        Action.MANAGE_SWEEPS,
        lambda s: dispute_tables.freeze(s, MONTH, today=TODAY, now=NOW),
    ),
    "freeze_tables_due": (
        Action.MANAGE_SWEEPS,
        lambda s: dispute_tables.keep_up(s, today=TODAY, now=NOW),
    ),
    "export_table": (
        Action.EXPORT,
        lambda s: dispute_tables.note_export(s, MONTH, rows=0, filters=[]),
    ),
    "lay_out_map": (
        Action.MANAGE_SWEEPS,
        lambda s: sweep_maps.set_layout(s, {}, version=0, today=TODAY, now=NOW),
    ),
    "add_boundary": (
        Action.MANAGE_SWEEPS,
        lambda s: sweep_maps.add_boundary(s, {}, file_name="边界", sha256="", today=TODAY, now=NOW),
    ),
    "remove_boundary": (
        Action.MANAGE_SWEEPS,
        lambda s: sweep_maps.remove_boundary(s, 99, version=1, now=NOW),
    ),
    "restore_boundary": (
        Action.MANAGE_SWEEPS,
        lambda s: sweep_maps.restore_boundary(s, 99, version=1, now=NOW),
    ),
    "add_dispute_class": (
        Action.MANAGE_SWEEPS,
        lambda s: dispute_classes.add_class(s, "村务管理"),
    ),
    "report_early": (
        Action.RECORD_DISPUTE,
        lambda s: early_signs.report(s, {}, unit_id=None, today=TODAY, now=NOW),
    ),
    "dispute_of_early": (
        Action.RECORD_DISPUTE,
        lambda s: early_signs.into_dispute(s, 99, class_id=None, version=1, today=TODAY, now=NOW),
    ),
    "case_of_early": (
        Action.REGISTER,
        lambda s: early_signs.into_case(s, 99, version=1, today=TODAY, now=NOW),
    ),
    "close_early": (
        Action.RECORD_DISPUTE,
        lambda s: early_signs.close(s, 99, why="", version=1, now=NOW),
    ),
    "add_to_network": (
        Action.MANAGE_NETWORK,
        lambda s: network.add_node(s, kind=None, unit_id=None, name="", now=NOW),
    ),
    "change_network": (
        Action.MANAGE_NETWORK,
        lambda s: network.change_node(
            s,
            99,
            name="",
            grid="",
            full_time=None,
            valid_from=None,
            valid_to=None,
            version=1,
            now=NOW,
        ),
    ),
    "file_network": (
        Action.MANAGE_SWEEPS,
        lambda s: network.confirm_filing(s, 99, today=TODAY),
    ),
    "plan_dispute_import": (
        Action.IMPORT,
        lambda s: dispute_import_queries.plan(s, READING, today=TODAY),
    ),
    "undo_dispute_import": (Action.IMPORT, lambda s: dispute_import.undo(s, 99, now=NOW)),
    "add_evaluator": (Action.MANAGE_EVALUATIONS, lambda s: evaluators.add_evaluator(s, {})),
    "change_evaluator": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluators.change_evaluator(s, 99, {}, version=1, today=TODAY),
    ),
    "reveal_evaluator": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluators.reveal_phone(s, 99, reason="通知开会"),
    ),
    "list_evaluators": (Action.MANAGE_EVALUATIONS, evaluator_queries.pool),
    "add_category": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluators.add_category(s, "退役军人", seats=1),
    ),
    "change_category": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluators.change_category(s, 99, name="甲", seats=1, active=True, version=1),
    ),
    "found_panel": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluators.set_panel(s, None, name="", office=""),
    ),
    "add_panel_member": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluators.add_member(s, 99, post=None, name="", title="", valid_from=None),
    ),
    "end_panel_member": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluators.end_member(s, 99, valid_to=None, version=1),
    ),
    "plan_evaluator_import": (
        Action.IMPORT,
        lambda s: evaluator_import_queries.plan(s, READING, today=TODAY),
    ),
    "undo_evaluator_import": (Action.IMPORT, lambda s: evaluator_import.undo(s, 99, now=NOW)),
    "apply_for_evaluation": (
        Action.APPLY_EVALUATION,
        lambda s: evaluations.apply(
            s,
            evaluations.Application(
                route=None, unit_id=None, matter="无", title="", claims="", applied_on=None
            ),
            today=TODAY,
            now=NOW,
        ),
    ),
    "condition_of_evaluation": (
        Action.APPLY_EVALUATION,
        lambda s: evaluations.set_condition(
            s, 99, Condition.HANDLED, Met(), version=1, today=TODAY, now=NOW
        ),
    ),
    "evidence_of_evaluation": (
        Action.SEE_EVALUATIONS,
        lambda s: evaluations.download_evidence(s, 99),
    ),
    "mark_evaluation": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluations.set_marks(s, 99, frozenset(), village_id=None, version=1, now=NOW),
    ),
    "admit_evaluation": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluations.admit(s, 99, version=1, today=TODAY, now=NOW),
    ),
    "refuse_evaluation": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluations.refuse(s, 99, reason=None, version=1, today=TODAY, now=NOW),
    ),
    "withdraw_evaluation": (
        Action.APPLY_EVALUATION,
        lambda s: evaluations.withdraw(s, 99, why="", version=1, today=TODAY, now=NOW),
    ),
    "add_temporary": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_panels.add_temporary(
            s, 99, kind=None, name="", declared="", version=1, now=NOW
        ),
    ),
    "remove_temporary": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_panels.remove_temporary(s, 99, version=1, now=NOW),
    ),
    "replace_member": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_panels.replace_member(s, 99, why="", version=1, today=TODAY, now=NOW),
    ),
    "draw_panel": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_panels.draw_panel(
            s,
            99,
            size=9,
            seats={},
            alternates=2,
            pressed_by=Objector.OFFICE,
            witness="",
            version=1,
            today=TODAY,
            now=NOW,
        ),
    ),
    "annul_draw": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_panels.annul_draw(s, 99, why="", version=1, today=TODAY, now=NOW),
    ),
    "object_to_evaluator": (
        Action.APPLY_EVALUATION,
        lambda s: evaluation_panels.object_to(
            s,
            99,
            raised_by=None,
            reason=None,
            text="",
            raised_on=None,
            version=1,
            today=TODAY,
            now=NOW,
        ),
    ),
    "decide_on_objection": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_panels.decide(
            s, 99, upheld=None, why="", version=1, today=TODAY, now=NOW
        ),
    ),
    "form_panel": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_panels.form_panel(s, 99, version=1, today=TODAY, now=NOW),
    ),
    "publish_evaluation": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_meetings.publish(
            s,
            99,
            Notice(
                title="",
                held_on=None,
                held_time="",
                place="",
                matter="",
                judged="",
                phone="",
                signed="",
            ),
            version=1,
            today=TODAY,
            now=NOW,
        ),
    ),
    "revoke_notice": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_meetings.revoke_notice(s, 99, why="", version=1, today=TODAY, now=NOW),
    ),
    "attend_evaluation": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_meetings.record_attendance(
            s,
            99,
            present=(),
            petitioner_came=False,
            judged_came=False,
            observers="",
            host="",
            version=1,
            now=NOW,
        ),
    ),
    "open_meeting": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_meetings.open_meeting(s, 99, version=1, today=TODAY, now=NOW),
    ),
    "turn_agenda": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_meetings.go_to(s, 99, 1, version=1, today=TODAY, now=NOW),
    ),
    "issue_opinion": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_opinions.issue(
            s,
            99,
            evaluation_opinions.OpinionText(text="", reasons="", signed="", issued_on=None),
            version=1,
            today=TODAY,
            now=NOW,
        ),
    ),
    "serve_opinion": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_opinions.serve(
            s,
            99,
            party=None,
            way=None,
            delivered_on=None,
            limit_mb=1,
            version=1,
            today=TODAY,
            now=NOW,
        ),
    ),
    "publish_result": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_opinions.make_public(
            s,
            99,
            medium=None,
            place="",
            first_on=None,
            evidence=None,
            limit_mb=1,
            version=1,
            today=TODAY,
            now=NOW,
        ),
    ),
    "report_result": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_opinions.report(
            s, 99, reported_to="", reported_on=None, version=1, today=TODAY, now=NOW
        ),
    ),
    "note_petitioner": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_opinions.note_petitioner(
            s, 99, view=None, asked_on=None, settled_on=None, version=1, today=TODAY, now=NOW
        ),
    ),
    "end_evaluation": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_opinions.end(s, 99, version=1, today=TODAY, now=NOW),
    ),
    "take_opinion_for_the_file": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_opinions.take_opinion(s, 99, public=False),
    ),
    "take_public_opinion": (
        Action.SEE_EVALUATIONS,
        lambda s: evaluation_opinions.take_opinion(s, 99, public=True),
    ),
    "proof_of_evaluation": (
        Action.SEE_EVALUATIONS,
        lambda s: evaluation_opinions.download_proof(s, "evaluation_deliveries", 99),
    ),
    "hand_plan": (
        Action.HANDLE_CASE,
        lambda s: evaluation_outcomes.hand_plan(
            s, 99, text="", handed_on=None, version=1, today=TODAY, now=NOW
        ),
    ),
    "hand_result": (
        Action.HANDLE_CASE,
        lambda s: evaluation_outcomes.hand_result(
            s, 99, text="", handed_on=None, version=1, today=TODAY, now=NOW
        ),
    ),
    "judge_result": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_outcomes.judge_result(
            s, 99, accepted=None, why="", version=1, today=TODAY, now=NOW
        ),
    ),
    "answer_return": (
        Action.EDIT_CASE,
        lambda s: evaluation_outcomes.answer_return(
            s, 99, 99, new_facts=None, text="", version=None, now=NOW
        ),
    ),
    "note_question": (
        Action.MANAGE_EVALUATIONS,
        lambda s: evaluation_meetings.add_question(s, 99, asked_by="", text="", answer="", now=NOW),
    ),
    "add_meeting": (
        Action.MANAGE_MEETINGS,
        lambda s: meetings.add_meeting(s, meetings.Planned(None, "", None), now=NOW),
    ),
    "change_meeting": (
        Action.MANAGE_MEETINGS,
        lambda s: meetings.change_meeting(s, 99, meetings.Planned(None, "", None), version=1),
    ),
    "meeting_attendance": (
        Action.MANAGE_MEETINGS,
        lambda s: meetings.record_attendance(s, 99, [], version=1),
    ),
    "begin_meeting": (
        Action.MANAGE_MEETINGS,
        lambda s: meetings.open_meeting(s, 99, version=1, today=TODAY, now=NOW),
    ),
    "add_item": (
        Action.MANAGE_MEETINGS,
        lambda s: meetings.add_item(s, 99, ItemKind.TEXT, "通报", version=1),
    ),
    "move_item": (
        Action.MANAGE_MEETINGS,
        lambda s: meetings.move_item(s, 99, up=True, version=1),
    ),
    "remove_item": (
        Action.MANAGE_MEETINGS,
        lambda s: meetings.remove_item(s, 99, version=1),
    ),
    "issue_minutes": (
        Action.MANAGE_MEETINGS,
        lambda s: meetings.issue(s, 99, draw=lambda _f: b"", version=1, today=TODAY, now=NOW),
    ),
    "correct_minutes": (
        Action.MANAGE_MEETINGS,
        lambda s: meetings.correct(s, 99, text="", now=NOW),
    ),
    "take_minutes": (
        Action.SEE_MEETINGS,
        lambda s: meetings.download_minutes(s, 99),
    ),
    "record_decision": (
        Action.MANAGE_MEETINGS,
        lambda s: meeting_decisions.record_decision(
            s, 99, unit_ids=[], due_on=None, text="", now=NOW
        ),
    ),
    "change_decision": (
        Action.MANAGE_MEETINGS,
        lambda s: meeting_decisions.change_decision(
            s, 99, unit_id=None, due_on=None, text="", version=1
        ),
    ),
    "remove_decision": (
        Action.MANAGE_MEETINGS,
        lambda s: meeting_decisions.remove_decision(s, 99, version=1),
    ),
    "take_snapshot": (
        Action.MANAGE_MEETINGS,
        lambda s: snapshots.take_snapshot(
            s,
            SituationAsked(read_days("2026")),
            today=TODAY,
            now=NOW,
            clock=ZoneInfo("Asia/Shanghai"),
        ),
    ),
    "report_decision": (
        Action.REPORT_DECISION,
        lambda s: meeting_decisions.report_decision(
            s, 99, text="", file=None, limit_mb=1, version=1, today=TODAY, now=NOW
        ),
    ),
    "judge_report": (
        Action.MANAGE_MEETINGS,
        lambda s: meeting_decisions.judge_report(s, 99, Verdict.ACCEPTED, version=1, now=NOW),
    ),
    "take_evidence_of_decision": (
        Action.SEE_MEETINGS,
        lambda s: meeting_decisions.download_evidence(s, 99),
    ),
    "export_decisions": (
        Action.EXPORT,
        lambda s: meeting_decisions.note_export(s, rows=0, filters=[]),
    ),
    "take_papers": (
        Action.TAKE_PAPERS,
        lambda s: situation_papers.note_export(s, "KZ", Paper.DECK, rows=0),
    ),
    "note_export_of_figures": (
        Action.TAKE_PAPERS,
        lambda s: situation_papers.note_figures(s, rows=0, filters=[]),
    ),
    "record_briefing": (
        Action.REPORT_DECISION,
        lambda s: meeting_briefings.record_briefing(
            s,
            HearingBody.TOWNSHIP,
            unit_id=None,
            held_on=TODAY,
            subject="",
            today=TODAY,
            now=NOW,
        ),
    ),
    "find_person": (
        Action.FIND_PERSON,
        lambda s: case_queries.register_page(s, CaseFilter(person="张三丰")),
    ),
}


def _actor(role: Role) -> Actor:
    return Actor(None, role.label, frozenset({role}))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_an_actor_may_what_the_matrix_says_and_nothing_else(role: Role, action: Action) -> None:
    actor = _actor(role)

    assert actor.may(action) is (action in MATRIX[role])
    if action not in MATRIX[role]:
        with pytest.raises(NotAllowed, match=action.value):
            actor.require(action)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_opens_to_whoever_may_one_thing_on_it(role: Role, screen: str) -> None:
    wanted = SCREENS[screen]

    may = not wanted or bool(wanted & MATRIX[role])
    # 总览 stands in the place of the home page.
    may = may and not (screen == "home/start" and Action.SEE_OVERVIEW in MATRIX[role])
    assert (screen in screens_for(_actor(role))) is may


@pytest.mark.parametrize("role", Role)
def test_the_administration_opens_to_each_role_as_agreed(role: Role) -> None:
    opened = [s for s in screens_for(_actor(role)) if s.startswith("admin/")]

    assert opened == [f"admin/{name}" for name in ADMIN_SCREENS[role]]


def test_whoever_is_signed_in_has_one_first_screen_and_an_account() -> None:
    first = {role: [s for s in screens_for(_actor(role)) if is_first(s)] for role in Role}

    of_county = {Role.OFFICE, Role.LEADER}
    assert first == {
        role: ["review/overview" if role in of_county else "home/start"] for role in Role
    }
    assert all(screens_for(_actor(role))[0] == first[role][0] for role in Role)
    assert all("account/me" in screens_for(_actor(role)) for role in Role)
    both = Actor(1, "王主任", frozenset({Role.ADMIN, Role.OFFICE}))
    assert "home/start" not in screens_for(both)


def test_hotspots_open_to_the_room_and_cases_do_not() -> None:
    opened = screens_for(_actor(Role.SCREEN))

    assert "cases/hotspots" in opened
    assert [s for s in opened if s.startswith("cases/")] == ["cases/hotspots"]


def test_the_ledger_of_disputes_opens_to_each_role_as_agreed() -> None:
    ours = ["ledger", "early", "network", "dispute"]

    def opened(role: Role) -> set[str]:
        return {s.removeprefix("sweeps/") for s in screens_for(_actor(role))} & {*ours, "entry"}

    assert opened(Role.OFFICE) == opened(Role.UNIT) == {*ours, "entry"}
    assert opened(Role.LEADER) == set(ours)
    assert opened(Role.ADMIN) == opened(Role.AUDITOR) == opened(Role.SCREEN) == set()


def test_evaluation_opens_to_each_role_as_agreed() -> None:
    def opened(role: Role) -> set[str]:
        return {
            s.removeprefix("evaluations/")
            for s in screens_for(_actor(role))
            if s.startswith("evaluations/")
        }

    assert opened(Role.UNIT) == {"list", "apply", "evaluation", "results"}
    assert opened(Role.OFFICE) == {
        "list",
        "apply",
        "evaluation",
        "results",
        "pool",
        "meeting",
        "hall",
        "booth",
    }
    assert opened(Role.LEADER) == {"list", "evaluation", "results"}
    assert opened(Role.SCREEN) == {"hall", "results"}
    assert set(screens_for(_actor(Role.BOOTH))) == {*ALWAYS, "evaluations/booth"}
    assert opened(Role.ADMIN) == opened(Role.AUDITOR) == set()


def test_situation_review_opens_to_each_role_as_agreed() -> None:
    def opened(role: Role) -> set[str]:
        return {
            s.removeprefix("review/") for s in screens_for(_actor(role)) if s.startswith("review/")
        }

    meetings = {"meetings", "meeting", "decisions"}
    told = {"overview", "figures", "papers"}
    assert opened(Role.OFFICE) == {*told, *meetings, "official", "slides"}
    assert opened(Role.LEADER) == {*told, *meetings}
    assert opened(Role.UNIT) == meetings
    assert opened(Role.SCREEN) == {"slides"}
    for role in (Role.BOOTH, Role.ADMIN, Role.AUDITOR):
        assert opened(role) == set()


def test_the_wall_map_opens_to_the_room_and_the_other_figures_to_whoever_sees_sweeps() -> None:
    def opened(role: Role) -> set[str]:
        figures = {"sweeps/map", "sweeps/progress", "sweeps/table"}
        return figures & set(screens_for(_actor(role)))

    assert opened(Role.SCREEN) == {"sweeps/map"}
    for role in (Role.OFFICE, Role.UNIT, Role.LEADER):
        assert len(opened(role)) == 3
    assert opened(Role.ADMIN) == opened(Role.AUDITOR) == set()


def test_two_roles_may_what_either_may() -> None:
    both = Actor(None, "小李", frozenset({Role.OFFICE, Role.AUDITOR}))

    assert all(both.may(a) == (a in MATRIX[Role.OFFICE] | MATRIX[Role.AUDITOR]) for a in Action)


def test_an_unknown_role_grants_nothing() -> None:
    with pytest.raises(ValueError):
        roles_from(["office", "root"])


def test_no_role_of_the_matters_administers_and_the_administrator_sees_no_matter() -> None:
    assert Action.SEE_CASES not in MATRIX[Role.ADMIN]
    assert not MATRIX[Role.AUDITOR] & {Action.SEE_CASES, Action.REVEAL, Action.EXPORT}
    assert MATRIX[Role.SCREEN] == {Action.PRESENT, Action.SEE_SITUATION}


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize("command", COMMANDS)
def test_the_store_refuses_each_command_to_every_role_without_its_action(
    store: Store, command: str
) -> None:
    action, run = COMMANDS[command]
    for role in Role:
        allowed = action in MATRIX[role]
        try:
            with store.writing(_actor(role)) as session:
                run(session)
                session.rollback()
        except NotAllowed:
            assert not allowed, f"{role.label} should be allowed {command}"
        except RuleError:
            assert allowed, f"{role.label} reached {command}"
        else:
            assert allowed, f"{role.label} was allowed {command}"
