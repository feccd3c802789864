-- Jobs; saved views and how each person likes the list; actions on many contacts.

CREATE TABLE jobs (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  kind TEXT NOT NULL,
  subject_id UUID NOT NULL,
  status TEXT NOT NULL,
  done INTEGER NOT NULL,
  total INTEGER NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE,
  tries INTEGER NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX jobs_due ON jobs (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX jobs_subject ON jobs (workspace_id, subject_id);
COMMENT ON COLUMN jobs.kind IS 'which function does it';
COMMENT ON COLUMN jobs.subject_id IS 'the row it is about: a job holds ids only';
COMMENT ON COLUMN jobs.status IS 'waiting, running, done, stopped or failed';
COMMENT ON COLUMN jobs.due_at IS 'not worked on before; null: it has ended';
COMMENT ON COLUMN jobs.tries IS 'failures since it last got on';

CREATE TABLE views (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  owner_id UUID NOT NULL,
  shared BOOLEAN NOT NULL,
  name TEXT NOT NULL,
  q TEXT,
  filter JSONB,
  columns TEXT[] NOT NULL,
  widths JSONB NOT NULL,
  density TEXT NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  removed_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (workspace_id, id)
);
COMMENT ON COLUMN views.owner_id IS 'who made it: a person or a token';
COMMENT ON COLUMN views.shared IS 'seen by all of the workspace';
COMMENT ON COLUMN views.q IS 'the words looked for';
COMMENT ON COLUMN views.filter IS 'as the interface takes it';
COMMENT ON COLUMN views.columns IS 'in their order';
COMMENT ON COLUMN views.widths IS 'column -> pixels, where somebody chose them';
COMMENT ON COLUMN views.removed_at IS 'kept for a day, so that it can be brought back';

CREATE TABLE layouts (
  workspace_id UUID NOT NULL,
  owner_id UUID NOT NULL,
  columns TEXT[] NOT NULL,
  widths JSONB NOT NULL,
  density TEXT NOT NULL,
  PRIMARY KEY (workspace_id, owner_id)
);
COMMENT ON COLUMN layouts.owner_id IS 'whose list it is';

CREATE TABLE bulks (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  action TEXT NOT NULL,
  made_by UUID NOT NULL,
  how TEXT NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  contacts INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  undoing BOOLEAN NOT NULL,
  columns TEXT[],
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX bulks_made ON bulks (workspace_id, made_at);
COMMENT ON COLUMN bulks.made_by IS 'a person or a token';
COMMENT ON COLUMN bulks.how IS 'whose hand it is: agent or server';
COMMENT ON COLUMN bulks.made_at IS 'the moment at which its contacts were found';
COMMENT ON COLUMN bulks.contacts IS 'how many there are';
COMMENT ON COLUMN bulks.changed IS 'how many were not so already';
COMMENT ON COLUMN bulks.columns IS 'of a file; null: everything';

CREATE TABLE bulk_parts (
  workspace_id UUID NOT NULL,
  bulk_id UUID NOT NULL,
  number INTEGER NOT NULL,
  contact_ids UUID[] NOT NULL,
  worked BOOLEAN NOT NULL,
  before JSONB,
  PRIMARY KEY (workspace_id, bulk_id, number)
);
COMMENT ON COLUMN bulk_parts.contact_ids IS 'in the order of ids';
COMMENT ON COLUMN bulk_parts.before IS 'what was changed, as it was: [[contact id, values]]';

-- A transaction sees the workspaces it named; one that looks for work sees where there is some.
ALTER TABLE jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON jobs
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
CREATE POLICY runner ON jobs FOR SELECT
  USING (due_at IS NOT NULL AND (SELECT current_setting('openbook.runner', true)) = 'on');
ALTER TABLE views ENABLE ROW LEVEL SECURITY;
ALTER TABLE views FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON views
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
ALTER TABLE layouts ENABLE ROW LEVEL SECURITY;
ALTER TABLE layouts FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON layouts
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
ALTER TABLE bulks ENABLE ROW LEVEL SECURITY;
ALTER TABLE bulks FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON bulks
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
ALTER TABLE bulk_parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE bulk_parts FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON bulk_parts
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));

GRANT SELECT, INSERT, UPDATE, DELETE ON jobs, views, layouts, bulks, bulk_parts TO openbook_app;
