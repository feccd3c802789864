"""The data dictionary: SQLAlchemy Core tables, nothing else."""

from openbook.tables import accounts, audit, contacts, conversations, jobs, lists, people, tags
from openbook.tables.metadata import metadata

__all__ = [
    "accounts",
    "audit",
    "contacts",
    "conversations",
    "jobs",
    "lists",
    "metadata",
    "people",
    "tags",
]
