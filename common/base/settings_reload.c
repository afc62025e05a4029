/* settings_reload.c: the settings file read again while a program runs */
/* SPDX-License-Identifier: MIT */
#include "base/settings.h"

static void add_name(char *list, size_t size, const char *name)
{
	size_t n = strlen(list);

	snprintf(list + n, size - n, "%s%s", n ? "," : "", name);
}

enum err_code settings_reload(
    struct settings *s, struct settings_changes *changes_r, struct err *err)
{
	struct settings fresh = { 0 };
	enum err_code code = settings_read(s->path, &fresh, err);

	memset(changes_r, 0, sizeof(*changes_r));
	if (code != ERR_OK)
		return code;
	for (size_t i = 0; i < settings_rows_n; i++) {
		const struct conf_row *row = &settings_rows[i];

		if (conf_is_same(row, s, &fresh))
			continue;
		if (row->is_live)
			conf_move(row, &fresh, s);
		add_name(row->is_live ? changes_r->live : changes_r->restart,
		    sizeof(changes_r->live), row->key);
	}
	settings_fini(&fresh);
	return ERR_OK;
}
