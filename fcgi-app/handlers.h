/* handlers.h: every endpoint: who may call it is in routes.c; here is what it
 * takes and gives */
/* SPDX-License-Identifier: MIT */
#ifndef HANDLERS_H
#define HANDLERS_H

#include "route.h"

/*
 * Of every endpoint: JSON errors are {"error","message"}; ids are taken as ULID
 * or UUID and given as UUID; times are ISO 8601 UTC with microseconds.
 */

/* health.c: {"ok":true,"database":true,"schema":N}, or 503 when the database
 * is away or has another schema than this program was written for. */
route_fn health_show;

/* page_root.c: 303 to the console. */
route_fn page_root;
/*
 * file_show.c: bytes of a file; the last part of the address is for people. As
 * what it is (nosniff, sandbox), to be saved unless it is a picture, sound or a
 * film; ETag, If-None-Match (304), one Range (206, 416), If-Range; may be kept
 * for ever by the browser. 404 when id and secret do not belong together.
 */
route_fn file_show;
/* page_console.c: the shell of the console; the script reads its path. */
route_fn page_console;
/* page_preview.c: the widget with made-up messages, for the console's frame. */
route_fn page_preview;
/* page_login.c: the login form (?next=PATH); 303 when logged in already. */
route_fn page_login;

/*
 * auth_login.c: {email, password} -> the body of auth_me and the cookie
 * `session`; 401 for any wrong pair, 429 with Retry-After after too many. As a
 * form (csrf_token, email, password, next): 303 to next, or the login page
 * with the error in it.
 */
route_fn auth_login;
/* auth_logout.c: 204; ends the login and clears the cookie. */
route_fn auth_logout;
/* auth_me.c: {user:{id,email,display_name,role}, workspace:{id,name},
 * csrf_token}. */
route_fn auth_me;

/*
 * agent_conversation.c: ?filter=unassigned|mine|all (unassigned), limit (50,
 * at most 200), cursor, q, tag, channel (id), status=open|resolved -> array of
 * conversations, newest change first; X-Next-Cursor unless it is the last.
 */
route_fn agent_conversation_list;
/* One conversation; 404 when not of this workspace. */
route_fn agent_conversation_show;
/* agent_history.c: ?limit (50, at most 200), offset from the newest, or
 * after_seq -> array of messages, oldest first. */
route_fn agent_history;
/* agent_assign.c: {agent_id?, force?} -> {id, assigned_agent_id, assigned_at};
 * 409 when another agent has it (force: admins only) or no session is open. */
route_fn agent_assign;
/* agent_tag.c: {tags?} -> {id, session_id, status, tags, resolved_at}; 409
 * when no session is open. */
route_fn agent_resolve;
/* {tags} replaces the tags -> {id, session_id, tags}. */
route_fn agent_tag;
/* agent_updates.c: ?after_seq -> the acknowledgement of join_conversation for
 * agents, without becoming a member of anything. */
route_fn agent_updates;
/* agent_send.c: {content, content_type?, rich_media?, client_id?} -> {ok, id,
 * seq, created_at}; the same client_id again gives the first answer; 409 when
 * no session is open. */
route_fn agent_send;
/* agent_upload.c: the same of an agent: multipart/form-data with file, or the
 * bytes alone with X-File-Name. */
route_fn agent_upload;
/* agent_seen.c: {message_ids} -> {ok}. */
route_fn agent_read;
/* {seq} -> {ok, seq}: what is stored. */
route_fn agent_delivered;
/* agent_events.c: ?after (a cursor), limit (200, at most 500) -> {events:[{id,
 * event, payload}], cursor, more}; without after only the cursor. 410 when
 * what is behind after is not kept any more. */
route_fn agent_events;
/* agent_agents.c: [{id, display_name, email, role}], by name. */
route_fn agent_agents;

/* agent_widget.c: [{id, name, is_active}], the newest first. */
route_fn agent_chatbot_list;
/* {options: [...]}: the table of widget_option.h. */
route_fn agent_widget_options;
/* [{id, name, chatbot_id, chatbot_name, is_active, allowed_origins, created_at,
 * updated_at, last_used_at}], the newest first. */
route_fn agent_widget_list;
/* {name, chatbot_id?, allowed_origins?, is_active?, description?, options by
 * their key} -> 201, what agent_widget_show gives. */
route_fn agent_widget_add;
/* The same as in the list, and {description, settings, inherited,
 * has_identity_secret}. */
route_fn agent_widget_show;
/* Any of the members of agent_widget_add: null unsets an option. */
route_fn agent_widget_set;
/* 204; conversations stay. */
route_fn agent_widget_del;
/* {name?} -> 201, the copy. */
route_fn agent_widget_clone;
/* agent_widget_key.c: {key}; null when it was made before keys were kept. */
route_fn agent_widget_show_key;
/* {key}: the old one lets no page in any more. */
route_fn agent_widget_renew_key;
/* {secret}, this once. */
route_fn agent_widget_renew_secret;

/* agent_key.c: [{id, name, masked, scopes, created_by, created_at,
 * last_used_at, expires_at, revoked_at}], the newest first. */
route_fn agent_key_list;
/* {name, scope=read|write, days?} -> 201, the same and secret, this once. */
route_fn agent_key_add;
/* 204 once nobody is let in with it, which takes key_cache_ms. */
route_fn agent_key_del;

/*
 * widget_page.c: ?embed_token&session_id&title&customer_name: the page of the
 * frame; only sites of the allow-list may frame it. 403 for a bad token, and
 * when the list is not empty and the page that asks is not on it.
 */
route_fn widget_page;
/*
 * widget_frame.c: the same page for the loaders, which hand over everything
 * else by postMessage: by the widget's id (unknown: to its 404 page), and for
 * sites where nothing but a frame gets through, with no word about a widget.
 */
route_fn widget_frame;
route_fn widget_frame_any;
route_fn widget_frame_none;
/* widget_script.c: embed.js with an ETag, also as /widget.js; the loader with
 * the element; NAME.js of the plugins that are shipped, 404 for others. */
route_fn widget_script;
route_fn widget_element;
route_fn widget_plugin;
/*
 * widget_config.c: {key or widget, languages?} -> {widget_id, language, words,
 * settings (WIDGET_EARLY), peek}: what the loader draws. 403 for a widget that
 * is none and a site that is not listed.
 */
route_fn widget_config;
/*
 * widget_open.c: {embed_token, session_id (1..255 bytes), user_hash?,
 * identity?, contact_details?, customer_name?, page_url?} -> {conversation_id, external_id, organization_id, last_seq,
 * messages (last 100), agent:{display_name}|null, settings}. Makes contact and
 * conversation, or finds them; the bot greets. 403 for a bad token or site.
 */
route_fn widget_open;
/* widget_history.c: ?external_id, after_seq -> array of up to 100 messages,
 * oldest first; 403 when external_id is not the contact's. */
route_fn widget_history;

/*
 * The visitor's socket events for who can open no socket: all want external_id
 * (403 when it is not the contact's); those with a body take conversation_id
 * in it, and come from our pages or the sites of the widget's allow-list.
 *
 * widget_updates.c: ?external_id, after_seq -> the acknowledgement of
 * join_conversation.
 */
route_fn widget_updates;
/* widget_send.c: {content, content_type?, rich_media?, client_id?} -> {ok, id,
 * seq, created_at}, after the bot has answered; 429 with Retry-After above
 * message_burst, but not for what is stored already under that client_id. */
route_fn widget_send;
/* widget_seen.c: {message_ids} -> {ok}. */
route_fn widget_read;
/* {seq} -> {ok, seq}: what is stored. */
route_fn widget_delivered;
/* widget_details.c: {conversation_id, external_id, contact_details} -> {ok,
 * is_kept}: what the page tells of the visitor, from its first message on. */
route_fn widget_details;
/*
 * widget_upload.c: multipart/form-data with conversation_id, external_id and
 * file, or the bytes alone with X-Conversation-Id, X-External-Id and X-File-Name
 * (percent-encoded) -> {id, name, type, size, url, width?, height?}, to be named
 * by a message within attachment_keep_s. 403 unless the widget takes
 * attachments; 413, 415 and 402 as file_store says.
 */
route_fn widget_upload;
/*
 * widget_preview.c: {conversation_id, external_id, url} -> {preview: {url, title,
 * description?, image?, site_name?} or null}. 400 for an address that leads
 * inside, 403 unless the widget shows previews (unfurl), 503 with Retry-After
 * while too many ask.
 */
route_fn widget_preview;

/*
 * The developer API (/api/dev/v1): failures are {"detail": sentence}, for 422 a
 * list of {"loc","msg","type"}; ids are given as ULID; times to the second.
 * docs/openapi.json says what each takes and gives.
 */

/*
 * The widget API (/v1): failures are {"message","code"}; ids are given as ULID;
 * times in milliseconds since 1970. docs/openapi-v1.json says what each takes
 * and gives.
 *
 * v1_session.c: {durationInSeconds?, contact?, messages?, meta?} -> {id,
 * conversationId, token, expiresAt, session_id, messages}: a new conversation,
 * once the bot has answered the messages.
 */
route_fn v1_widget_session_create;
route_fn v1_bot_session_create;
/* A token for a conversation that is there. */
route_fn v1_conversation_session_create;
/* v1_talk.c: {text?, functions?, extensions?, limits?} -> {id, text, usage,
 * end, handledBy}, as lines of a stream when they are accepted. */
route_fn v1_complete;
/* {text} -> {id, entities, handledBy}: the bot answers later. */
route_fn v1_send;
/* {} -> {id, text, usage, handledBy}: the answer to what was said last. */
route_fn v1_receive;
/* {message} -> {id}: the answer of a function of the page. */
route_fn v1_channel_publish;
/* v1_message.c: {value?, reason?} -> {id}. */
route_fn v1_message_upvote;
route_fn v1_message_downvote;
/* ?take (100), order (desc), cursor -> {items, cursor}, or lines. */
route_fn v1_message_list;
/* {type: user|bot, text} -> {id, entities}. */
route_fn v1_message_create;

/* dev_me.c: {"workspace":{id,name,plan,created_at},"api_key":{key,created_at,
 * last_used_at}} of the key that asks. */
route_fn dev_me;

/* dev_openapi.c: docs/openapi.json */
route_fn dev_openapi;

/* dev_chatbot.c: cursor pages of the newest first; 409 for a name that the
 * workspace has; a deletion takes flows, integrations and conversations along. */
route_fn dev_chatbot_list;
route_fn dev_chatbot_add;
route_fn dev_chatbot_show;
route_fn dev_chatbot_set;
route_fn dev_chatbot_del;
route_fn dev_chatbot_stats;

/* dev_analytics.c: of start_date to end_date, days of UTC, both included, 30 days
 * ago to today unless given; ERR_BAD_REQUEST when the first is after the last or
 * they are more than 366. */
route_fn dev_analytics_overview;
route_fn dev_analytics_conversations;
route_fn dev_analytics_messages;

/* dev_flow.c: changes are of the draft; publish makes a sound draft run (400
 * with the first error else) in place of the bot's last one. */
route_fn dev_flow_list;
route_fn dev_flow_add;
route_fn dev_flow_show;
route_fn dev_flow_set;
route_fn dev_flow_validate;
route_fn dev_flow_publish;
route_fn dev_flow_del;

/* dev_chat.c: the bot answers within the request; a session ends after
 * chat_session_s of silence (410). */
route_fn dev_chat_open;
route_fn dev_chat_send;

/* dev_conversation.c: of all channels; cursor pages of the newest first, by
 * status, channel and time of creation. */
route_fn dev_conversation_list;
route_fn dev_conversation_show;
/* dev_message.c: what was said and what was answered, in pairs, oldest first;
 * a page may be shorter than its limit when it is large. */
route_fn dev_message_list;

/* dev_kb.c: 402 beyond the numbers of kb.h; a deletion takes the sources along
 * and detaches it from all bots; 409 when it is attached already. */
route_fn dev_kb_list;
route_fn dev_kb_add;
route_fn dev_kb_show;
route_fn dev_kb_set;
route_fn dev_kb_del;
route_fn dev_kb_list_attached;
route_fn dev_kb_attach;
route_fn dev_kb_detach;

/* dev_kb_source.c: a new source is `processing` until the background work has
 * imported it; 400 for a URL that may not be fetched. */
route_fn dev_kb_source_list;
route_fn dev_kb_source_add_text;
route_fn dev_kb_source_add_web;
route_fn dev_kb_source_del;

/*
 * dev_integration.c: secrets are given back as "***", which sent back keeps
 * them; 409 when the bot has one of the type, or of the name, already; 400 for
 * an address that must not be reached. A deletion is 409 while a flow names the
 * MCP server; a widget that was used keeps what was said.
 */
route_fn dev_integration_list;
route_fn dev_integration_show;
route_fn dev_integration_del;
route_fn dev_whatsapp_add;
route_fn dev_whatsapp_show;
route_fn dev_whatsapp_set;
route_fn dev_rest_api_add;
route_fn dev_rest_api_show;
route_fn dev_rest_api_set;
/* dev_integration_web.c: config.widget_key is the embed token. */
route_fn dev_web_add;
route_fn dev_web_show;
route_fn dev_web_set;
/* dev_integration_mcp.c: 402 beyond mcp_servers_max. */
route_fn dev_mcp_list;
route_fn dev_mcp_add;
route_fn dev_mcp_show;
route_fn dev_mcp_set;
route_fn dev_mcp_del;
/* The tools of a server that is kept, and of one that is described: 400 for an
 * answer that is none, 401 and 403 as it said, 502 when it was not reached, 429
 * beyond mcp_probes_per_minute. */
route_fn dev_mcp_test;
route_fn dev_mcp_try;
/* dev_integration_api.c */
route_fn dev_api_list;
route_fn dev_api_add;
route_fn dev_api_show;
route_fn dev_api_set;
route_fn dev_api_del;

/*
 * The widget API (/v1, /api/v1): failures are {"message","code"}; ids are given
 * as ULID; times in milliseconds; lists by JSON, or by Accept:
 * application/jsonl a line for each. docs/openapi-v1.json says what each takes
 * and gives.
 */

/* v1_openapi.c: docs/openapi-v1.json */
route_fn v1_openapi;

/* v1_widget.c: by id or alias; 402 beyond widgets_max, 409 for an alias that
 * the workspace has. */
route_fn v1_widget_create;
route_fn v1_widget_list;
route_fn v1_widget_fetch;
route_fn v1_widget_update;
route_fn v1_widget_clone;
route_fn v1_widget_delete;

/* v1_blueprint.c: the same of blueprints (blueprints_max). */
route_fn v1_blueprint_create;
route_fn v1_blueprint_list;
route_fn v1_blueprint_fetch;
route_fn v1_blueprint_update;
route_fn v1_blueprint_delete;

#endif
