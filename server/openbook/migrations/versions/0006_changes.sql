-- Who changed what, by ids.

CREATE TABLE changes (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  actor TEXT NOT NULL,
  actor_id UUID,
  action TEXT NOT NULL,
  subject TEXT,
  detail JSONB NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX changes_subject ON changes (workspace_id, subject, id);
COMMENT ON COLUMN changes.id IS 'version 7: ordered by time';
COMMENT ON COLUMN changes.actor IS 'person, token or command';
COMMENT ON COLUMN changes.action IS 'what was done, as in contact.changed';
COMMENT ON COLUMN changes.subject IS 'the id of what was changed; it may be gone by now';
COMMENT ON COLUMN changes.detail IS 'ids, roles, names of fields and settings';

ALTER TABLE changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE changes FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON changes
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));

GRANT SELECT, INSERT, UPDATE, DELETE ON changes TO openbook_app;
