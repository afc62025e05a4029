-- schema.sql: the whole database of a new installation, version 4.
-- Runs alike on MySQL 8 and MariaDB 10.11. Applied by `barazactl migrate`;
-- an older database gets migrate/NNNN-what.sql instead.
--
-- Conventions: ids are 128 bits, time-ordered, BINARY(16). Times are UTC.
-- What must compare byte by byte (external ids, client ids) is VARBINARY.
-- JSON is kept as text, so that it comes back as it was written. Every row of
-- a tenant carries workspace_id, and every statement binds it first.

CREATE TABLE schema_version (
  version     INT UNSIGNED NOT NULL COMMENT 'number of the schema or migration',
  name        VARCHAR(100) NOT NULL COMMENT 'file that brought it',
  applied_at  DATETIME(6)  NOT NULL COMMENT 'when',
  PRIMARY KEY (version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='which versions of this file and its migrations were applied';

CREATE TABLE workspaces (
  id          BINARY(16)   NOT NULL COMMENT 'id',
  name        VARCHAR(100) NOT NULL COMMENT 'shown in the console',
  created_at  DATETIME(6)  NOT NULL COMMENT 'when it was made',
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='tenants: everything else belongs to one of them';

CREATE TABLE users (
  id            BINARY(16)   NOT NULL COMMENT 'id',
  workspace_id  BINARY(16)   NOT NULL COMMENT 'tenant',
  email         VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'login name, lower case',
  display_name  VARCHAR(100) NOT NULL COMMENT 'shown to colleagues and visitors',
  role          VARCHAR(16)  CHARACTER SET ascii NOT NULL COMMENT 'agent or admin',
  password_hash VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'argon2id in PHC form',
  disabled_at   DATETIME(6)  NULL COMMENT 'set: may not log in',
  created_at    DATETIME(6)  NOT NULL COMMENT 'when the account was made',
  PRIMARY KEY (id),
  UNIQUE KEY users_email (email),
  KEY users_workspace (workspace_id, display_name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='people who use the console: agents and admins';

CREATE TABLE logins (
  token_hash    BINARY(32)   NOT NULL COMMENT 'SHA-256 of the session cookie',
  user_id       BINARY(16)   NOT NULL COMMENT 'who',
  workspace_id  BINARY(16)   NOT NULL COMMENT 'tenant',
  created_at    DATETIME(6)  NOT NULL COMMENT 'time of the login',
  seen_at       DATETIME(6)  NOT NULL COMMENT 'last use, to the minute',
  expires_at    DATETIME(6)  NOT NULL COMMENT 'absolute end',
  address       VARBINARY(64) NOT NULL COMMENT 'address of the browser at login',
  PRIMARY KEY (token_hash),
  KEY logins_user (user_id),
  KEY logins_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='browser sessions of users';

CREATE TABLE login_fails (
  subject       BINARY(32)   NOT NULL COMMENT 'SHA-256 of "account:" + e-mail or "address:" + network',
  fails         INT UNSIGNED NOT NULL COMMENT 'failed tries in the window',
  first_at      DATETIME(6)  NOT NULL COMMENT 'start of the window',
  blocked_until DATETIME(6)  NULL COMMENT 'no try before this',
  PRIMARY KEY (subject),
  KEY login_fails_first (first_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='login throttling, kept over restarts';

CREATE TABLE chatbots (
  id            BINARY(16)   NOT NULL COMMENT 'id',
  workspace_id  BINARY(16)   NOT NULL COMMENT 'tenant',
  name          VARCHAR(100) NOT NULL COMMENT 'shown as the sender of its messages',
  description   TEXT         NOT NULL COMMENT 'for the team',
  category      VARCHAR(100) NOT NULL DEFAULT '' COMMENT 'free label for the team; may be empty',
  is_active     TINYINT      NOT NULL DEFAULT 1 COMMENT '0: the bot answers nobody',
  webhook_url   VARCHAR(2000) NOT NULL DEFAULT '' COMMENT 'where its events go; empty: nowhere',
  webhook_secret VARBINARY(255) NULL COMMENT 'sealed; signs those events; NULL: none was asked for so far',
  created_at    DATETIME(6)  NOT NULL COMMENT 'when it was made',
  updated_at    DATETIME(6)  NOT NULL COMMENT 'last change; created_at: none so far',
  PRIMARY KEY (id),
  UNIQUE KEY chatbots_name (workspace_id, name),
  KEY chatbots_workspace (workspace_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='bots that answer visitors';

CREATE TABLE flows (
  id            BINARY(16)   NOT NULL COMMENT 'id',
  workspace_id  BINARY(16)   NOT NULL COMMENT 'tenant',
  chatbot_id    BINARY(16)   NOT NULL COMMENT 'the bot that it drives',
  name          VARCHAR(100) NOT NULL COMMENT 'for the team',
  type          VARCHAR(16)  CHARACTER SET ascii NOT NULL DEFAULT 'conversation' COMMENT 'conversation or meta',
  draft         MEDIUMTEXT   NOT NULL COMMENT 'flow JSON being edited',
  published     MEDIUMTEXT   NULL COMMENT 'flow JSON that runs: a checked snapshot of draft',
  version       INT UNSIGNED NOT NULL COMMENT 'counts publications',
  published_at  DATETIME(6)  NULL COMMENT 'since when it is published; NULL: it is not',
  created_at    DATETIME(6)  NOT NULL COMMENT 'when it was made',
  updated_at    DATETIME(6)  NOT NULL COMMENT 'last change of name or draft; created_at: none so far',
  PRIMARY KEY (id),
  KEY flows_chatbot (workspace_id, chatbot_id, published_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='flows; a bot runs the one conversation flow that is published';

CREATE TABLE integrations (
  id              BINARY(16)   NOT NULL COMMENT 'id; the channel_id of the agent surface',
  workspace_id    BINARY(16)   NOT NULL COMMENT 'tenant',
  chatbot_id      BINARY(16)   NULL COMMENT 'the bot that answers here; NULL: people only',
  blueprint_id    BINARY(16)   NULL COMMENT 'where options come from that settings does not have; NULL: nowhere',
  type            VARCHAR(32)  CHARACTER SET ascii NOT NULL COMMENT 'web_chat, api_chat, whatsapp, rest_api, mcp, api, or gone: deleted, kept for its conversations',
  slot            VARBINARY(420) NULL COMMENT 'what its bot has once: the type, or mcp: or api: and the name; NULL: any number',
  name            VARCHAR(100) NOT NULL COMMENT 'for the team; default title of the widget',
  alias           VARCHAR(128) CHARACTER SET ascii NULL COMMENT 'another name in addresses, lower case; NULL: none',
  description     TEXT         NULL COMMENT 'for the team; NULL: none',
  meta            TEXT         NULL COMMENT 'JSON object of the owner; NULL: none',
  token_hash      BINARY(32)   NULL COMMENT 'SHA-256 of the embed token',
  allowed_origins TEXT         NOT NULL COMMENT 'normalised origins, one per line; empty: all',
  settings        MEDIUMTEXT   NOT NULL COMMENT 'JSON object: title, greeting, colour and so on',
  secrets         MEDIUMBLOB   NULL COMMENT 'sealed JSON object: keys and tokens of its type',
  disabled_at     DATETIME(6)  NULL COMMENT 'set: refuses visitors',
  created_at      DATETIME(6)  NOT NULL COMMENT 'when it was made',
  updated_at      DATETIME(6)  NOT NULL COMMENT 'last change',
  PRIMARY KEY (id),
  UNIQUE KEY integrations_token (token_hash),
  UNIQUE KEY integrations_slot (chatbot_id, slot),
  KEY integrations_workspace (workspace_id, type, id),
  KEY integrations_chatbot (workspace_id, chatbot_id, id),
  UNIQUE KEY integrations_alias (workspace_id, alias),
  KEY integrations_blueprint (workspace_id, blueprint_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='ways in: a widget on a site, later other channels';

CREATE TABLE contacts (
  id              BINARY(16)     NOT NULL COMMENT 'id; end_user.id',
  workspace_id    BINARY(16)     NOT NULL COMMENT 'tenant',
  integration_id  BINARY(16)     NOT NULL COMMENT 'where this person came in',
  person_id       BINARY(16)     NULL COMMENT 'who it is, when that is known',
  external_id     VARBINARY(255) NOT NULL COMMENT 'what the channel calls this person; a secret of the visitor',
  user_key        VARBINARY(100) NULL COMMENT 'what the page says who it is: e-mail address or telephone number, made uniform; NULL: nothing',
  is_verified     TINYINT        NOT NULL DEFAULT 0 COMMENT '1: the page proved it',
  display_name    VARCHAR(100)   NOT NULL COMMENT 'shown in the inbox; may be empty',
  attributes      TEXT           NOT NULL COMMENT 'JSON object: page, language and so on',
  created_at      DATETIME(6)    NOT NULL COMMENT 'first seen',
  updated_at      DATETIME(6)    NOT NULL COMMENT 'last change',
  PRIMARY KEY (id),
  UNIQUE KEY contacts_external (integration_id, external_id),
  KEY contacts_workspace (workspace_id, id),
  KEY contacts_person (workspace_id, person_id, id),
  KEY contacts_user (integration_id, user_key, id),
  KEY contacts_came (workspace_id, integration_id, created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='end users';

CREATE TABLE conversations (
  id                 BINARY(16)      NOT NULL COMMENT 'id',
  workspace_id       BINARY(16)      NOT NULL COMMENT 'tenant',
  integration_id     BINARY(16)      NOT NULL COMMENT 'channel',
  contact_id         BINARY(16)      NOT NULL COMMENT 'the end user; one conversation each',
  chatbot_id         BINARY(16)      NULL COMMENT 'the bot that answers here',
  channel            VARCHAR(16)     CHARACTER SET ascii NOT NULL DEFAULT 'web' COMMENT 'web, api, whatsapp, sms or rest-api: of its integration',
  meta               TEXT            NULL COMMENT 'JSON object of the one who made it; NULL: none',
  last_seq           BIGINT UNSIGNED NOT NULL COMMENT 'seq of the newest message; 0: none',
  last_visitor_seq   BIGINT UNSIGNED NOT NULL COMMENT 'seq of the newest message of the end user',
  open_session_id    BINARY(16)      NULL COMMENT 'the open session, NULL after resolving',
  assigned_agent_id  BINARY(16)      NULL COMMENT 'copy from the open session, for the inbox index',
  is_waiting         TINYINT         NOT NULL COMMENT '1: open session with a visitor message and no agent',
  is_handed_off      TINYINT         NOT NULL DEFAULT 0 COMMENT '1: in the open session the bot handed over to people',
  status             TINYINT         AS (CASE WHEN open_session_id IS NULL THEN 4 WHEN assigned_agent_id IS NOT NULL THEN 3 WHEN is_handed_off = 1 THEN 2 ELSE 1 END) STORED COMMENT '1 active, 2 handoff pending, 3 agent active, 4 closed',
  completed_at       DATETIME(6)     NULL COMMENT 'when its flow first came to an end',
  expires_at         DATETIME(6)     NULL COMMENT 'when to look whether it ends for silence; NULL: it does not',
  visitor_delivered_seq BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'the end user has received everything up to here',
  visitor_read_seq   BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'the end user has read up to here',
  agent_delivered_seq BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'some agent has received everything up to here',
  agent_read_seq     BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'some agent has read up to here',
  created_at         DATETIME(6)     NOT NULL COMMENT 'when it was made',
  updated_at         DATETIME(6)     NOT NULL COMMENT 'last message or change of the session',
  PRIMARY KEY (id),
  UNIQUE KEY conversations_contact (contact_id),
  KEY conversations_all (workspace_id, updated_at, id),
  KEY conversations_waiting (workspace_id, is_waiting, updated_at, id),
  KEY conversations_agent (workspace_id, assigned_agent_id, updated_at, id),
  KEY conversations_chatbot (workspace_id, chatbot_id, id),
  KEY conversations_status (workspace_id, chatbot_id, status, id),
  KEY conversations_channel (workspace_id, chatbot_id, channel, id),
  KEY conversations_filter (workspace_id, chatbot_id, channel, status, id),
  KEY conversations_expires (expires_at),
  KEY conversations_completed (completed_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='one per end user and channel; its row lock orders its messages';

CREATE TABLE conversation_sessions (
  id                 BINARY(16)   NOT NULL COMMENT 'id',
  workspace_id       BINARY(16)   NOT NULL COMMENT 'tenant',
  conversation_id    BINARY(16)   NOT NULL COMMENT 'conversation',
  status             VARCHAR(16)  CHARACTER SET ascii NOT NULL COMMENT 'open or resolved',
  assigned_agent_id  BINARY(16)   NULL COMMENT 'user who claimed it',
  tags               TEXT         NOT NULL COMMENT 'JSON array of texts',
  handoff_at         DATETIME(6)  NULL COMMENT 'when the bot handed over to people',
  first_message_at   DATETIME(6)  NULL COMMENT 'first message of the end user',
  assigned_at        DATETIME(6)  NULL COMMENT 'when it was claimed',
  resolved_at        DATETIME(6)  NULL COMMENT 'when it was resolved',
  resolved_by        BINARY(16)   NULL COMMENT 'user who resolved it',
  created_at         DATETIME(6)  NOT NULL COMMENT 'when it was opened',
  PRIMARY KEY (id),
  KEY sessions_conversation (workspace_id, conversation_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='support interactions: open, then resolved; the next visitor message opens another';

CREATE TABLE messages (
  conversation_id  BINARY(16)      NOT NULL COMMENT 'conversation',
  seq              BIGINT UNSIGNED NOT NULL COMMENT 'place in the conversation: 1, 2, 3 without holes',
  id               BINARY(16)      NOT NULL COMMENT 'id on the wire',
  workspace_id     BINARY(16)      NOT NULL COMMENT 'tenant',
  session_id       BINARY(16)      NOT NULL COMMENT 'session that it belongs to',
  sender_type      VARCHAR(16)     CHARACTER SET ascii NOT NULL COMMENT 'end_user, agent or bot',
  sender_id        VARBINARY(255)  NOT NULL COMMENT 'external id, or UUID of the user or bot',
  content_type     VARCHAR(16)     CHARACTER SET ascii NOT NULL COMMENT 'text, image, file, quick_button, carousel, dropdown, list, video, audio or form',
  content          TEXT            NOT NULL COMMENT 'text or caption',
  rich_media       MEDIUMTEXT      NULL COMMENT 'JSON object for the content type',
  read_by          TEXT            NULL COMMENT 'JSON object: reader to time; NULL: nobody yet',
  client_id        VARBINARY(64)   NULL COMMENT 'name given by the sender: the same name is stored once',
  answers          BIGINT UNSIGNED NULL COMMENT 'of a bot: seq of the message that it answers, 0: of none; NULL: of people, or not known',
  created_at       DATETIME(6)     NOT NULL COMMENT 'when it was stored',
  PRIMARY KEY (conversation_id, seq),
  UNIQUE KEY messages_client (conversation_id, client_id),
  UNIQUE KEY messages_id (id),
  KEY messages_created (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='what was said; history is one range of the primary key';

CREATE TABLE read_cursors (
  conversation_id  BINARY(16)      NOT NULL COMMENT 'conversation',
  user_id          BINARY(16)      NOT NULL COMMENT 'agent',
  workspace_id     BINARY(16)      NOT NULL COMMENT 'tenant',
  last_seq         BIGINT UNSIGNED NOT NULL COMMENT 'newest message that the agent has seen',
  read_at          DATETIME(6)     NOT NULL COMMENT 'when',
  PRIMARY KEY (conversation_id, user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='how far each agent has read; gives the unread marks';

CREATE TABLE bot_states (
  conversation_id  BINARY(16)      NOT NULL COMMENT 'conversation',
  workspace_id     BINARY(16)      NOT NULL COMMENT 'tenant',
  chatbot_id       BINARY(16)      NOT NULL COMMENT 'bot',
  session_id       BINARY(16)      NOT NULL COMMENT 'session that the state belongs to; a new one starts afresh',
  flow_id          BINARY(16)      NULL COMMENT 'flow of the state; NULL before the first turn',
  flow_version     INT UNSIGNED    NOT NULL COMMENT 'publication of that flow',
  state            VARCHAR(128)    NULL COMMENT 'name of the current state; NULL before the first turn',
  variables        MEDIUMTEXT      NOT NULL COMMENT 'JSON object',
  answered_seq     BIGINT UNSIGNED NOT NULL COMMENT 'visitor messages up to here are answered',
  is_muted         TINYINT         NOT NULL COMMENT '1: handed over to people, the bot is silent',
  due_at           DATETIME(6)     NULL COMMENT 'a turn is due since; NULL: none',
  turn_owner       BINARY(16)      NULL COMMENT 'who runs the turn now',
  turn_until       DATETIME(6)     NULL COMMENT 'end of its lease',
  version          INT UNSIGNED    NOT NULL COMMENT 'counts changes: a turn commits only on what it read',
  llm_tokens       BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'used by models in this session, in and out',
  failed_why       VARCHAR(500)    NULL COMMENT 'for agents: what the bot could not do last; NULL: nothing in this session',
  failed_at        DATETIME(6)     NULL COMMENT 'when',
  updated_at       DATETIME(6)     NOT NULL COMMENT 'last change',
  PRIMARY KEY (conversation_id),
  KEY bot_states_due (due_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='where the bot stands in each conversation';

CREATE TABLE notifications (
  id               BIGINT UNSIGNED NOT NULL AUTO_INCREMENT COMMENT 'cursor; visible out of order, see docs/design.md',
  workspace_id     BINARY(16)      NOT NULL COMMENT 'tenant',
  conversation_id  BINARY(16)      NULL COMMENT 'conversation it is about',
  kind             VARCHAR(24)     CHARACTER SET ascii NOT NULL COMMENT 'message, assigned, resolved, tagged, handoff, bot_failed, read, delivered, login; typing, presence, delta and turn are ephemeral',
  seq              BIGINT UNSIGNED NULL COMMENT 'of the message, for kind message',
  payload          TEXT            NULL COMMENT 'JSON object of the event, for the other kinds',
  origin           BINARY(16)      NULL COMMENT 'daemon that wrote it; NULL: another program',
  created_at       DATETIME(6)     NOT NULL COMMENT 'when; pruned after a while',
  PRIMARY KEY (id),
  KEY notifications_created (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='what live clients must hear of: last statement of each change';

CREATE TABLE daemons (
  id          BINARY(16)   NOT NULL COMMENT 'origin of its notifications; new at each start',
  host        VARCHAR(255) NOT NULL COMMENT 'name of its machine',
  pid         INT UNSIGNED NOT NULL COMMENT 'process there',
  started_at  DATETIME(6)  NOT NULL COMMENT 'when it started',
  beat_at     DATETIME(6)  NOT NULL COMMENT 'last sign of life, by the clock of the database',
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='ws-daemons that live; one without a beat for a while is dead';

CREATE TABLE presences (
  daemon_id     BINARY(16)  NOT NULL COMMENT 'daemon that the agent is connected to',
  user_id       BINARY(16)  NOT NULL COMMENT 'agent',
  workspace_id  BINARY(16)  NOT NULL COMMENT 'tenant',
  since         DATETIME(6) NOT NULL COMMENT 'when the agent came',
  PRIMARY KEY (daemon_id, user_id),
  KEY presences_workspace (workspace_id, user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='agents who are online, by daemon; counts while its daemon lives';

CREATE TABLE api_keys (
  id            BINARY(16)   NOT NULL COMMENT 'id',
  workspace_id  BINARY(16)   NOT NULL COMMENT 'tenant',
  name          VARCHAR(100) NOT NULL COMMENT 'what it is for',
  last4         CHAR(4)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'end of the key, shown in lists',
  key_hash      BINARY(32)   NOT NULL COMMENT 'SHA-256 of the key',
  scopes        VARCHAR(32)  CHARACTER SET ascii NOT NULL COMMENT 'read, or read,write',
  created_by    BINARY(16)   NULL COMMENT 'user who made it; NULL: barazactl',
  created_at    DATETIME(6)  NOT NULL COMMENT 'when it was made',
  last_used_at  DATETIME(6)  NULL COMMENT 'last use, to the minute',
  expires_at    DATETIME(6)  NULL COMMENT 'not valid from then on; NULL: no end',
  revoked_at    DATETIME(6)  NULL COMMENT 'set: not valid',
  PRIMARY KEY (id),
  UNIQUE KEY api_keys_hash (key_hash),
  KEY api_keys_workspace (workspace_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='keys of the developer API';

CREATE TABLE idempotency_keys (
  workspace_id  BINARY(16)     NOT NULL COMMENT 'tenant',
  name          VARBINARY(255) NOT NULL COMMENT 'Idempotency-Key of the request',
  request_hash  BINARY(32)     NOT NULL COMMENT 'SHA-256 of its method, path and body',
  status        SMALLINT UNSIGNED NOT NULL COMMENT 'of the answer',
  body          MEDIUMBLOB     NOT NULL COMMENT 'the answer, sealed',
  created_at    DATETIME(6)    NOT NULL COMMENT 'when; kept for a day',
  PRIMARY KEY (workspace_id, name),
  KEY idempotency_keys_created (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='answers to requests that may come again; written with their effect';

CREATE TABLE knowledge_bases (
  id            BINARY(16)   NOT NULL COMMENT 'id',
  workspace_id  BINARY(16)   NOT NULL COMMENT 'tenant',
  name          VARCHAR(100) NOT NULL COMMENT 'for the team',
  description   TEXT         NOT NULL COMMENT 'for the team; may be empty',
  created_at    DATETIME(6)  NOT NULL COMMENT 'when it was made',
  updated_at    DATETIME(6)  NOT NULL COMMENT 'last change of name or description',
  PRIMARY KEY (id),
  KEY knowledge_bases_workspace (workspace_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='collections of texts that bots answer from';

CREATE TABLE chatbot_knowledge (
  chatbot_id    BINARY(16)   NOT NULL COMMENT 'bot',
  kb_id         BINARY(16)   NOT NULL COMMENT 'what it may answer from',
  workspace_id  BINARY(16)   NOT NULL COMMENT 'tenant',
  created_at    DATETIME(6)  NOT NULL COMMENT 'when it was attached',
  PRIMARY KEY (chatbot_id, kb_id),
  KEY chatbot_knowledge_kb (workspace_id, kb_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='which bot asks which knowledge base';

CREATE TABLE kb_sources (
  id            BINARY(16)   NOT NULL COMMENT 'id',
  workspace_id  BINARY(16)   NOT NULL COMMENT 'tenant',
  kb_id         BINARY(16)   NOT NULL COMMENT 'knowledge base',
  type          VARCHAR(8)   CHARACTER SET ascii NOT NULL COMMENT 'text or web',
  title         VARCHAR(300) NOT NULL COMMENT 'quoted with answers; empty until a page has told its own',
  url           VARCHAR(2048) NOT NULL DEFAULT '' COMMENT 'of type web',
  content       MEDIUMTEXT   NOT NULL COMMENT 'text as given, or of the page; Markdown',
  status        VARCHAR(16)  CHARACTER SET ascii NOT NULL COMMENT 'processing, ready or failed',
  chunks        INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'how many passages it has, for weighing words',
  failed_why    VARCHAR(500) NULL COMMENT 'a sentence for the author',
  due_at        DATETIME(6)  NULL COMMENT 'is to be imported from then on, also the end of a lease; NULL: nothing to do',
  job_owner     BINARY(16)   NULL COMMENT 'who imports it now',
  tries         INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'imports that were begun',
  created_at    DATETIME(6)  NOT NULL COMMENT 'when it was added',
  updated_at    DATETIME(6)  NOT NULL COMMENT 'last change of its status',
  PRIMARY KEY (id),
  KEY kb_sources_kb (workspace_id, kb_id, id),
  KEY kb_sources_status (workspace_id, kb_id, status, chunks),
  KEY kb_sources_due (type, due_at),
  KEY kb_sources_busy (workspace_id, type, job_owner, due_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='texts and pages of knowledge bases';

CREATE TABLE kb_chunks (
  source_id     BINARY(16)   NOT NULL COMMENT 'source',
  part          INT UNSIGNED NOT NULL COMMENT 'place in the source: 0, 1, 2',
  workspace_id  BINARY(16)   NOT NULL COMMENT 'tenant',
  kb_id         BINARY(16)   NOT NULL COMMENT 'knowledge base',
  heading       VARCHAR(300) NOT NULL COMMENT 'headings that it stands under',
  body          TEXT         NOT NULL COMMENT 'the passage, as it is quoted',
  words         TEXT         NOT NULL COMMENT 'heading and passage as they are searched: folded and stemmed',
  PRIMARY KEY (source_id, part),
  KEY kb_chunks_kb (workspace_id, kb_id),
  FULLTEXT KEY kb_chunks_words (words)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='passages of sources, for searching';

CREATE TABLE llm_configs (
  workspace_id  BINARY(16)   NOT NULL COMMENT 'tenant',
  provider      VARCHAR(16)  CHARACTER SET ascii NOT NULL COMMENT 'openai or anthropic: what the endpoint speaks',
  base_url      VARCHAR(2048) NOT NULL COMMENT 'of the endpoint, without a slash at the end',
  model         VARCHAR(200) NOT NULL COMMENT 'asked when a flow names none',
  api_key       BLOB         NULL COMMENT 'sealed; NULL: none is sent',
  options       TEXT         NOT NULL COMMENT 'JSON object: limits, budgets, headers, search endpoints',
  updated_at    DATETIME(6)  NOT NULL COMMENT 'last change',
  PRIMARY KEY (workspace_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='the language model that a tenant has set up';

CREATE TABLE llm_usage (
  workspace_id  BINARY(16)   NOT NULL COMMENT 'tenant',
  month         CHAR(7)      CHARACTER SET ascii NOT NULL COMMENT 'such as 2026-11, UTC',
  calls         BIGINT UNSIGNED NOT NULL COMMENT 'requests that reached the endpoint and were not refused',
  tokens_in     BIGINT UNSIGNED NOT NULL COMMENT 'as the endpoint counts them; about, where it did not come to that',
  tokens_out    BIGINT UNSIGNED NOT NULL COMMENT 'the same',
  PRIMARY KEY (workspace_id, month)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='what the model was used, for the monthly budget';

CREATE TABLE mcp_tools (
  integration_id BINARY(16)  NOT NULL COMMENT 'MCP server',
  workspace_id  BINARY(16)   NOT NULL COMMENT 'tenant',
  chatbot_id    BINARY(16)   NOT NULL COMMENT 'its bot',
  tools         MEDIUMTEXT   NOT NULL COMMENT 'JSON: what the server told last',
  fetched_at    DATETIME(6)  NOT NULL COMMENT 'when; forgotten after a while and at changes of the integration',
  PRIMARY KEY (integration_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='cache of the tools of MCP servers';

CREATE TABLE outbox (
  id               BINARY(16)   NOT NULL COMMENT 'id; names the delivery to its receiver',
  workspace_id     BINARY(16)   NOT NULL COMMENT 'tenant',
  conversation_id  BINARY(16)   NULL COMMENT 'what it comes from',
  kind             VARCHAR(16)  CHARACTER SET ascii NOT NULL COMMENT 'api_call',
  body             MEDIUMBLOB   NOT NULL COMMENT 'sealed JSON object: the request',
  tries            INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'attempts that were begun',
  due_at           DATETIME(6)  NOT NULL COMMENT 'not before',
  job_owner        BINARY(16)   NULL COMMENT 'who sends it now',
  job_until        DATETIME(6)  NULL COMMENT 'end of that lease',
  created_at       DATETIME(6)  NOT NULL COMMENT 'when it was written',
  PRIMARY KEY (id),
  KEY outbox_due (due_at),
  KEY outbox_busy (workspace_id, job_until)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='requests to others, written with what made them necessary';

CREATE TABLE chatbot_days (
  workspace_id   BINARY(16)   NOT NULL COMMENT 'tenant',
  chatbot_id     BINARY(16)   NOT NULL COMMENT 'bot',
  day            DATE         NOT NULL COMMENT 'UTC',
  conversations  BIGINT UNSIGNED NOT NULL COMMENT 'begun on that day',
  users          BIGINT UNSIGNED NOT NULL COMMENT 'people whose first conversation with the bot began on that day',
  messages       BIGINT UNSIGNED NOT NULL COMMENT 'stored on that day, of all senders',
  completions    BIGINT UNSIGNED NOT NULL COMMENT 'of the conversations begun on that day: those whose flow came to an end',
  PRIMARY KEY (workspace_id, chatbot_id, day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='counts for analytics, up to where rollups says';

CREATE TABLE chatbot_users (
  workspace_id   BINARY(16)   NOT NULL COMMENT 'tenant',
  chatbot_id     BINARY(16)   NOT NULL COMMENT 'bot',
  user_hash      BINARY(16)   NOT NULL COMMENT 'the contact; of the Chat API: hash of the user_id, which many contacts share',
  last_at        DATETIME(6)  NULL COMMENT 'when this person wrote last, NULL: never',
  PRIMARY KEY (workspace_id, chatbot_id, user_hash),
  KEY chatbot_users_last (workspace_id, chatbot_id, last_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='who has come to a bot, for analytics, up to where rollups says';

CREATE TABLE rollups (
  name    VARCHAR(32)  CHARACTER SET ascii NOT NULL COMMENT 'what is counted',
  upto    DATETIME(6)  NOT NULL COMMENT 'everything before is in the counts, nothing from then on',
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='how far the counts of chatbot_days and chatbot_users go';

CREATE TABLE blueprints (
  id            BINARY(16)   NOT NULL COMMENT 'id',
  workspace_id  BINARY(16)   NOT NULL COMMENT 'tenant',
  alias         VARCHAR(128) CHARACTER SET ascii NULL COMMENT 'another name in addresses, lower case; NULL: none',
  name          VARCHAR(100) NOT NULL COMMENT 'for the team; may be empty',
  description   TEXT         NULL COMMENT 'for the team; NULL: none',
  meta          TEXT         NULL COMMENT 'JSON object of the owner; NULL: none',
  settings      MEDIUMTEXT   NOT NULL COMMENT 'JSON object: options of widgets, as in integrations',
  created_at    DATETIME(6)  NOT NULL COMMENT 'when it was made',
  updated_at    DATETIME(6)  NOT NULL COMMENT 'last change',
  PRIMARY KEY (id),
  UNIQUE KEY blueprints_alias (workspace_id, alias),
  KEY blueprints_workspace (workspace_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='what several widgets have in common';

CREATE TABLE people (
  id            BINARY(16)   NOT NULL COMMENT 'id',
  workspace_id  BINARY(16)   NOT NULL COMMENT 'tenant',
  fingerprint   VARBINARY(128) NULL COMMENT 'who this is to the owner: the same is stored once; NULL: nobody said',
  name          VARCHAR(100) NOT NULL DEFAULT '' COMMENT 'may be empty',
  email         VARCHAR(254) NULL COMMENT 'NULL: not known',
  phone         VARCHAR(32)  NULL COMMENT 'E.164; NULL: not known',
  nick          VARCHAR(100) NULL COMMENT 'NULL: none',
  description   TEXT         NULL COMMENT 'for the team; NULL: none',
  meta          TEXT         NULL COMMENT 'JSON object of the owner; NULL: none',
  verified_at   DATETIME(6)  NULL COMMENT 'when somebody with a key said so; NULL: only a visitor did',
  created_at    DATETIME(6)  NOT NULL COMMENT 'when it was made',
  updated_at    DATETIME(6)  NOT NULL COMMENT 'last change',
  PRIMARY KEY (id),
  UNIQUE KEY people_fingerprint (workspace_id, fingerprint),
  KEY people_workspace (workspace_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='who writes, whatever way they come in';

CREATE TABLE files (
  id              BINARY(16)   NOT NULL COMMENT 'id',
  workspace_id    BINARY(16)   NOT NULL COMMENT 'tenant',
  conversation_id BINARY(16)   NULL COMMENT 'where it was sent; NULL: it belongs to the workspace',
  name            VARCHAR(255) NOT NULL COMMENT 'as it is offered for saving: no path, no control characters',
  type            VARCHAR(100) CHARACTER SET ascii NOT NULL COMMENT 'what its bytes are, never what was claimed',
  size            INT UNSIGNED NOT NULL COMMENT 'bytes',
  sha256          BINARY(32)   NULL COMMENT 'of the bytes; NULL: they have not come yet',
  secret          BINARY(16)   NOT NULL COMMENT 'stands in its address: who has it may read',
  is_public       TINYINT      NOT NULL DEFAULT 0 COMMENT '1: anybody who knows the id may read',
  width           INT UNSIGNED NULL COMMENT 'pixels of an image; NULL: not known',
  height          INT UNSIGNED NULL COMMENT 'pixels of an image; NULL: not known',
  upload_hash     BINARY(32)   NULL COMMENT 'SHA-256 of what allows to put the bytes, once; NULL: nothing does',
  created_at      DATETIME(6)  NOT NULL COMMENT 'when it was made',
  expires_at      DATETIME(6)  NULL COMMENT 'when it goes unless it is used till then; NULL: it stays',
  PRIMARY KEY (id),
  KEY files_workspace (workspace_id, id),
  KEY files_size (workspace_id, size),
  KEY files_conversation (workspace_id, conversation_id, size),
  KEY files_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='pictures and documents; the bytes are in file_chunks';

CREATE TABLE file_chunks (
  file_id       BINARY(16)   NOT NULL COMMENT 'file',
  n             INT UNSIGNED NOT NULL COMMENT 'place: 0, 1, 2 without holes',
  workspace_id  BINARY(16)   NOT NULL COMMENT 'tenant',
  bytes         MEDIUMBLOB   NOT NULL COMMENT 'at most 256 KiB',
  PRIMARY KEY (file_id, n)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='the bytes of files: hosts share nothing but the database';

CREATE TABLE widget_icons (
  integration_id BINARY(16)  NOT NULL COMMENT 'widget',
  slot          VARCHAR(8)   CHARACTER SET ascii NOT NULL COMMENT 'bar, user, bot or button',
  workspace_id  BINARY(16)   NOT NULL COMMENT 'tenant',
  file_id       BINARY(16)   NOT NULL COMMENT 'the picture',
  PRIMARY KEY (integration_id, slot),
  KEY widget_icons_file (workspace_id, file_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='pictures of a widget';

CREATE TABLE link_previews (
  workspace_id  BINARY(16)   NOT NULL COMMENT 'tenant',
  url_hash      BINARY(32)   NOT NULL COMMENT 'SHA-256 of the address',
  preview       TEXT         NULL COMMENT 'JSON object: url, title, description, image, site_name; NULL: there is none',
  expires_at    DATETIME(6)  NOT NULL COMMENT 'until when it need not be asked for again',
  PRIMARY KEY (workspace_id, url_hash),
  KEY link_previews_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='what pages say of themselves, for links in messages';

CREATE TABLE channel_messages (
  id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT COMMENT 'order',
  workspace_id  BINARY(16)   NOT NULL COMMENT 'tenant',
  channel       VARBINARY(128) NOT NULL COMMENT 'its name; who knows it may publish',
  message       MEDIUMTEXT   NOT NULL COMMENT 'JSON object',
  created_at    DATETIME(6)  NOT NULL COMMENT 'when it came',
  PRIMARY KEY (id),
  KEY channel_messages_channel (workspace_id, channel, id),
  KEY channel_messages_created (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='results of functions that run in the page of a visitor, on their way to the turn that waits';

CREATE TABLE page_functions (
  conversation_id BINARY(16)   NOT NULL COMMENT 'conversation',
  workspace_id    BINARY(16)   NOT NULL COMMENT 'tenant',
  session_id      BINARY(16)   NOT NULL COMMENT 'its session that they hold for',
  functions       MEDIUMTEXT   NOT NULL COMMENT 'JSON array: name, description, parameters',
  updated_at      DATETIME(6)  NOT NULL COMMENT 'when the page said so last',
  PRIMARY KEY (conversation_id),
  KEY page_functions_workspace (workspace_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='what the page of a visitor can do for the bot, over the socket';

CREATE TABLE message_votes (
  message_id      BINARY(16)   NOT NULL COMMENT 'message',
  workspace_id    BINARY(16)   NOT NULL COMMENT 'tenant',
  conversation_id BINARY(16)   NOT NULL COMMENT 'its conversation',
  value           TINYINT      NOT NULL COMMENT '1 to 100: liked; -100 to -1: not',
  reason          VARCHAR(1000) NOT NULL DEFAULT '' COMMENT 'why; may be empty',
  created_at      DATETIME(6)  NOT NULL COMMENT 'when it was given last',
  PRIMARY KEY (message_id),
  KEY message_votes_conversation (workspace_id, conversation_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='what visitors thought of answers';

CREATE TABLE carry_links (
  token_hash      BINARY(32)   NOT NULL COMMENT 'SHA-256 of the token in the link',
  workspace_id    BINARY(16)   NOT NULL COMMENT 'tenant',
  contact_id      BINARY(16)   NOT NULL COMMENT 'whose conversation goes with it',
  expires_at      DATETIME(6)  NOT NULL COMMENT 'good until then, once',
  PRIMARY KEY (token_hash),
  KEY carry_links_contact (workspace_id, contact_id),
  KEY carry_links_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  COMMENT='links that take a conversation to another device';

INSERT INTO schema_version (version, name, applied_at)
VALUES (5, 'schema.sql', UTC_TIMESTAMP(6));
