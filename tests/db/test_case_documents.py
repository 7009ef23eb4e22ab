"""Which papers of a case still prove its end: those of a withdrawn answer or a former round do not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from db import schema
from db.commands import sign_off as commands
from db.commands.cases import Opened
from db.engine import Store
from db.models.procedure import CaseDocument, CaseStep
from db.models.supervision import SignOff
from db.queries import sign_off as queries
from rules.case_terms import DocumentKind, ExitReason, Opinion, Step
from rules.errors import Invalid
from rules.permissions import SYSTEM
from tests.conftest import NOW, OFFICE, TODAY
from tests.db.closing import SECOND, close, document, request, step, take_back

Make = Callable[..., Any]
DECISION: dict[str, Any] = {
    "claims": "退还押金",
    "findings": "押金逾期未退",
    "legal_basis": "《民法典》第七百一十四条",
    "text": "同意退还",
}


def _file(store: Store, opened: Opened) -> queries.SignOffFile:
    with store.reading(OFFICE) as session:
        return queries.sign_off_file(session, opened.id, reader=SECOND.name, today=TODAY)


def _lapsed(store: Store, opened: Opened) -> list[str]:
    return [paper.lapsed for paper in _file(store, opened).documents]


def _add(store: Store, opened: Opened, kind: DocumentKind) -> int:
    with store.writing(OFFICE) as session:
        return commands.add_document(
            session,
            opened.id,
            kind=kind,
            number="",
            issued_on=TODAY,
            details=DECISION,
            today=TODAY,
            now=NOW,
        )


def _answer(store: Store, opened: Opened) -> None:
    step(store, opened, Step.ANSWER, opinion=Opinion.SUPPORTED, **DECISION)


def _end(store: Store, opened: Opened) -> None:
    step(store, opened, Step.CLOSE, exit_reason=ExitReason.ANSWERED, text="答复后无争议")


def test_the_paper_of_a_withdrawn_answer_proves_nothing(store: Store, make_case: Make) -> None:
    opened = make_case()
    step(store, opened, Step.ACCEPT)
    _answer(store, opened)
    signed = _add(store, opened, DocumentKind.DECISION)
    other = _add(store, opened, DocumentKind.OTHER)

    take_back(store, opened)

    told = "所依据的答复已撤回"
    assert _lapsed(store, opened) == [told, told, ""]
    _answer(store, opened)
    _end(store, opened)
    assert _lapsed(store, opened) == [told, told, "", ""]
    with pytest.raises(Invalid, match=f"该文书{told}"):
        request(store, opened, document_id=signed)
    given = _file(store, opened).documents[-1]
    assert given.id > other
    request(store, opened, document_id=given.id)


def test_the_papers_of_a_former_round_do_not_pass_the_gate(store: Store, make_case: Make) -> None:
    opened = make_case()
    close(store, opened)
    former = document(store, opened)
    step(store, opened, Step.REOPEN, reason="有新的事实")
    close(store, opened)
    assert _lapsed(store, opened) == ["属于前一轮办理"]

    with pytest.raises(Invalid, match="属于前一轮办理"):
        request(store, opened, document_id=former)
    asked = request(store, opened, document_id=None)
    # As a request that stood before papers belonged to a round.
    with store.engine.begin() as connection:
        table: Any = SignOff.__table__
        connection.execute(update(table).where(table.c.id == asked).values(document_id=former))
    assert "指明的结果文书属于前一轮办理，请登记现在有效的文书，重新申请" in (
        _file(store, opened).missing
    )

    own = document(store, opened)
    assert _lapsed(store, opened) == ["属于前一轮办理", ""]
    assert own > former


def test_a_reopening_taken_back_gives_its_papers_back(store: Store, make_case: Make) -> None:
    opened = make_case()
    close(store, opened)
    document(store, opened)
    step(store, opened, Step.REOPEN, reason="点错了案件")
    document(store, opened)
    assert _lapsed(store, opened) == ["属于前一轮办理", ""]

    take_back(store, opened)

    assert _lapsed(store, opened) == ["", ""]


def test_papers_that_were_there_before_are_told_their_step_by_their_time(
    store: Store, make_case: Make
) -> None:
    opened = make_case()
    step(store, opened, Step.ACCEPT)
    _answer(store, opened)
    take_back(store, opened)
    document(store, opened)
    _answer(store, opened)
    _end(store, opened)
    step(store, opened, Step.REOPEN, reason="有新的事实")
    document(store, opened)
    with store.reading(OFFICE) as session:
        before = list(session.scalars(select(CaseDocument.step_id).order_by(CaseDocument.id)))
        taken = session.scalars(select(CaseStep).order_by(CaseStep.id)).all()
        ids = {each.step: each.id for each in taken if each.withdrawn_by_id is None}
        withdrawn = next(each.id for each in taken if each.withdrawn_by_id is not None)
    assert before == [withdrawn, None, ids[Step.ANSWER], ids[Step.REOPEN]]
    _each_at_its_own_time(store)

    schema.downgrade(store, "0010")
    schema.migrate(store)

    with store.reading(OFFICE) as session:
        after = list(session.scalars(select(CaseDocument.step_id).order_by(CaseDocument.id)))
    assert after == before


def _each_at_its_own_time(store: Store) -> None:
    """Set the steps an hour apart, as they were taken; a paper comes half an hour after its last."""
    with store.writing(SYSTEM) as session:
        for hour, taken in enumerate(session.scalars(select(CaseStep).order_by(CaseStep.id))):
            taken.at = NOW + timedelta(hours=hour)
        papers = session.scalars(select(CaseDocument).order_by(CaseDocument.id)).all()
        # After the answer, its withdrawal, the second answer and the reopening.
        for paper, hour in zip(papers, (1, 2, 3, 5), strict=True):
            own = paper.kind is DocumentKind.DECISION
            paper.at = NOW + timedelta(hours=hour, minutes=0 if own else 30)
