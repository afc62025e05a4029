/* cmd_migrate.c: `barazactl migrate`: schema.sql for an empty database, the
 * numbered files of migrate/ for an older one */
/* SPDX-License-Identifier: MIT */
#include "ctl.h"

#include <dirent.h>

#include "db/db_schema.h"

#define SQL_MAX	  (4 * 1024 * 1024)
#define FILES_MAX 1000

struct migration {
	uint64_t version;
	char *name; /* NNNN-what.sql */
};

static int by_version(const void *a, const void *b)
{
	const struct migration *x = a;
	const struct migration *y = b;

	return x->version < y->version ? -1 : x->version > y->version;
}

/* NNNN-what.sql; anything else is no migration. */
static bool parse_name(const char *name, uint64_t *version_r)
{
	struct str s = str_of(name);

	return s.n > 9 && str_ends(s, STR(".sql")) && s.p[4] == '-' &&
	       str_u64(str_head(s, 4), 1, 9999, version_r);
}

static enum err_code list_migrations(struct ctl *ctl, const char *dir,
    struct migration *list, size_t *n_r, struct err *err)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	*n_r = 0;
	if (d == NULL)
		return ERR_OK; /* none were needed so far */
	while ((e = readdir(d)) != NULL && *n_r < FILES_MAX) {
		if (!parse_name(e->d_name, &list[*n_r].version))
			continue;
		list[*n_r].name =
		    pool_strndup(ctl->pool, e->d_name, strlen(e->d_name));
		(*n_r)++;
	}
	closedir(d);
	qsort(list, *n_r, sizeof(*list), by_version);
	for (size_t i = 1; i < *n_r; i++)
		if (list[i].version == list[i - 1].version)
			return err_set(err, ERR_CONFLICT,
			    "%.60s and %.60s have the same number.",
			    list[i - 1].name, list[i].name);
	return ERR_OK;
}

static enum err_code run_file(
    struct ctl *ctl, const char *path, struct err *err)
{
	struct str sql;
	enum err_code code = ctl_read_file(ctl->pool, path, SQL_MAX, &sql, err);

	return code == ERR_OK ? db_run_script(ctl->db, sql, err) : code;
}

/*
 * The servers commit at each CREATE or ALTER, so a file cannot be undone as a
 * whole; its number is noted only behind its last statement, and a file that
 * failed half-way is reported with the statement at fault.
 */
static enum err_code upgrade(
    struct ctl *ctl, const char *sql_dir, uint64_t *version, struct err *err)
{
	const char *dir = pool_printf(ctl->pool, "%s/migrate", sql_dir);
	struct migration *list =
	    pool_alloc(ctl->pool, FILES_MAX * sizeof(*list));
	size_t n;
	enum err_code code = list_migrations(ctl, dir, list, &n, err);

	for (size_t i = 0; i < n && code == ERR_OK; i++) {
		if (list[i].version <= *version)
			continue;
		code = run_file(ctl,
		    pool_printf(ctl->pool, "%s/%s", dir, list[i].name), err);
		if (code == ERR_OK)
			code = db_schema_add_version(ctl->db, list[i].version,
			    str_of(list[i].name), err);
		if (code == ERR_OK) {
			printf("applied %s\n", list[i].name);
			*version = list[i].version;
		}
	}
	return code;
}

enum err_code cmd_migrate(struct ctl *ctl, struct err *err)
{
	const char *sql_dir = ctl_option(ctl, "sql");
	uint64_t version;
	enum err_code code = ctl_args_end(ctl, err);

	if (sql_dir == NULL)
		sql_dir = BARAZA_DATA_DIR "/sql";
	if (code == ERR_OK)
		code = db_schema_get_version(ctl->db, &version, err);
	if (code != ERR_OK)
		return code;
	if (version == 0) {
		code = run_file(
		    ctl, pool_printf(ctl->pool, "%s/schema.sql", sql_dir), err);
		if (code == ERR_OK)
			code = db_schema_get_version(ctl->db, &version, err);
		if (code != ERR_OK)
			return code;
		printf("created the schema, version %llu\n",
		    (unsigned long long)version);
	}
	code = upgrade(ctl, sql_dir, &version, err);
	if (code == ERR_OK)
		printf("the database is at version %llu\n",
		    (unsigned long long)version);
	return code;
}
