/* routes.c: THE table: what must hold before each handler runs */
/* SPDX-License-Identifier: MIT */
#include "handlers.h"

/* Bytes. */
#define NO_BODY	     0
#define LOGIN_BODY   8192
#define SMALL_BODY   1024
#define TAGS_BODY    16384
#define VISITOR_BODY 16384
#define MESSAGE_BODY 131072
#define IDS_BODY     8192
#define BOT_BODY     65536
#define SESSION_BODY 65536
#define WEB_BODY     131072
#define AUTH_BODY    524288   /* headers of a tenant's choice */
#define FLOW_BODY    1114112  /* FLOW_JSON_MAX and what stands around it */
#define UPLOAD_BODY  68157440 /* ROUTE_FILE: less, by the settings */
#define KB_TEXT_BODY 1114112  /* KB_CONTENT_MAX, with as many escapes again */

/* Units of budget.h. By the settings' defaults a client has 1200 and gets back
 * 20 a second: 60 openings at once and one a second, 1200 polls and 20 a
 * second. No row may cost more than the smallest request_burst. */
#define FREE	     0
#define COST_POLL    1
#define COST_SEND    4
#define COST_PAGE    5
#define COST_OPEN    20
#define COST_FILE    20
#define COST_PREVIEW 20
#define COST_LOGIN   20

#define CSRF  ROUTE_CSRF
#define JSON  ROUTE_JSON
#define FORM  ROUTE_FORM
#define FILE_ ROUTE_FILE

/* Who, flags and face of the developer API; its budget is that of the key. */
#define KEY	 WHO_KEY, 0, RESP_DEV
#define KEY_JSON WHO_KEY, ROUTE_JSON, RESP_DEV
#define KEY_ONCE WHO_KEY, ROUTE_JSON | ROUTE_ONCE, RESP_DEV

/* The same of the widget API, which answers below /api/v1 too: route.c. */
#define V1_KEY	WHO_KEY, 0, RESP_V1
#define V1_JSON WHO_KEY, ROUTE_JSON, RESP_V1
#define V1_ONCE WHO_KEY, ROUTE_JSON | ROUTE_ONCE, RESP_V1

#define V1     "/v1"
#define WIDGET V1 "/integration/widget"
#define THIS   WIDGET "/:widgetIntegrationId"
#define PRINT  V1 "/blueprint"

#define DEV  "/api/dev/v1"
#define BOT  DEV "/chatbots/:chatbot_id"
#define FLOW BOT "/flows/:flow_id"
#define CHAT BOT "/chat/sessions"
#define TALK BOT "/conversations"
#define KB   DEV "/knowledge-bases/:kb_id"
#define INT  BOT "/integrations"
#define MCP  INT "/mcp/:integration_id"
#define API  INT "/api/:integration_id"

/* The widget API: with a session token, which has a budget of its own besides
 * that of its conversation. */
#define TALK_KEY WHO_TALK, ROUTE_JSON, RESP_V1
#define V1_TALK	 V1 "/conversation/:conversationId"

/* clang-format off */
const struct route routes[] = {
	{ M_GET,  "/healthz", WHO_ANYONE, 0, RESP_JSON,
	  NO_BODY, COST_POLL, health_show },

	{ M_GET,  "/", WHO_ANYONE, 0, RESP_PAGE, NO_BODY, FREE, page_root },
	{ M_GET,  "/console/preview/web-chat", WHO_PAGE, 0, RESP_WIDGET,
	  NO_BODY, FREE, page_preview },
	{ M_GET,  "/console/*", WHO_PAGE, 0, RESP_PAGE,
	  NO_BODY, FREE, page_console },
	{ M_GET,  "/auth/login", WHO_ANYONE, 0, RESP_PAGE,
	  NO_BODY, COST_PAGE, page_login },

	{ M_POST, "/auth/login", WHO_ANYONE, CSRF | JSON | FORM, RESP_JSON,
	  LOGIN_BODY, COST_LOGIN, auth_login },
	{ M_POST, "/auth/logout", WHO_AGENT, CSRF | JSON, RESP_JSON,
	  SMALL_BODY, FREE, auth_logout },
	{ M_GET,  "/auth/me", WHO_AGENT, 0, RESP_JSON,
	  NO_BODY, FREE, auth_me },

	{ M_GET,  "/api/conversations/", WHO_AGENT, 0, RESP_JSON,
	  NO_BODY, FREE, agent_conversation_list },
	{ M_GET,  "/api/conversations/:id", WHO_AGENT, 0, RESP_JSON,
	  NO_BODY, FREE, agent_conversation_show },
	{ M_GET,  "/api/conversations/:id/history", WHO_AGENT, 0, RESP_JSON,
	  NO_BODY, FREE, agent_history },
	{ M_POST, "/api/conversations/:id/assign", WHO_AGENT, CSRF | JSON,
	  RESP_JSON, SMALL_BODY, FREE, agent_assign },
	{ M_POST, "/api/conversations/:id/resolve", WHO_AGENT, CSRF | JSON,
	  RESP_JSON, TAGS_BODY, FREE, agent_resolve },
	{ M_POST, "/api/conversations/:id/tag", WHO_AGENT, CSRF | JSON,
	  RESP_JSON, TAGS_BODY, FREE, agent_tag },
	{ M_GET,  "/api/conversations/:id/updates", WHO_AGENT, 0, RESP_JSON,
	  NO_BODY, FREE, agent_updates },
	{ M_POST, "/api/conversations/:id/messages", WHO_AGENT, CSRF | JSON,
	  RESP_JSON, MESSAGE_BODY, FREE, agent_send },
	{ M_POST, "/api/conversations/:id/upload", WHO_AGENT, CSRF | FILE_,
	  RESP_JSON, UPLOAD_BODY, FREE, agent_upload },
	{ M_POST, "/api/conversations/:id/read", WHO_AGENT, CSRF | JSON,
	  RESP_JSON, IDS_BODY, FREE, agent_read },
	{ M_POST, "/api/conversations/:id/delivered", WHO_AGENT, CSRF | JSON,
	  RESP_JSON, SMALL_BODY, FREE, agent_delivered },
	{ M_GET,  "/api/events", WHO_AGENT, 0, RESP_JSON,
	  NO_BODY, FREE, agent_events },
	{ M_GET,  "/api/agents", WHO_AGENT, 0, RESP_JSON,
	  NO_BODY, FREE, agent_agents },
	{ M_GET,  "/api/keys", WHO_ADMIN, 0, RESP_JSON,
	  NO_BODY, FREE, agent_key_list },
	{ M_POST, "/api/keys", WHO_ADMIN, CSRF | JSON, RESP_JSON,
	  SMALL_BODY, FREE, agent_key_add },
	{ M_DELETE, "/api/keys/:id", WHO_ADMIN, CSRF, RESP_JSON,
	  NO_BODY, FREE, agent_key_del },

	{ M_GET,  "/api/chatbots", WHO_ADMIN, 0, RESP_JSON,
	  NO_BODY, FREE, agent_chatbot_list },
	{ M_GET,  "/api/widget-options", WHO_ADMIN, 0, RESP_JSON,
	  NO_BODY, FREE, agent_widget_options },
	{ M_GET,  "/api/widgets", WHO_ADMIN, 0, RESP_JSON,
	  NO_BODY, FREE, agent_widget_list },
	{ M_POST, "/api/widgets", WHO_ADMIN, CSRF | JSON, RESP_JSON,
	  WEB_BODY, FREE, agent_widget_add },
	{ M_GET,  "/api/widgets/:id", WHO_ADMIN, 0, RESP_JSON,
	  NO_BODY, FREE, agent_widget_show },
	{ M_PATCH, "/api/widgets/:id", WHO_ADMIN, CSRF | JSON, RESP_JSON,
	  WEB_BODY, FREE, agent_widget_set },
	{ M_DELETE, "/api/widgets/:id", WHO_ADMIN, CSRF, RESP_JSON,
	  NO_BODY, FREE, agent_widget_del },
	{ M_POST, "/api/widgets/:id/clone", WHO_ADMIN, CSRF | JSON, RESP_JSON,
	  SMALL_BODY, FREE, agent_widget_clone },
	{ M_GET,  "/api/widgets/:id/key", WHO_ADMIN, 0, RESP_JSON,
	  NO_BODY, FREE, agent_widget_show_key },
	{ M_POST, "/api/widgets/:id/key", WHO_ADMIN, CSRF | JSON, RESP_JSON,
	  SMALL_BODY, FREE, agent_widget_renew_key },
	{ M_POST, "/api/widgets/:id/identity-secret", WHO_ADMIN, CSRF | JSON,
	  RESP_JSON, SMALL_BODY, FREE, agent_widget_renew_secret },

	{ M_GET,  "/chat-widget", WHO_ANYONE, 0, RESP_WIDGET,
	  NO_BODY, COST_PAGE, widget_page },
	{ M_GET,  "/chat-widget/embed.js", WHO_ANYONE, 0, RESP_SCRIPT,
	  NO_BODY, COST_POLL, widget_script },
	{ M_GET,  "/widget.js", WHO_ANYONE, 0, RESP_SCRIPT,
	  NO_BODY, COST_POLL, widget_script },
	{ M_GET,  "/integrations/widget/v2.js", WHO_ANYONE, 0, RESP_SCRIPT,
	  NO_BODY, COST_POLL, widget_element },
	{ M_GET,  "/integrations/widget/plugins/:name", WHO_ANYONE, 0,
	  RESP_SCRIPT, NO_BODY, COST_POLL, widget_plugin },
	{ M_GET,  "/integrations/widget/:id/frame", WHO_ANYONE, 0, RESP_WIDGET,
	  NO_BODY, COST_PAGE, widget_frame },
	{ M_GET,  "/integrations/widget/:id/404", WHO_ANYONE, 0, RESP_WIDGET,
	  NO_BODY, COST_PAGE, widget_frame_none },
	{ M_GET,  "/chat-widget/frame", WHO_ANYONE, 0, RESP_WIDGET,
	  NO_BODY, COST_PAGE, widget_frame_any },
	/* any type of body: sites ask for it without asking first (CORS) */
	{ M_POST, "/chat-widget/config", WHO_ANYONE, 0, RESP_GUEST,
	  SMALL_BODY, COST_POLL, widget_config },
	{ M_POST, "/chat-widget/open", WHO_ANYONE, JSON, RESP_JSON,
	  VISITOR_BODY, COST_OPEN, widget_open },
	{ M_GET,  "/chat-widget/history/:id", WHO_ANYONE, 0, RESP_JSON,
	  NO_BODY, COST_POLL, widget_history },
	{ M_GET,  "/chat-widget/updates/:id", WHO_ANYONE, 0, RESP_JSON,
	  NO_BODY, COST_POLL, widget_updates },
	{ M_POST, "/chat-widget/send", WHO_ANYONE, JSON, RESP_JSON,
	  MESSAGE_BODY, COST_SEND, widget_send },
	{ M_POST, "/chat-widget/read", WHO_ANYONE, JSON, RESP_JSON,
	  IDS_BODY, COST_POLL, widget_read },
	{ M_POST, "/chat-widget/delivered", WHO_ANYONE, JSON, RESP_JSON,
	  IDS_BODY, COST_POLL, widget_delivered },
	{ M_POST, "/chat-widget/details", WHO_ANYONE, JSON, RESP_JSON,
	  VISITOR_BODY, COST_POLL, widget_details },

	{ M_POST, "/chat-widget/upload", WHO_ANYONE, FILE_, RESP_JSON,
	  UPLOAD_BODY, COST_FILE, widget_upload },

	{ M_POST, "/chat-widget/preview", WHO_ANYONE, JSON, RESP_JSON,
	  VISITOR_BODY, COST_PREVIEW, widget_preview },

	{ M_GET,  "/files/:id/:secret/:name", WHO_ANYONE, 0, RESP_FILE,
	  NO_BODY, COST_POLL, file_show },

	{ M_GET,  DEV "/openapi.json", WHO_ANYONE, 0, RESP_DEV,
	  NO_BODY, COST_PAGE, dev_openapi },
	{ M_GET,  DEV "/me", KEY, NO_BODY, FREE, dev_me },
	{ M_GET,  DEV "/chatbots", KEY, NO_BODY, FREE, dev_chatbot_list },
	{ M_POST, DEV "/chatbots", KEY_ONCE, BOT_BODY, FREE, dev_chatbot_add },
	{ M_GET,  BOT, KEY, NO_BODY, FREE, dev_chatbot_show },
	{ M_PATCH, BOT, KEY_JSON, BOT_BODY, FREE, dev_chatbot_set },
	{ M_DELETE, BOT, KEY, NO_BODY, FREE, dev_chatbot_del },
	{ M_GET,  BOT "/stats", KEY, NO_BODY, FREE, dev_chatbot_stats },
	{ M_GET,  BOT "/analytics/overview", KEY, NO_BODY, FREE,
	  dev_analytics_overview },
	{ M_GET,  BOT "/analytics/conversations", KEY, NO_BODY, FREE,
	  dev_analytics_conversations },
	{ M_GET,  BOT "/analytics/messages", KEY, NO_BODY, FREE,
	  dev_analytics_messages },
	{ M_GET,  BOT "/flows", KEY, NO_BODY, FREE, dev_flow_list },
	{ M_POST, BOT "/flows", KEY_ONCE, FLOW_BODY, FREE, dev_flow_add },
	{ M_GET,  FLOW, KEY, NO_BODY, FREE, dev_flow_show },
	{ M_PATCH, FLOW, KEY_JSON, FLOW_BODY, FREE, dev_flow_set },
	{ M_DELETE, FLOW, KEY, NO_BODY, FREE, dev_flow_del },
	{ M_POST, FLOW "/validate", KEY_ONCE, SMALL_BODY, FREE,
	  dev_flow_validate },
	{ M_POST, FLOW "/publish", KEY_ONCE, SMALL_BODY, FREE,
	  dev_flow_publish },
	/* They wait for the bot: Idempotency-Key is their own business. */
	{ M_POST, CHAT, KEY_JSON, SESSION_BODY, FREE, dev_chat_open },
	{ M_POST, CHAT "/:session_id/messages", KEY_JSON, MESSAGE_BODY, FREE,
	  dev_chat_send },
	{ M_GET,  TALK, KEY, NO_BODY, FREE, dev_conversation_list },
	{ M_GET,  TALK "/:conversation_id", KEY, NO_BODY, FREE,
	  dev_conversation_show },
	{ M_GET,  TALK "/:conversation_id/messages", KEY, NO_BODY, FREE,
	  dev_message_list },
	{ M_GET,  DEV "/knowledge-bases", KEY, NO_BODY, FREE, dev_kb_list },
	{ M_POST, DEV "/knowledge-bases", KEY_ONCE, BOT_BODY, FREE,
	  dev_kb_add },
	{ M_GET,  KB, KEY, NO_BODY, FREE, dev_kb_show },
	{ M_PATCH, KB, KEY_JSON, BOT_BODY, FREE, dev_kb_set },
	{ M_DELETE, KB, KEY, NO_BODY, FREE, dev_kb_del },
	{ M_GET,  KB "/sources", KEY, NO_BODY, FREE, dev_kb_source_list },
	{ M_POST, KB "/sources/text", KEY_ONCE, KB_TEXT_BODY, FREE,
	  dev_kb_source_add_text },
	{ M_POST, KB "/sources/web", KEY_ONCE, BOT_BODY, FREE,
	  dev_kb_source_add_web },
	{ M_DELETE, KB "/sources/:source_id", KEY, NO_BODY, FREE,
	  dev_kb_source_del },
	{ M_GET,  BOT "/knowledge-bases", KEY, NO_BODY, FREE,
	  dev_kb_list_attached },
	{ M_POST, BOT "/knowledge-bases", KEY_ONCE, SMALL_BODY, FREE,
	  dev_kb_attach },
	{ M_DELETE, BOT "/knowledge-bases/:kb_id", KEY, NO_BODY, FREE,
	  dev_kb_detach },

	/* words before :integration_id, which would take them */
	{ M_GET,  INT, KEY, NO_BODY, FREE, dev_integration_list },
	{ M_POST, INT "/whatsapp", KEY_ONCE, BOT_BODY, FREE, dev_whatsapp_add },
	{ M_GET,  INT "/whatsapp", KEY, NO_BODY, FREE, dev_whatsapp_show },
	{ M_PATCH, INT "/whatsapp", KEY_JSON, BOT_BODY, FREE,
	  dev_whatsapp_set },
	{ M_POST, INT "/rest-api", KEY_ONCE, BOT_BODY, FREE, dev_rest_api_add },
	{ M_GET,  INT "/rest-api", KEY, NO_BODY, FREE, dev_rest_api_show },
	{ M_PATCH, INT "/rest-api", KEY_JSON, BOT_BODY, FREE,
	  dev_rest_api_set },
	{ M_POST, INT "/web", KEY_ONCE, WEB_BODY, FREE, dev_web_add },
	{ M_GET,  INT "/web", KEY, NO_BODY, FREE, dev_web_show },
	{ M_PATCH, INT "/web", KEY_JSON, WEB_BODY, FREE, dev_web_set },
	{ M_GET,  INT "/mcp", KEY, NO_BODY, FREE, dev_mcp_list },
	{ M_POST, INT "/mcp", KEY_ONCE, AUTH_BODY, FREE, dev_mcp_add },
	/* Not ROUTE_ONCE: it changes nothing, and waits for another server. */
	{ M_POST, INT "/mcp/test", KEY_JSON, AUTH_BODY, FREE, dev_mcp_try },
	{ M_GET,  MCP, KEY, NO_BODY, FREE, dev_mcp_show },
	{ M_PATCH, MCP, KEY_JSON, AUTH_BODY, FREE, dev_mcp_set },
	{ M_DELETE, MCP, KEY, NO_BODY, FREE, dev_mcp_del },
	{ M_POST, MCP "/test", KEY_JSON, SMALL_BODY, FREE, dev_mcp_test },
	{ M_GET,  INT "/api", KEY, NO_BODY, FREE, dev_api_list },
	{ M_POST, INT "/api", KEY_ONCE, AUTH_BODY, FREE, dev_api_add },
	{ M_GET,  API, KEY, NO_BODY, FREE, dev_api_show },
	{ M_PATCH, API, KEY_JSON, AUTH_BODY, FREE, dev_api_set },
	{ M_DELETE, API, KEY, NO_BODY, FREE, dev_api_del },
	{ M_GET,  INT "/:integration_id", KEY, NO_BODY, FREE,
	  dev_integration_show },
	{ M_DELETE, INT "/:integration_id", KEY, NO_BODY, FREE,
	  dev_integration_del },

	{ M_GET,  V1 "/openapi.json", WHO_ANYONE, 0, RESP_V1,
	  NO_BODY, COST_PAGE, v1_openapi },
	{ M_POST, WIDGET "/create", V1_ONCE, WEB_BODY, FREE, v1_widget_create },
	{ M_GET,  WIDGET "/list", V1_KEY, NO_BODY, FREE, v1_widget_list },
	{ M_GET,  THIS "/fetch", V1_KEY, NO_BODY, FREE, v1_widget_fetch },
	{ M_POST, THIS "/update", V1_JSON, WEB_BODY, FREE, v1_widget_update },
	{ M_POST, THIS "/clone", V1_ONCE, SMALL_BODY, FREE, v1_widget_clone },
	{ M_POST, THIS "/delete", V1_JSON, SMALL_BODY, FREE, v1_widget_delete },
	{ M_POST, PRINT "/create", V1_ONCE, WEB_BODY, FREE,
	  v1_blueprint_create },
	{ M_GET,  PRINT "/list", V1_KEY, NO_BODY, FREE, v1_blueprint_list },
	{ M_GET,  PRINT "/:blueprintId/fetch", V1_KEY, NO_BODY, FREE,
	  v1_blueprint_fetch },
	{ M_POST, PRINT "/:blueprintId/update", V1_JSON, WEB_BODY, FREE,
	  v1_blueprint_update },
	{ M_POST, PRINT "/:blueprintId/delete", V1_JSON, SMALL_BODY, FREE,
	  v1_blueprint_delete },

	{ M_POST, V1 "/integration/widget/:widgetIntegrationId/session/create",
	  WHO_ANYONE, ROUTE_JSON, RESP_V1, SESSION_BODY, COST_OPEN,
	  v1_widget_session_create },
	{ M_POST, V1 "/bot/:botId/session/create", WHO_KEY, ROUTE_JSON,
	  RESP_V1, SESSION_BODY, FREE, v1_bot_session_create },
	{ M_POST, V1_TALK "/session/create", WHO_TALK_KEY, ROUTE_JSON, RESP_V1,
	  SMALL_BODY, FREE, v1_conversation_session_create },
	{ M_POST, V1_TALK "/complete", TALK_KEY, MESSAGE_BODY, COST_SEND,
	  v1_complete },
	{ M_POST, V1_TALK "/send", TALK_KEY, MESSAGE_BODY, COST_SEND, v1_send },
	{ M_POST, V1_TALK "/receive", TALK_KEY, MESSAGE_BODY, COST_SEND,
	  v1_receive },
	{ M_POST, V1_TALK "/message/:messageId/upvote", TALK_KEY, SMALL_BODY,
	  COST_POLL, v1_message_upvote },
	{ M_POST, V1_TALK "/message/:messageId/downvote", TALK_KEY,
	  SMALL_BODY, COST_POLL, v1_message_downvote },
	{ M_GET,  V1_TALK "/message/list", WHO_TALK_KEY, 0, RESP_V1,
	  NO_BODY, FREE, v1_message_list },
	{ M_POST, V1_TALK "/message/create", WHO_TALK_KEY, ROUTE_JSON, RESP_V1,
	  MESSAGE_BODY, FREE, v1_message_create },
	{ M_POST, V1 "/channel/:channelId/publish", TALK_KEY, MESSAGE_BODY,
	  COST_POLL, v1_channel_publish },
};
/* clang-format on */

const size_t routes_n = COUNT_OF(routes);
