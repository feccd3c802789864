"""The data dictionary: SQLAlchemy Core tables, nothing else."""

from openbook.tables import accounts, audit, contacts, jobs, lists, people
from openbook.tables.metadata import metadata

__all__ = ["accounts", "audit", "contacts", "jobs", "lists", "metadata", "people"]
