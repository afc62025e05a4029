-- 0004-bots-reach-out.sql: credentials of integrations, what conversations are
-- listed and counted by, knowledge bases, language models, tools, the outbox
-- SPDX-License-Identifier: MIT

ALTER TABLE integrations
  MODIFY COLUMN type VARCHAR(32) CHARACTER SET ascii NOT NULL COMMENT 'web_chat, api_chat, whatsapp, rest_api, mcp, api, or gone: deleted, kept for its conversations',
  ADD COLUMN slot VARBINARY(420) NULL COMMENT 'what its bot has once: the type, or mcp: or api: and the name; NULL: any number' AFTER type,
  ADD COLUMN secrets MEDIUMBLOB NULL COMMENT 'sealed JSON object: keys and tokens of its type' AFTER settings,
  ADD UNIQUE KEY integrations_slot (chatbot_id, slot),
  ADD KEY integrations_chatbot (workspace_id, chatbot_id, id);

-- A bot has one widget for the developer API: its first.
UPDATE integrations i JOIN (SELECT MIN(id) AS id FROM integrations
  WHERE type = 'web_chat' AND chatbot_id IS NOT NULL GROUP BY chatbot_id) f
  ON f.id = i.id SET i.slot = 'web_chat';

ALTER TABLE conversations
  ADD COLUMN channel VARCHAR(16) CHARACTER SET ascii NOT NULL DEFAULT 'web' COMMENT 'web, api, whatsapp, sms or rest-api: of its integration' AFTER chatbot_id,
  ADD COLUMN is_handed_off TINYINT NOT NULL DEFAULT 0 COMMENT '1: in the open session the bot handed over to people' AFTER is_waiting;

UPDATE conversations c JOIN conversation_sessions s
  ON s.workspace_id = c.workspace_id AND s.id = c.open_session_id
  SET c.is_handed_off = 1 WHERE s.handoff_at IS NOT NULL;

ALTER TABLE conversations
  ADD COLUMN status TINYINT AS (CASE WHEN open_session_id IS NULL THEN 4 WHEN assigned_agent_id IS NOT NULL THEN 3 WHEN is_handed_off = 1 THEN 2 ELSE 1 END) STORED COMMENT '1 active, 2 handoff pending, 3 agent active, 4 closed' AFTER is_handed_off,
  ADD COLUMN completed_at DATETIME(6) NULL COMMENT 'when its flow first came to an end' AFTER status,
  ADD COLUMN expires_at DATETIME(6) NULL COMMENT 'when to look whether it ends for silence; NULL: it does not' AFTER completed_at,
  ADD KEY conversations_status (workspace_id, chatbot_id, status, id),
  ADD KEY conversations_channel (workspace_id, chatbot_id, channel, id),
  ADD KEY conversations_filter (workspace_id, chatbot_id, channel, status, id),
  ADD KEY conversations_expires (expires_at),
  ADD KEY conversations_completed (completed_at);

ALTER TABLE messages
  ADD KEY messages_created (created_at);

ALTER TABLE bot_states
  ADD COLUMN llm_tokens BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'used by models in this session, in and out' AFTER version,
  ADD COLUMN failed_why VARCHAR(500) NULL COMMENT 'for agents: what the bot could not do last; NULL: nothing in this session' AFTER llm_tokens,
  ADD COLUMN failed_at DATETIME(6) NULL COMMENT 'when' AFTER failed_why;

ALTER TABLE notifications
  MODIFY COLUMN kind VARCHAR(24) CHARACTER SET ascii NOT NULL COMMENT 'message, assigned, resolved, tagged, handoff, bot_failed, read, delivered, login; typing, presence, delta and turn are ephemeral';

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
