-- 0003-developer-api.sql: keys of the developer API, what its chatbots and
-- flows have, and the answers to requests that may come again
-- SPDX-License-Identifier: MIT

-- Names of bots are unique from now on: a later one of the same name gets its
-- id behind it.
UPDATE chatbots c JOIN chatbots d ON d.workspace_id = c.workspace_id
  AND d.name = c.name AND d.id < c.id
  SET c.name = CONCAT(LEFT(c.name, 60), ' ', LOWER(HEX(c.id)));

ALTER TABLE chatbots
  ADD COLUMN category VARCHAR(100) NOT NULL DEFAULT '' COMMENT 'free label for the team; may be empty' AFTER description,
  ADD COLUMN is_active TINYINT NOT NULL DEFAULT 1 COMMENT '0: the bot answers nobody' AFTER category,
  ADD COLUMN webhook_url VARCHAR(2000) NOT NULL DEFAULT '' COMMENT 'where its events go; empty: nowhere' AFTER is_active,
  ADD COLUMN webhook_secret VARBINARY(255) NULL COMMENT 'sealed; signs those events; NULL: none was asked for so far' AFTER webhook_url,
  MODIFY COLUMN updated_at DATETIME(6) NOT NULL COMMENT 'last change; created_at: none so far',
  DROP KEY chatbots_workspace,
  ADD UNIQUE KEY chatbots_name (workspace_id, name),
  ADD KEY chatbots_workspace (workspace_id, id);

-- A bot has one published flow: the one that it ran, which was the last.
UPDATE flows f JOIN flows g ON g.workspace_id = f.workspace_id
  AND g.chatbot_id = f.chatbot_id AND (g.published_at > f.published_at
  OR (g.published_at = f.published_at AND g.id > f.id))
  SET f.published = NULL, f.published_at = NULL;

ALTER TABLE flows
  ADD COLUMN type VARCHAR(16) CHARACTER SET ascii NOT NULL DEFAULT 'conversation' COMMENT 'conversation or meta' AFTER name,
  MODIFY COLUMN published_at DATETIME(6) NULL COMMENT 'since when it is published; NULL: it is not',
  MODIFY COLUMN updated_at DATETIME(6) NOT NULL COMMENT 'last change of name or draft; created_at: none so far',
  COMMENT='flows; a bot runs the one conversation flow that is published';

ALTER TABLE conversations
  ADD KEY conversations_chatbot (workspace_id, chatbot_id, id);

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
