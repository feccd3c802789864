-- Live chat: conversations, who may read them, files, and the words the team sorts by.

CREATE TABLE chat_sessions (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  contact_id UUID,
  origin_id UUID,
  token_hash BYTEA NOT NULL,
  former_hash BYTEA,
  former_until TIMESTAMP WITH TIME ZONE,
  device_id UUID,
  subject TEXT,
  linked_id UUID,
  lasting BOOLEAN NOT NULL,
  locale TEXT,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  rotated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX chat_sessions_contact ON chat_sessions (workspace_id, contact_id);
CREATE INDEX chat_sessions_expires ON chat_sessions (workspace_id, expires_at);
CREATE INDEX chat_sessions_former ON chat_sessions (workspace_id, former_hash);
CREATE UNIQUE INDEX chat_sessions_token ON chat_sessions (workspace_id, token_hash);
COMMENT ON COLUMN chat_sessions.contact_id IS 'null until the first message makes or finds a contact';
COMMENT ON COLUMN chat_sessions.origin_id IS 'the contact it began with';
COMMENT ON COLUMN chat_sessions.token_hash IS 'SHA-256 of the token';
COMMENT ON COLUMN chat_sessions.former_hash IS 'of the token before';
COMMENT ON COLUMN chat_sessions.former_until IS 'null: it is good until the new one is first used';
COMMENT ON COLUMN chat_sessions.device_id IS 'the device it proved to be; null: none was proved';
COMMENT ON COLUMN chat_sessions.subject IS 'the user id that a signature proved';
COMMENT ON COLUMN chat_sessions.linked_id IS 'the conversation that a link in a mail opened to it';
COMMENT ON COLUMN chat_sessions.lasting IS 'false: forgotten when the page closes';
COMMENT ON COLUMN chat_sessions.locale IS 'the language that the widget speaks';
COMMENT ON COLUMN chat_sessions.seen_at IS 'to the minute';
COMMENT ON COLUMN chat_sessions.expires_at IS 'a session that is over has no row';
ALTER TABLE chat_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE chat_sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON chat_sessions
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON chat_sessions TO openbook_app;

CREATE TABLE conversations (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  contact_id UUID NOT NULL,
  origin_id UUID NOT NULL,
  session_id UUID,
  device_id UUID,
  subject TEXT,
  cid TEXT NOT NULL,
  status SMALLINT NOT NULL,
  snoozed_until TIMESTAMP WITH TIME ZONE,
  merged_into UUID,
  assignee_id UUID,
  last_seq INTEGER NOT NULL,
  last_public_seq INTEGER NOT NULL,
  contact_seq INTEGER NOT NULL,
  read_public_seq INTEGER NOT NULL,
  received_public_seq INTEGER NOT NULL,
  team_public_seq INTEGER NOT NULL,
  preview TEXT NOT NULL,
  last_author SMALLINT NOT NULL,
  waiting_since TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  last_at TIMESTAMP WITH TIME ZONE NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  mailed_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX conversations_cid ON conversations (workspace_id, session_id, cid);
CREATE INDEX conversations_contact ON conversations (workspace_id, contact_id);
CREATE INDEX conversations_device ON conversations (workspace_id, device_id);
CREATE INDEX conversations_list ON conversations (workspace_id, status, last_at, id);
CREATE INDEX conversations_recent ON conversations (workspace_id, last_at, id);
CREATE INDEX conversations_subject ON conversations (workspace_id, subject);
CREATE UNIQUE INDEX conversations_team_cid ON conversations (workspace_id, origin_id, cid) WHERE session_id IS NULL;
COMMENT ON COLUMN conversations.id IS 'version 7: ordered by creation';
COMMENT ON COLUMN conversations.origin_id IS 'the contact it began with';
COMMENT ON COLUMN conversations.session_id IS 'the chat session that opened it; null: the team did';
COMMENT ON COLUMN conversations.device_id IS 'who proves to be this device may read it';
COMMENT ON COLUMN conversations.subject IS 'who proves to be this user may read it';
COMMENT ON COLUMN conversations.cid IS 'the client''s name for it: twice is once';
COMMENT ON COLUMN conversations.status IS '0 open, 1 snoozed, 2 closed, 3 merged';
COMMENT ON COLUMN conversations.merged_into IS 'the conversation that took over its messages';
COMMENT ON COLUMN conversations.last_seq IS 'of all messages, notes included';
COMMENT ON COLUMN conversations.last_public_seq IS 'of what the contact may read';
COMMENT ON COLUMN conversations.contact_seq IS 'of the contact''s latest message';
COMMENT ON COLUMN conversations.read_public_seq IS 'how far the contact has read';
COMMENT ON COLUMN conversations.received_public_seq IS 'how far it has arrived there';
COMMENT ON COLUMN conversations.team_public_seq IS 'how far anybody here has read';
COMMENT ON COLUMN conversations.preview IS 'how the latest message begins';
COMMENT ON COLUMN conversations.last_author IS 'as in messages';
COMMENT ON COLUMN conversations.waiting_since IS 'the contact''s first message that nobody answered';
COMMENT ON COLUMN conversations.last_at IS 'of the latest message';
COMMENT ON COLUMN conversations.mailed_at IS 'when the contact was last told by mail of a reply';
ALTER TABLE conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversations FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON conversations
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON conversations TO openbook_app;

CREATE TABLE messages (
  workspace_id UUID NOT NULL,
  conversation_id UUID NOT NULL,
  seq INTEGER NOT NULL,
  public_seq INTEGER,
  contact_id UUID NOT NULL,
  origin_id UUID NOT NULL,
  id UUID NOT NULL,
  cid TEXT NOT NULL,
  author SMALLINT NOT NULL,
  user_id UUID,
  kind SMALLINT NOT NULL,
  text TEXT NOT NULL,
  event JSONB,
  file_ids UUID[] NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (workspace_id, conversation_id, seq)
);
CREATE UNIQUE INDEX messages_cid ON messages (workspace_id, conversation_id, author, cid);
CREATE INDEX messages_contact ON messages (workspace_id, contact_id);
COMMENT ON COLUMN messages.seq IS '1, 2, 3, ... without a gap';
COMMENT ON COLUMN messages.public_seq IS '1, 2, 3, ... of what the contact may read; null: never';
COMMENT ON COLUMN messages.origin_id IS 'the contact it began with';
COMMENT ON COLUMN messages.cid IS 'the sender''s name for it: twice is once';
COMMENT ON COLUMN messages.author IS '0 contact, 1 team, 2 openbook itself';
COMMENT ON COLUMN messages.user_id IS 'who of the team';
COMMENT ON COLUMN messages.kind IS '0 message, 1 note, 2 what happened';
COMMENT ON COLUMN messages.event IS 'what happened: its name and ids, no words';
ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE messages FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON messages
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON messages TO openbook_app;

CREATE TABLE conversation_words (
  workspace_id UUID NOT NULL,
  conversation_id UUID NOT NULL,
  word TEXT COLLATE "C" NOT NULL,
  contact_id UUID NOT NULL,
  origin_id UUID NOT NULL,
  PRIMARY KEY (workspace_id, conversation_id, word)
);
CREATE INDEX conversation_words_contact ON conversation_words (workspace_id, contact_id);
CREATE INDEX conversation_words_word ON conversation_words (workspace_id, word, conversation_id);
COMMENT ON COLUMN conversation_words.word IS 'of its messages and notes: see openbook/words.py';
COMMENT ON COLUMN conversation_words.origin_id IS 'the contact it began with';
ALTER TABLE conversation_words ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversation_words FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON conversation_words
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON conversation_words TO openbook_app;

CREATE TABLE files (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  contact_id UUID,
  origin_id UUID,
  conversation_id UUID,
  session_id UUID,
  user_id UUID,
  private BOOLEAN NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  width INTEGER,
  height INTEGER,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX files_contact ON files (workspace_id, contact_id);
CREATE INDEX files_conversation ON files (workspace_id, conversation_id);
COMMENT ON COLUMN files.origin_id IS 'the contact it began with';
COMMENT ON COLUMN files.conversation_id IS 'null until it is sent';
COMMENT ON COLUMN files.session_id IS 'the chat session that brought it';
COMMENT ON COLUMN files.user_id IS 'who of the team brought it';
COMMENT ON COLUMN files.private IS 'in a note: never for the contact';
COMMENT ON COLUMN files.media_type IS 'read from its content, not believed';
COMMENT ON COLUMN files.size IS 'bytes';
COMMENT ON COLUMN files.width IS 'pixels, of pictures';
ALTER TABLE files ENABLE ROW LEVEL SECURITY;
ALTER TABLE files FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON files
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON files TO openbook_app;

CREATE TABLE file_parts (
  workspace_id UUID NOT NULL,
  file_id UUID NOT NULL,
  number INTEGER NOT NULL,
  contact_id UUID,
  origin_id UUID,
  content BYTEA NOT NULL,
  PRIMARY KEY (workspace_id, file_id, number)
);
CREATE INDEX file_parts_contact ON file_parts (workspace_id, contact_id);
COMMENT ON COLUMN file_parts.number IS '0, 1, 2, ... of 256 KiB each';
COMMENT ON COLUMN file_parts.origin_id IS 'the contact it began with';
ALTER TABLE file_parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE file_parts FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON file_parts
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON file_parts TO openbook_app;

CREATE TABLE reply_links (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  contact_id UUID NOT NULL,
  origin_id UUID NOT NULL,
  conversation_id UUID NOT NULL,
  token_hash BYTEA NOT NULL,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  sent_at TIMESTAMP WITH TIME ZONE,
  used_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX reply_links_contact ON reply_links (workspace_id, contact_id);
CREATE INDEX reply_links_conversation ON reply_links (workspace_id, conversation_id);
CREATE INDEX reply_links_email ON reply_links (workspace_id, email_key, created_at);
CREATE UNIQUE INDEX reply_links_token ON reply_links (workspace_id, token_hash);
COMMENT ON COLUMN reply_links.origin_id IS 'the contact it began with';
COMMENT ON COLUMN reply_links.token_hash IS 'SHA-256 of what the mail carries';
COMMENT ON COLUMN reply_links.email IS 'where it was sent';
COMMENT ON COLUMN reply_links.email_key IS 'as it is matched';
COMMENT ON COLUMN reply_links.sent_at IS 'null: the mail server has not taken it yet';
ALTER TABLE reply_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE reply_links FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON reply_links
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON reply_links TO openbook_app;

CREATE TABLE conversation_reads (
  workspace_id UUID NOT NULL,
  user_id UUID NOT NULL,
  conversation_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  origin_id UUID NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, user_id, conversation_id)
);
CREATE INDEX conversation_reads_contact ON conversation_reads (workspace_id, contact_id);
CREATE INDEX conversation_reads_conversation ON conversation_reads (workspace_id, conversation_id);
COMMENT ON COLUMN conversation_reads.origin_id IS 'the contact it began with';
COMMENT ON COLUMN conversation_reads.seq IS 'how far this member has read';
ALTER TABLE conversation_reads ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversation_reads FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON conversation_reads
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON conversation_reads TO openbook_app;

CREATE TABLE mentions (
  workspace_id UUID NOT NULL,
  user_id UUID NOT NULL,
  conversation_id UUID NOT NULL,
  seq INTEGER NOT NULL,
  contact_id UUID NOT NULL,
  origin_id UUID NOT NULL,
  seen_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (workspace_id, user_id, conversation_id, seq)
);
CREATE INDEX mentions_contact ON mentions (workspace_id, contact_id);
CREATE INDEX mentions_conversation ON mentions (workspace_id, conversation_id, seq);
COMMENT ON COLUMN mentions.origin_id IS 'the contact it began with';
ALTER TABLE mentions ENABLE ROW LEVEL SECURITY;
ALTER TABLE mentions FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON mentions
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON mentions TO openbook_app;

CREATE TABLE canned_replies (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  shortcut TEXT NOT NULL,
  text TEXT NOT NULL,
  made_by UUID NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX canned_replies_shortcut ON canned_replies (workspace_id, shortcut);
COMMENT ON COLUMN canned_replies.shortcut IS 'what is typed after the slash';
ALTER TABLE canned_replies ENABLE ROW LEVEL SECURITY;
ALTER TABLE canned_replies FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON canned_replies
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON canned_replies TO openbook_app;

CREATE TABLE chat_settings (
  workspace_id UUID NOT NULL,
  settings JSONB NOT NULL,
  avatar BYTEA,
  version INTEGER NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (workspace_id)
);
COMMENT ON COLUMN chat_settings.settings IS 'only what differs from the default';
COMMENT ON COLUMN chat_settings.avatar IS 'a small WebP that we made ourselves';
ALTER TABLE chat_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE chat_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON chat_settings
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON chat_settings TO openbook_app;

CREATE TABLE tags (
  workspace_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  colour TEXT NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX tags_name ON tags (workspace_id, name_key);
COMMENT ON COLUMN tags.name_key IS 'lower case: one name, one tag';
COMMENT ON COLUMN tags.colour IS 'a name of the palette';
ALTER TABLE tags ENABLE ROW LEVEL SECURITY;
ALTER TABLE tags FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON tags
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON tags TO openbook_app;

CREATE TABLE contact_tags (
  workspace_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  tag_id UUID NOT NULL,
  origin_id UUID NOT NULL,
  given_by UUID,
  given_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (workspace_id, contact_id, tag_id, origin_id)
);
CREATE INDEX contact_tags_tag ON contact_tags (workspace_id, tag_id, contact_id);
COMMENT ON COLUMN contact_tags.origin_id IS 'the contact it was given to';
COMMENT ON COLUMN contact_tags.given_by IS 'a person or a token; null: a command';
ALTER TABLE contact_tags ENABLE ROW LEVEL SECURITY;
ALTER TABLE contact_tags FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON contact_tags
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON contact_tags TO openbook_app;

CREATE TABLE conversation_tags (
  workspace_id UUID NOT NULL,
  conversation_id UUID NOT NULL,
  tag_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  origin_id UUID NOT NULL,
  given_by UUID NOT NULL,
  given_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (workspace_id, conversation_id, tag_id)
);
CREATE INDEX conversation_tags_contact ON conversation_tags (workspace_id, contact_id);
CREATE INDEX conversation_tags_tag ON conversation_tags (workspace_id, tag_id);
COMMENT ON COLUMN conversation_tags.origin_id IS 'the contact it began with';
ALTER TABLE conversation_tags ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversation_tags FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON conversation_tags
  USING (workspace_id = ANY ((SELECT nullif(current_setting('openbook.workspaces', true), '')::uuid[])::uuid[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON conversation_tags TO openbook_app;

-- Which tag an action on many contacts gives or takes.
ALTER TABLE bulks ADD COLUMN tag_id UUID;
COMMENT ON COLUMN bulks.tag_id IS 'the one to give or to take';
