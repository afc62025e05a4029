/* cmd_site.c: `barazactl workspace add`, `chatbot add`, `flow publish` and
 * `widget add` */
/* SPDX-License-Identifier: MIT */
#include "ctl.h"

#include "base/seal.h"
#include "bot/bot.h"
#include "chat/integrations.h"
#include "chat/site.h"

#define FLOW_MAX (1024 * 1024)

static struct str option_str(struct ctl *ctl, const char *name)
{
	return str_of(ctl_option(ctl, name));
}

enum err_code cmd_workspace_add(struct ctl *ctl, struct err *err)
{
	struct str name;
	struct id id;
	enum err_code code = ctl_need(ctl, "name", &name, err);

	if (code == ERR_OK)
		code = ctl_args_end(ctl, err);
	if (code == ERR_OK)
		code = site_add_workspace(ctl->db, name, &id, err);
	if (code == ERR_OK)
		printf("%s\n", id_text(id));
	return code;
}

/* --workspace ID of one that exists. */
static enum err_code need_workspace(
    struct ctl *ctl, struct id *id_r, struct err *err)
{
	struct str name;
	enum err_code code = ctl_need_id(ctl, "workspace", id_r, err);

	if (code == ERR_OK)
		code =
		    site_find_workspace(ctl->db, ctl->pool, *id_r, &name, err);
	return code;
}

enum err_code cmd_chatbot_add(struct ctl *ctl, struct err *err)
{
	struct str description = option_str(ctl, "description");
	struct str name;
	struct id workspace, id;
	enum err_code code = need_workspace(ctl, &workspace, err);

	if (code == ERR_OK)
		code = ctl_need(ctl, "name", &name, err);
	if (code == ERR_OK)
		code = ctl_args_end(ctl, err);
	if (code == ERR_OK)
		code = site_add_chatbot(
		    ctl->db, workspace, name, description, &id, err);
	if (code == ERR_OK)
		printf("%s\n", id_text(id));
	return code;
}

enum err_code cmd_flow_publish(struct ctl *ctl, struct err *err)
{
	struct str name, file, json;
	struct id workspace, chatbot, flow;
	enum err_code code = need_workspace(ctl, &workspace, err);

	if (code == ERR_OK)
		code = ctl_need_id(ctl, "chatbot", &chatbot, err);
	if (code == ERR_OK)
		code = ctl_need(ctl, "name", &name, err);
	if (code == ERR_OK)
		code = ctl_need(ctl, "file", &file, err);
	if (code == ERR_OK)
		code = ctl_args_end(ctl, err);
	if (code == ERR_OK)
		code = ctl_read_file(ctl->pool, file.p, FLOW_MAX, &json, err);
	if (code == ERR_OK)
		code = bot_set_flow(ctl->db, ctl->pool, workspace, chatbot,
		    name, json, true, &flow, err);
	if (code == ERR_OK)
		printf("%s\n", id_text(flow));
	return code;
}

/* The developer API shows the widget of a bot with its key. */
static enum err_code keep_token(struct ctl *ctl, struct id workspace,
    struct id id, struct str token, struct err *err)
{
	struct seal_key key;
	enum err_code code = seal_key_read(ctl->settings->key_file, &key, err);

	if (code != ERR_OK)
		return code;
	return integration_keep_token(
	    ctl->db, ctl->pool, &key, workspace, id, token, err);
}

enum err_code cmd_widget_add(struct ctl *ctl, struct err *err)
{
	const char *chatbot_text = ctl_option(ctl, "chatbot");
	struct str origins = option_str(ctl, "origins");
	struct str settings = option_str(ctl, "settings");
	struct id workspace, id;
	struct id chatbot = ID_NONE;
	struct str name, token = STR_EMPTY;
	enum err_code code = need_workspace(ctl, &workspace, err);

	if (code == ERR_OK && chatbot_text != NULL &&
	    !id_parse(str_of(chatbot_text), &chatbot))
		code = err_set(err, ERR_BAD_REQUEST, "--chatbot is no id.");
	if (code == ERR_OK)
		code = ctl_need(ctl, "name", &name, err);
	if (code == ERR_OK)
		code = ctl_args_end(ctl, err);
	if (code == ERR_OK)
		code = site_add_web_chat(ctl->db, ctl->pool, workspace, chatbot,
		    name, origins, settings, &id, &token, err);
	if (code == ERR_OK && !id_is_none(chatbot))
		code = keep_token(ctl, workspace, id, token, err);
	if (code == ERR_OK)
		printf("%s %.*s\n", id_text(id), STR_ARG(token));
	return code;
}
