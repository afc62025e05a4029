-- seed.sql: 100,000 conversations of 20 messages each over the last 40 days, for
-- one chatbot: @bot and @workspace (16 bytes) are set before
-- SPDX-License-Identifier: MIT
SET @now = (UNIX_TIMESTAMP() - 900) * 1000, @n = 100000, @each = 20;
SET @step = FLOOR(40 * 86400000 / @n);
SET @first = @now - @n * @step;
SET unique_checks = 0, foreign_key_checks = 0;

CREATE OR REPLACE FUNCTION made_id(ms BIGINT, n BIGINT) RETURNS BINARY(16)
  DETERMINISTIC RETURN UNHEX(CONCAT(LPAD(HEX(ms), 12, '0'), LPAD(HEX(n), 20, '0')));
CREATE OR REPLACE FUNCTION made_at(ms BIGINT) RETURNS DATETIME(6)
  DETERMINISTIC RETURN '1970-01-01' + INTERVAL ms * 1000 MICROSECOND;

SET @channel = made_id(@first - 1, 1);
INSERT INTO integrations (id, workspace_id, chatbot_id, type, name, allowed_origins,
  settings, created_at, updated_at)
VALUES (@channel, @workspace, @bot, 'web_chat', 'seeded', '', '{}',
  made_at(@first), made_at(@first));

INSERT INTO contacts (id, workspace_id, integration_id, external_id, display_name,
  attributes, created_at, updated_at)
SELECT made_id(@first + seq * @step, seq), @workspace, @channel, CONCAT('visitor-', seq),
  CONCAT('Visitor ', seq), '{}', made_at(@first + seq * @step), made_at(@first + seq * @step)
FROM seq_1_to_100000;

INSERT INTO conversations (id, workspace_id, integration_id, contact_id, chatbot_id, channel,
  last_seq, last_visitor_seq, open_session_id, assigned_agent_id, is_waiting, is_handed_off,
  completed_at, created_at, updated_at)
SELECT made_id(@first + seq * @step, seq), @workspace, @channel,
  made_id(@first + seq * @step, seq), @bot, IF(seq % 5, 'web', 'api'), @each, @each - 1,
  IF(seq % 3, made_id(@first + seq * @step, seq), NULL), NULL, 0, seq % 50 = 1,
  IF(seq % 4, made_at(@first + seq * @step + 600000), NULL),
  made_at(@first + seq * @step), made_at(@first + seq * @step + 600000)
FROM seq_1_to_100000;

INSERT INTO conversation_sessions (id, workspace_id, conversation_id, status, tags,
  first_message_at, resolved_at, created_at)
SELECT id, workspace_id, id, IF(open_session_id IS NULL, 'resolved', 'open'), '[]', created_at,
  IF(open_session_id IS NULL, updated_at, NULL), created_at
FROM conversations WHERE integration_id = @channel;

INSERT INTO messages (conversation_id, seq, id, workspace_id, session_id, sender_type,
  sender_id, content_type, content, created_at)
SELECT c.id, s.seq, made_id(@first + m.seq * @step + s.seq * 30000, m.seq * 100 + s.seq),
  @workspace, c.id, IF(s.seq % 2, 'end_user', 'bot'), 'seeded', 'text',
  CONCAT('Message ', s.seq, ' of conversation ', m.seq, ': where is my order?'),
  made_at(@first + m.seq * @step + s.seq * 30000)
FROM seq_1_to_100000 m
JOIN conversations c ON c.id = made_id(@first + m.seq * @step, m.seq)
JOIN seq_1_to_20 s;

DROP FUNCTION made_id;
DROP FUNCTION made_at;
