"""All models, so that metadata is whole wherever one of them is imported."""

from db.models import accounts, audit, cases, imports, office, units
from db.models.base import Base

__all__ = ["Base", "accounts", "audit", "cases", "imports", "office", "units"]
