-- 0005-the-widget.sql: many widgets with one table of options, blueprints, people,
-- files, link previews, channels, votes, links that carry a conversation away,
-- which message a bot answers
-- SPDX-License-Identifier: MIT

ALTER TABLE integrations
  ADD COLUMN alias VARCHAR(128) CHARACTER SET ascii NULL COMMENT 'another name in addresses, lower case; NULL: none' AFTER name,
  ADD COLUMN description TEXT NULL COMMENT 'for the team; NULL: none' AFTER alias,
  ADD COLUMN meta TEXT NULL COMMENT 'JSON object of the owner; NULL: none' AFTER description,
  ADD COLUMN blueprint_id BINARY(16) NULL COMMENT 'where options come from that settings does not have; NULL: nowhere' AFTER chatbot_id,
  ADD UNIQUE KEY integrations_alias (workspace_id, alias),
  ADD KEY integrations_blueprint (workspace_id, blueprint_id, id);

ALTER TABLE contacts
  ADD COLUMN person_id BINARY(16) NULL COMMENT 'who it is, when that is known' AFTER integration_id,
  ADD COLUMN user_key VARBINARY(100) NULL COMMENT 'what the page says who it is: e-mail address or telephone number, made uniform; NULL: nothing' AFTER external_id,
  ADD COLUMN is_verified TINYINT NOT NULL DEFAULT 0 COMMENT '1: the page proved it' AFTER user_key,
  ADD KEY contacts_person (workspace_id, person_id, id),
  ADD KEY contacts_user (integration_id, user_key, id),
  ADD KEY contacts_came (workspace_id, integration_id, created_at);

ALTER TABLE messages
  ADD COLUMN answers BIGINT UNSIGNED NULL COMMENT 'of a bot: seq of the message that it answers, 0: of none; NULL: of people, or not known' AFTER client_id;

ALTER TABLE conversations
  ADD COLUMN meta TEXT NULL COMMENT 'JSON object of the one who made it; NULL: none' AFTER channel;

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

ALTER TABLE messages MODIFY content_type VARCHAR(16) CHARACTER SET ascii NOT NULL
  COMMENT 'text, image, file, quick_button, carousel, dropdown, list, video, audio or form';
