-- The foundation: workspaces and their credentials, contacts and what was observed of them.

DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'openbook_app') THEN
    CREATE ROLE openbook_app NOLOGIN;
  END IF;
  -- From PostgreSQL 16 on, who made a role may grant it but not act as it until it is granted.
  BEGIN
    EXECUTE format('GRANT openbook_app TO %I', current_user);
  EXCEPTION WHEN insufficient_privilege THEN
    NULL;  -- an administrator has granted it already, or the first connection says so
  END;
END $$;

CREATE TABLE api_tokens (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  scopes TEXT[] NOT NULL,
  token_hash BYTEA NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  revoked_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX api_tokens_token_hash ON api_tokens (token_hash);
COMMENT ON COLUMN api_tokens.token_hash IS 'SHA-256 of the token';

CREATE TABLE claims (
  workspace_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  origin_id UUID NOT NULL,
  field TEXT NOT NULL,
  trust SMALLINT NOT NULL,
  digest BIGINT NOT NULL,
  value JSONB NOT NULL,
  rank BIGINT NOT NULL,
  occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
  source SMALLINT NOT NULL,
  PRIMARY KEY (workspace_id, contact_id, origin_id, field, trust, digest)
);
COMMENT ON COLUMN claims.origin_id IS 'the device it was said on, or the contact itself: what a split gives back';
COMMENT ON COLUMN claims.field IS 'user_id, email, name or attribute.NAME';
COMMENT ON COLUMN claims.digest IS 'of the value''s canonical bytes';
COMMENT ON COLUMN claims.rank IS 'orders claims of equal trust';

-- The wide columns come first and texts last: no bytes are lost between them.
CREATE TABLE contacts (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  android_device_id UUID,
  ios_device_id UUID,
  user_id_at TIMESTAMP WITH TIME ZONE,
  email_at TIMESTAMP WITH TIME ZONE,
  name_at TIMESTAMP WITH TIME ZONE,
  page_at TIMESTAMP WITH TIME ZONE,
  page_tie BIGINT,
  last_page_viewed_at TIMESTAMP WITH TIME ZONE,
  screen_at TIMESTAMP WITH TIME ZONE,
  screen_tie BIGINT,
  connection_at TIMESTAMP WITH TIME ZONE,
  connection_tie BIGINT,
  latitude DOUBLE PRECISION,
  longitude DOUBLE PRECISION,
  accuracy_km DOUBLE PRECISION,
  browser_at TIMESTAMP WITH TIME ZONE,
  browser_tie BIGINT,
  language_at TIMESTAMP WITH TIME ZONE,
  language_tie BIGINT,
  timezone_at TIMESTAMP WITH TIME ZONE,
  timezone_tie BIGINT,
  referrer_at TIMESTAMP WITH TIME ZONE,
  referrer_tie BIGINT,
  campaign_at TIMESTAMP WITH TIME ZONE,
  campaign_tie BIGINT,
  android_at TIMESTAMP WITH TIME ZONE,
  android_tie BIGINT,
  ios_at TIMESTAMP WITH TIME ZONE,
  ios_tie BIGINT,
  first_seen_at TIMESTAMP WITH TIME ZONE,
  first_firm_at TIMESTAMP WITH TIME ZONE,
  first_utms_at TIMESTAMP WITH TIME ZONE,
  first_utms_tie BIGINT,
  firm_utms_at TIMESTAMP WITH TIME ZONE,
  firm_utms_tie BIGINT,
  last_seen_at TIMESTAMP WITH TIME ZONE,
  android_last_seen_at TIMESTAMP WITH TIME ZONE,
  ios_last_seen_at TIMESTAMP WITH TIME ZONE,
  unsubscribed_at TIMESTAMP WITH TIME ZONE,
  spam_at TIMESTAMP WITH TIME ZONE,
  last_activity_at TIMESTAMP WITH TIME ZONE,
  seen_hour INTEGER NOT NULL,
  web_sessions INTEGER,
  android_sessions INTEGER,
  ios_sessions INTEGER,
  kind SMALLINT NOT NULL,
  user_id_trust SMALLINT,
  user_id_source SMALLINT,
  email_trust SMALLINT,
  email_source SMALLINT,
  name_trust SMALLINT,
  name_source SMALLINT,
  page_from SMALLINT,
  screen_from SMALLINT,
  connection_from SMALLINT,
  browser_from SMALLINT,
  language_from SMALLINT,
  timezone_from SMALLINT,
  referrer_from SMALLINT,
  campaign_from SMALLINT,
  android_from SMALLINT,
  ios_from SMALLINT,
  unsubscribed BOOLEAN,
  spam BOOLEAN,
  email_key TEXT,
  country_code TEXT,
  browser_name TEXT,
  os TEXT,
  city TEXT,
  user_id TEXT,
  name TEXT,
  email TEXT,
  attributes JSONB,
  last_page_viewed TEXT,
  last_screen TEXT,
  ip INET,
  postal_code TEXT,
  region TEXT,
  country TEXT,
  isp TEXT,
  place_timezone TEXT,
  place_source TEXT,
  isp_source TEXT,
  browser_version TEXT,
  os_version TEXT,
  browser_variant TEXT,
  browser_language TEXT,
  timezone TEXT,
  referrer TEXT,
  utms JSONB,
  android_app_name TEXT,
  android_app_version TEXT,
  android_device TEXT,
  android_os_version TEXT,
  android_device_name TEXT,
  ios_app_name TEXT,
  ios_app_version TEXT,
  ios_device TEXT,
  ios_os_version TEXT,
  first_utms JSONB,
  firm_utms JSONB,
  bounce TEXT,
  unsubscribed_how TEXT,
  spam_by TEXT,
  PRIMARY KEY (workspace_id, id)
) WITH (fillfactor = 80);
CREATE INDEX contacts_email ON contacts (workspace_id, email_key text_pattern_ops) WHERE email_key IS NOT NULL;
CREATE INDEX contacts_seen ON contacts (workspace_id, seen_hour DESC, id DESC);
CREATE INDEX contacts_user_id ON contacts (workspace_id, user_id text_pattern_ops) WHERE user_id IS NOT NULL;
COMMENT ON COLUMN contacts.id IS 'version 7: ordered by creation';
COMMENT ON COLUMN contacts.kind IS '0 visitor, 1 lead, 2 user';
COMMENT ON COLUMN contacts.email_key IS 'what it is matched on';
COMMENT ON COLUMN contacts.android_device_id IS 'decides between equal times';
COMMENT ON COLUMN contacts.ios_device_id IS 'decides between equal times';
COMMENT ON COLUMN contacts.seen_hour IS 'hours since 1970 of the last time seen: coarse, so that the index rarely moves';

CREATE TABLE devices (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  contact_id UUID NOT NULL,
  page_at TIMESTAMP WITH TIME ZONE,
  page_tie BIGINT,
  last_page_viewed_at TIMESTAMP WITH TIME ZONE,
  screen_at TIMESTAMP WITH TIME ZONE,
  screen_tie BIGINT,
  connection_at TIMESTAMP WITH TIME ZONE,
  connection_tie BIGINT,
  latitude DOUBLE PRECISION,
  longitude DOUBLE PRECISION,
  accuracy_km DOUBLE PRECISION,
  browser_at TIMESTAMP WITH TIME ZONE,
  browser_tie BIGINT,
  language_at TIMESTAMP WITH TIME ZONE,
  language_tie BIGINT,
  timezone_at TIMESTAMP WITH TIME ZONE,
  timezone_tie BIGINT,
  referrer_at TIMESTAMP WITH TIME ZONE,
  referrer_tie BIGINT,
  campaign_at TIMESTAMP WITH TIME ZONE,
  campaign_tie BIGINT,
  android_at TIMESTAMP WITH TIME ZONE,
  android_tie BIGINT,
  ios_at TIMESTAMP WITH TIME ZONE,
  ios_tie BIGINT,
  first_seen_at TIMESTAMP WITH TIME ZONE,
  first_firm_at TIMESTAMP WITH TIME ZONE,
  first_utms_at TIMESTAMP WITH TIME ZONE,
  first_utms_tie BIGINT,
  firm_utms_at TIMESTAMP WITH TIME ZONE,
  firm_utms_tie BIGINT,
  last_seen_at TIMESTAMP WITH TIME ZONE,
  sealed_sessions INTEGER NOT NULL,
  session_count INTEGER NOT NULL,
  session_count_before INTEGER NOT NULL,
  page_from SMALLINT,
  screen_from SMALLINT,
  connection_from SMALLINT,
  browser_from SMALLINT,
  language_from SMALLINT,
  timezone_from SMALLINT,
  referrer_from SMALLINT,
  campaign_from SMALLINT,
  android_from SMALLINT,
  ios_from SMALLINT,
  retired BOOLEAN NOT NULL,
  platform TEXT NOT NULL,
  device_key TEXT NOT NULL,
  anonymous_id TEXT NOT NULL,
  sessions TSTZMULTIRANGE NOT NULL,
  country_code TEXT,
  browser_name TEXT,
  os TEXT,
  city TEXT,
  birth BYTEA,
  last_page_viewed TEXT,
  last_screen TEXT,
  ip INET,
  postal_code TEXT,
  region TEXT,
  country TEXT,
  isp TEXT,
  place_timezone TEXT,
  place_source TEXT,
  isp_source TEXT,
  browser_version TEXT,
  os_version TEXT,
  browser_variant TEXT,
  browser_language TEXT,
  timezone TEXT,
  referrer TEXT,
  utms JSONB,
  android_app_name TEXT,
  android_app_version TEXT,
  android_device TEXT,
  android_os_version TEXT,
  android_device_name TEXT,
  ios_app_name TEXT,
  ios_app_version TEXT,
  ios_device TEXT,
  ios_os_version TEXT,
  first_utms JSONB,
  firm_utms JSONB,
  PRIMARY KEY (workspace_id, id)
) WITH (fillfactor = 80);
CREATE INDEX devices_anonymous ON devices (workspace_id, anonymous_id);
CREATE INDEX devices_contact ON devices (workspace_id, contact_id);
COMMENT ON COLUMN devices.id IS 'made from anonymous id, platform, device key';
COMMENT ON COLUMN devices.platform IS 'web, android, ios; server: no device';
COMMENT ON COLUMN devices.birth IS 'digest of the first message''s id: proves the session';
COMMENT ON COLUMN devices.retired IS 'another person uses the device now';
COMMENT ON COLUMN devices.session_count_before IS 'before the last update: the difference is what the contact''s sum gains';

CREATE TABLE identities (
  workspace_id UUID NOT NULL,
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  contact_id UUID NOT NULL,
  trust SMALLINT NOT NULL,
  verified_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (workspace_id, field, value)
);
CREATE INDEX identities_contact ON identities (workspace_id, contact_id);
COMMENT ON COLUMN identities.field IS 'user_id or email';
COMMENT ON COLUMN identities.value IS 'normalised';

CREATE TABLE identity_keys (
  workspace_id UUID NOT NULL,
  kid TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  revoked_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (workspace_id, kid)
);
COMMENT ON COLUMN identity_keys.algorithm IS 'HS256 or EdDSA';
COMMENT ON COLUMN identity_keys.sealed IS 'encrypted with the instance''s secret';

CREATE TABLE merges (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  kept_id UUID NOT NULL,
  gone_id UUID NOT NULL,
  moved JSONB NOT NULL,
  merged_at TIMESTAMP WITH TIME ZONE NOT NULL,
  reason TEXT NOT NULL,
  undone_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX merges_gone ON merges (workspace_id, gone_id);
CREATE INDEX merges_kept ON merges (workspace_id, kept_id);
COMMENT ON COLUMN merges.moved IS 'what was re-pointed';

CREATE TABLE subscriptions (
  workspace_id UUID NOT NULL,
  address TEXT NOT NULL,
  unsubscribed BOOLEAN NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  how TEXT NOT NULL,
  PRIMARY KEY (workspace_id, address)
);

CREATE TABLE workspaces (
  id UUID NOT NULL,
  name TEXT NOT NULL,
  settings JSONB NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id)
);
COMMENT ON COLUMN workspaces.settings IS 'only what differs from the default';
COMMENT ON COLUMN workspaces.version IS 'grows with each change of what is allowed';

CREATE TABLE write_keys (
  workspace_id UUID NOT NULL,
  key TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  revoked_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (workspace_id, key)
);
CREATE UNIQUE INDEX write_keys_key ON write_keys (key);
COMMENT ON COLUMN write_keys.key IS 'public: it stands in the snippet';

-- Sessions: one a range, and one more for each full 24 hours of it.
CREATE FUNCTION count_sessions(ranges tstzmultirange) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(sum(1 + floor(extract(epoch FROM upper(r) - lower(r)) / 86400)), 0)::integer
  FROM unnest(ranges) AS r
$$;

-- What can still grow, and the number of what cannot: sessions that ended before the cut.
CREATE FUNCTION live_sessions(ranges tstzmultirange, cut timestamptz) RETURNS tstzmultirange
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN lower(ranges) >= cut OR isempty(ranges) THEN ranges
    ELSE (SELECT coalesce(range_agg(r), '{}') FROM unnest(ranges) AS r WHERE upper(r) >= cut) END
$$;
CREATE FUNCTION sealed_sessions(ranges tstzmultirange, cut timestamptz) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN lower(ranges) >= cut OR isempty(ranges) THEN 0
    ELSE count_sessions(ranges) - count_sessions(live_sessions(ranges, cut)) END
$$;

-- Coarse, so that a page view rarely moves an index: the hour a contact was last seen in.
CREATE FUNCTION seen_hour(last_seen_at timestamptz, first_seen_at timestamptz) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(floor(extract(epoch FROM coalesce(last_seen_at, first_seen_at)) / 3600), 0)::integer
$$;

-- A transaction sees the workspaces it named and no other. The setting is '' after SET LOCAL ends.
ALTER TABLE api_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON api_tokens
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[])
    OR encode(token_hash, 'hex') = (SELECT current_setting('openbook.credential', true)))
  WITH CHECK (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
ALTER TABLE claims ENABLE ROW LEVEL SECURITY;
ALTER TABLE claims FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON claims
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
ALTER TABLE contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE contacts FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON contacts
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
ALTER TABLE devices ENABLE ROW LEVEL SECURITY;
ALTER TABLE devices FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON devices
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
ALTER TABLE identities ENABLE ROW LEVEL SECURITY;
ALTER TABLE identities FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON identities
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
ALTER TABLE identity_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON identity_keys
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
ALTER TABLE merges ENABLE ROW LEVEL SECURITY;
ALTER TABLE merges FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON merges
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
ALTER TABLE subscriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE subscriptions FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON subscriptions
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
ALTER TABLE write_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE write_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON write_keys
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[])
    OR key = (SELECT current_setting('openbook.credential', true)))
  WITH CHECK (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO openbook_app;
REVOKE ALL ON alembic_version FROM openbook_app;
GRANT SELECT ON alembic_version TO openbook_app;
