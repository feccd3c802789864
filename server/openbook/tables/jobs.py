"""Work that no request waits for: one row a job, taken up by any process that serves."""

from sqlalchemy import TIMESTAMP, Column, Index, Integer, Table, Text, Uuid, text

from openbook.tables.accounts import WORKSPACE
from openbook.tables.metadata import metadata, workspace_id

TIME = TIMESTAMP(timezone=True)

jobs = Table(
    "jobs",
    metadata,
    workspace_id(),
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False, comment="which function does it"),
    Column("subject_id", Uuid, nullable=False, comment="the row it is about: a job holds ids only"),
    Column("status", Text, nullable=False, comment="waiting, running, done, stopped or failed"),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("due_at", TIME, comment="not worked on before; null: it has ended"),
    Column("tries", Integer, nullable=False, comment="failures since it last got on"),
    Column("made_at", TIME, nullable=False),
    Index("jobs_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    Index("jobs_subject", "workspace_id", "subject_id"),
    info=WORKSPACE,
)
