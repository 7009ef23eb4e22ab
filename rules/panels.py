"""The panels of a situation composed from its figures: title, chart, table, definitions.

Nobody is ranked: units and townships stand in the order of their names, and no title says who has
most (条例 §39, domain.md 8.2). Shares are computed on one unit and never taken from a paper.
"""

from collections.abc import Callable, Mapping, Sequence

from rules import matter_panels, work_panels
from rules.panel_terms import Material, Panel, PanelKind


def panels(material: Material) -> list[Panel]:
    """Compose all panels in the order of a meeting."""
    return [panel(kind, material) for kind in PanelKind]


def panel(kind: PanelKind, material: Material, *, lines: Sequence[str] = ()) -> Panel:
    """Compose one panel; `lines` are the office's own, which 下步措施 takes after what was decided."""
    if kind is PanelKind.NEXT_STEPS:
        return work_panels.next_steps(material, lines)
    return _COMPOSERS[kind](material)


_COMPOSERS: Mapping[PanelKind, Callable[[Material], Panel]] = {
    PanelKind.OVERALL: matter_panels.overall,
    PanelKind.COLLECTIVE: matter_panels.collective,
    PanelKind.LEVELS: matter_panels.levels,
    PanelKind.FIELDS: matter_panels.fields,
    PanelKind.PLACES: matter_panels.places,
    PanelKind.UNITS: matter_panels.units,
    PanelKind.RATES: matter_panels.rates,
    PanelKind.FOLLOW_UPS: work_panels.follow_ups,
    PanelKind.BATCHES: work_panels.batches,
    PanelKind.RECEPTIONS: work_panels.receptions,
    PanelKind.SWEEPS: work_panels.sweeps,
    PanelKind.EVALUATIONS: work_panels.evaluations,
    PanelKind.DECISIONS: work_panels.decisions,
}
