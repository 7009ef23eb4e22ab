"""Solving a part of a roster by OR-Tools, and finding the smallest set of conditions that clash.

One worker and effort counted in the solver's own steps: the same model ends the same way on
a slow machine and a fast one.
"""

from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import Any

from analysis.roster_model import Condition, Key, Model

_PATIENCE_TO_EXPLAIN = 2.0  # deterministic seconds for each question


class Ended(Enum):
    """How solving one part ended."""

    MADE = auto()
    IMPOSSIBLE = auto()
    STOPPED = auto()
    UNDECIDED = auto()


def solve(
    model: Model,
    *,
    seed: int,
    patience: float,
    progress: Callable[[float], None],
    stop: Callable[[], bool],
) -> tuple[Ended, tuple[Key, ...]]:
    """Find the best turns within `patience` deterministic seconds; `stop` is asked at each step."""
    from ortools.sat.python import cp_model

    class Watch(cp_model.CpSolverSolutionCallback):
        """Tells of each better roster, and ends the search when asked to."""

        def on_solution_callback(self) -> None:
            progress(min(1.0, self.deterministic_time / patience))
            if stop():
                self.stop_search()

    if stop():
        return Ended.STOPPED, ()
    solver = _solver(seed, patience)
    status = solver.solve(model.cp, Watch())
    if stop():
        return Ended.STOPPED, ()
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        chosen = [key for key, var in model.proposed.items() if solver.boolean_value(var)]
        return Ended.MADE, tuple(chosen)
    return (Ended.IMPOSSIBLE if status == cp_model.INFEASIBLE else Ended.UNDECIDED), ()


def smallest_clash(model: Model) -> tuple[str, ...]:
    """Say the conditions that cannot all hold, though all but any one of them can.

    The model was made for explaining and is impossible.
    """
    from ortools.sat.python import cp_model

    def core(conditions: Sequence[Condition]) -> list[Condition] | None:
        """Those of the conditions that clash already; None when they do not."""
        model.cp.clear_assumptions()
        model.cp.add_assumptions([each.literal for each in conditions])
        solver = _solver(0, _PATIENCE_TO_EXPLAIN)
        if solver.solve(model.cp) != cp_model.INFEASIBLE:
            return None
        clashing = set(solver.sufficient_assumptions_for_infeasibility())
        return [each for each in conditions if each.literal.index in clashing]

    left = core(model.conditions) or model.conditions
    for condition in tuple(left):
        if condition in left:
            smaller = core([each for each in left if each is not condition])
            left = left if smaller is None else smaller
    return tuple(each.text for each in left)


def _solver(seed: int, patience: float) -> Any:
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = patience
    # Even turns are nearly a flow: its relaxation proves in 0.3 s what search alone never reaches.
    solver.parameters.linearization_level = 2
    return solver
