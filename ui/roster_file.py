"""A roster as its screen needs it: its turns, what it is judged by, and what stands around it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from db.queries import office
from db.queries import rosters as queries
from db.queries.rosters import RosterRow, TopicRow, TurnView
from rules.receptions import Audit, Basis, Given, Turn
from rules.roster_audit import audit
from rules.roster_figures import Burden, burdens
from ui import store


@dataclass(frozen=True, slots=True)
class RosterFile:
    """What was read of a roster, once for each version of the store."""

    roster: RosterRow
    views: tuple[TurnView, ...]
    basis: Basis
    beside: Given
    topics: tuple[TopicRow, ...]
    substitute_counts: bool

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns as the rules know them."""
        return tuple(view.turn for view in self.views)

    def judged(self, turns: tuple[Turn, ...]) -> Audit:
        """Audit turns in the place of this roster's, with those around them."""
        return audit(
            [*self.beside.earlier, *self.beside.fixed, *turns],
            self.basis,
            substitute_counts_for_original=self.substitute_counts,
        )

    def year(self, turns: tuple[Turn, ...]) -> tuple[Burden, ...]:
        """Count what each leader has in the year to date and in this roster."""
        whole = Basis(
            first=date(self.basis.first.year, 1, 1),
            last=self.basis.last,
            rules=self.basis.rules,
            receivers=self.basis.receivers,
            calendar=self.basis.calendar,
            specials=self.basis.specials,
        )
        return burdens([*self.beside.earlier, *turns], whole)


def opened(roster: RosterRow) -> RosterFile:
    """Read a roster; raises Missing where somebody has taken it away."""
    return store.kept("roster_file", (roster.id, roster.version), lambda s: _read(s, roster))


def _read(session: Session, roster: RosterRow) -> RosterFile:
    basis = queries.basis(
        session,
        level=roster.level,
        unit_id=roster.unit_id,
        first=roster.first_on,
        last=roster.last_on,
    )
    return RosterFile(
        roster=roster,
        views=tuple(queries.turns(session, roster.id)),
        basis=basis,
        beside=queries.around(session, basis, roster_id=roster.id),
        topics=tuple(queries.topics(session, roster.first_on, roster.last_on)),
        substitute_counts=bool(
            office.parameter(session, "substitute_counts_for_original", on=roster.first_on)
        ),
    )
