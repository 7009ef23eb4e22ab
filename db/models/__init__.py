"""All models, so that metadata is whole wherever one of them is imported."""

from db.models import (
    accounts,
    audit,
    batches,
    cases,
    disputes,
    duplicates,
    duty,
    export_requests,
    hotspots,
    imports,
    network,
    office,
    procedure,
    receptions,
    supervision,
    sweeps,
    units,
)
from db.models.base import Base

__all__ = [
    "Base",
    "accounts",
    "audit",
    "batches",
    "cases",
    "disputes",
    "duplicates",
    "duty",
    "export_requests",
    "hotspots",
    "imports",
    "network",
    "office",
    "procedure",
    "receptions",
    "supervision",
    "sweeps",
    "units",
]
