-- The team: people, memberships, invitations, sessions, second factors.

CREATE TABLE users (
  id UUID NOT NULL,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  name TEXT NOT NULL,
  password_hash TEXT,
  password_at TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX users_email_key ON users (email_key);
COMMENT ON COLUMN users.email IS 'as it was typed';
COMMENT ON COLUMN users.email_key IS 'what a person is found by';
COMMENT ON COLUMN users.password_hash IS 'argon2id; null where there is no password';

CREATE TABLE memberships (
  workspace_id UUID NOT NULL,
  user_id UUID NOT NULL,
  role TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX memberships_user ON memberships (user_id);
COMMENT ON COLUMN memberships.role IS 'owner, admin, agent or viewer';

CREATE TABLE invitations (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  role TEXT NOT NULL,
  token_hash BYTEA NOT NULL,
  invited_by UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  accepted_at TIMESTAMP WITH TIME ZONE,
  revoked_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX invitations_token_hash ON invitations (token_hash);
COMMENT ON COLUMN invitations.email_key IS 'whose invitation it is: nobody else''s';
COMMENT ON COLUMN invitations.token_hash IS 'SHA-256 of the token in the link';

CREATE TABLE sessions (
  id UUID NOT NULL,
  user_id UUID NOT NULL,
  token_hash BYTEA NOT NULL,
  method TEXT NOT NULL,
  second_factor BOOLEAN NOT NULL,
  agent TEXT NOT NULL,
  chosen UUID,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
  confirmed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX sessions_token_hash ON sessions (token_hash);
CREATE INDEX sessions_user ON sessions (user_id);
COMMENT ON COLUMN sessions.token_hash IS 'SHA-256 of the cookie';
COMMENT ON COLUMN sessions.method IS 'how the person signed in';
COMMENT ON COLUMN sessions.second_factor IS 'whether one was asked and given';
COMMENT ON COLUMN sessions.agent IS 'the browser, as it called itself';
COMMENT ON COLUMN sessions.chosen IS 'the workspace switched to last';
COMMENT ON COLUMN sessions.seen_at IS 'to the minute';
COMMENT ON COLUMN sessions.confirmed_at IS 'last proved';

CREATE TABLE one_time_tokens (
  token_hash BYTEA NOT NULL,
  purpose TEXT NOT NULL,
  user_id UUID,
  about JSONB,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (token_hash)
);
CREATE INDEX one_time_tokens_expires ON one_time_tokens (expires_at);
CREATE INDEX one_time_tokens_user ON one_time_tokens (user_id);
COMMENT ON COLUMN one_time_tokens.token_hash IS 'SHA-256 of the token';
COMMENT ON COLUMN one_time_tokens.purpose IS 'what it is good for, and for nothing else';
COMMENT ON COLUMN one_time_tokens.user_id IS 'null: whoever comes first, as the first owner does';
COMMENT ON COLUMN one_time_tokens.about IS 'what was decided when it was made';

CREATE TABLE attempts (
  key BYTEA NOT NULL,
  free_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (key)
);
CREATE INDEX attempts_free ON attempts (free_at);
COMMENT ON COLUMN attempts.key IS 'keyed digest of what is counted';
COMMENT ON COLUMN attempts.free_at IS 'when all is forgotten';

CREATE TABLE totp_secrets (
  user_id UUID NOT NULL,
  sealed BYTEA NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  confirmed_at TIMESTAMP WITH TIME ZONE,
  last_step BIGINT NOT NULL,
  PRIMARY KEY (user_id)
);
COMMENT ON COLUMN totp_secrets.sealed IS 'encrypted with the instance''s secret';
COMMENT ON COLUMN totp_secrets.confirmed_at IS 'null: asked for, not in force';
COMMENT ON COLUMN totp_secrets.last_step IS 'of the last code taken: never again';

CREATE TABLE recovery_codes (
  user_id UUID NOT NULL,
  code_hash BYTEA NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (user_id, code_hash)
);
COMMENT ON COLUMN recovery_codes.code_hash IS 'SHA-256: a code has 80 bits';

ALTER TABLE api_tokens ADD COLUMN used_at TIMESTAMP WITH TIME ZONE;
COMMENT ON COLUMN api_tokens.used_at IS 'to the minute';
ALTER TABLE write_keys ADD COLUMN origins TEXT[];
COMMENT ON COLUMN write_keys.origins IS 'pages that may send with it; null: all';

-- A transaction sees the workspaces it named; whoever signs in sees, and may only see, where they
-- belong; the holder of an invitation sees that invitation.
ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON memberships
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
CREATE POLICY person ON memberships FOR SELECT
  USING (user_id = (SELECT nullif(current_setting('openbook.person', true), '')::uuid));
ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON invitations
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
CREATE POLICY holder ON invitations FOR SELECT
  USING (encode(token_hash, 'hex') = (SELECT current_setting('openbook.credential', true)));

GRANT SELECT, INSERT, UPDATE, DELETE ON users, memberships, invitations, sessions, one_time_tokens,
  attempts, totp_secrets, recovery_codes TO openbook_app;
