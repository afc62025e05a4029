/* cmd_key.c: `barazactl key add`, `key list` and `key revoke` */
/* SPDX-License-Identifier: MIT */
#include "ctl.h"

#include "base/clock.h"
#include "chat/apikey.h"
#include "chat/site.h"

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

/* --scope read|write, --days N */
static enum err_code read_options(
    struct ctl *ctl, bool *can_write_r, int64_t *days_r, struct err *err)
{
	const char *scope = ctl_option(ctl, "scope");
	const char *days = ctl_option(ctl, "days");

	*can_write_r = scope == NULL || strcmp(scope, "write") == 0;
	*days_r = 0;
	if (scope != NULL && !*can_write_r && strcmp(scope, "read") != 0)
		return err_set(
		    err, ERR_BAD_REQUEST, "--scope is read or write.");
	if (days != NULL && !str_i64(str_of(days), 1, APIKEY_DAYS_MAX, days_r))
		return err_set(err, ERR_BAD_REQUEST, "--days is 1 to %d.",
		    APIKEY_DAYS_MAX);
	return ERR_OK;
}

enum err_code cmd_key_add(struct ctl *ctl, struct err *err)
{
	struct id workspace;
	struct api_key key;
	struct str name, secret;
	bool can_write;
	int64_t days;
	enum err_code code = read_options(ctl, &can_write, &days, err);

	if (code == ERR_OK)
		code = need_workspace(ctl, &workspace, err);
	if (code == ERR_OK)
		code = ctl_need(ctl, "name", &name, err);
	if (code == ERR_OK)
		code = ctl_args_end(ctl, err);
	if (code == ERR_OK)
		code = apikey_add(ctl->db, ctl->pool, workspace, name,
		    can_write, ID_NONE, days, &key, &secret, err);
	if (code == ERR_OK)
		printf("%s %.*s\n", id_text(key.id), STR_ARG(secret));
	return code;
}

static void print_time(const char *what, int64_t us)
{
	char text[CLOCK_ISO_SIZE];

	if (us != 0)
		printf(" %s=%.19sZ", what, clock_iso(us, text));
}

enum err_code cmd_key_list(struct ctl *ctl, struct err *err)
{
	struct id workspace;
	struct api_keys list = { .n = 0 };
	enum err_code code = need_workspace(ctl, &workspace, err);

	if (code == ERR_OK)
		code = ctl_args_end(ctl, err);
	if (code == ERR_OK)
		code = apikey_list(ctl->db, ctl->pool, workspace, &list, err);
	for (size_t i = 0; i < list.n; i++) {
		const struct api_key *key = &list.items[i];

		printf("%s %.*s %s", id_text(key->id),
		    STR_ARG(apikey_masked(ctl->pool, key)),
		    key->can_write ? "write" : "read");
		print_time("created", key->created_at);
		print_time("used", key->last_used_at);
		print_time("expires", key->expires_at);
		print_time("revoked", key->revoked_at);
		printf(" %.*s\n", STR_ARG(key->name));
	}
	return code;
}

enum err_code cmd_key_revoke(struct ctl *ctl, struct err *err)
{
	struct id workspace, id;
	enum err_code code = need_workspace(ctl, &workspace, err);

	if (code == ERR_OK)
		code = ctl_need_id(ctl, "key", &id, err);
	if (code == ERR_OK)
		code = ctl_args_end(ctl, err);
	if (code == ERR_OK)
		code =
		    apikey_revoke(ctl->db, ctl->settings, workspace, id, err);
	return code;
}
