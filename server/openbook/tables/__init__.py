"""The data dictionary: SQLAlchemy Core tables, nothing else."""

from openbook.tables import accounts, contacts, people
from openbook.tables.metadata import metadata

__all__ = ["accounts", "contacts", "metadata", "people"]
