-- 0002-receipts-and-daemons.sql: how far each side of a conversation has
-- received and read; which daemons live and who is connected to them
-- SPDX-License-Identifier: MIT

ALTER TABLE conversations
  ADD COLUMN visitor_delivered_seq BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'the end user has received everything up to here' AFTER is_waiting,
  ADD COLUMN visitor_read_seq BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'the end user has read up to here' AFTER visitor_delivered_seq,
  ADD COLUMN agent_delivered_seq BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'some agent has received everything up to here' AFTER visitor_read_seq,
  ADD COLUMN agent_read_seq BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'some agent has read up to here' AFTER agent_delivered_seq;

ALTER TABLE notifications
  MODIFY COLUMN kind VARCHAR(24) CHARACTER SET ascii NOT NULL COMMENT 'message, assigned, resolved, tagged, handoff, read, delivered, login; typing and presence are ephemeral';

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
