"""The forms of one evaluation beside one another: several stand open while one of them is saved."""

from db.queries import evaluations
from db.queries.evaluations import EvaluationFile
from ui.forms import Beside


def beside(file: EvaluationFile, version: int | None = None) -> Beside:
    """Return the forms of an evaluation for a save on it at `version`, its newest unless told."""
    names = ("marks", "evaluation-notice", "attendance", "opinion", "petitioner")
    return Beside(
        records=(
            *(f"condition-{each.id}" for each in file.conditions),
            *(f"{name}-{file.id}" for name in names),
        ),
        version=file.version if version is None else version,
        newest=lambda session: evaluations.version_of(session, file.id),
    )
