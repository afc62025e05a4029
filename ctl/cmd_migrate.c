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

/* What the folder holds, by number. */
struct migrations {
	const char *dir;
	struct migration *list;
	size_t n;
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

static enum err_code list_migrations(
    struct ctl *ctl, const char *sql_dir, struct migrations *m, struct err *err)
{
	DIR *d;
	struct dirent *e;

	m->dir = pool_printf(ctl->pool, "%s/migrate", sql_dir);
	m->list = pool_alloc(ctl->pool, FILES_MAX * sizeof(*m->list));
	m->n = 0;
	d = opendir(m->dir);
	if (d == NULL)
		return ERR_OK; /* none were needed so far */
	while ((e = readdir(d)) != NULL && m->n < FILES_MAX) {
		struct migration *next = &m->list[m->n];

		if (!parse_name(e->d_name, &next->version))
			continue;
		next->name =
		    pool_strndup(ctl->pool, e->d_name, strlen(e->d_name));
		m->n++;
	}
	closedir(d);
	qsort(m->list, m->n, sizeof(*m->list), by_version);
	for (size_t i = 1; i < m->n; i++)
		if (m->list[i].version == m->list[i - 1].version)
			return err_set(err, ERR_CONFLICT,
			    "%.60s and %.60s have the same number.",
			    m->list[i - 1].name, m->list[i].name);
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
static enum err_code upgrade(struct ctl *ctl, const struct migrations *m,
    uint64_t *version, struct err *err)
{
	enum err_code code = ERR_OK;

	for (size_t i = 0; i < m->n && code == ERR_OK; i++) {
		const struct migration *next = &m->list[i];

		if (next->version <= *version)
			continue;
		code = run_file(ctl,
		    pool_printf(ctl->pool, "%s/%s", m->dir, next->name), err);
		if (code == ERR_OK)
			code = db_schema_add_version(
			    ctl->db, next->version, str_of(next->name), err);
		if (code == ERR_OK) {
			printf("applied %s\n", next->name);
			*version = next->version;
		}
	}
	return code;
}

/* schema.sql, which brings its own version. */
static enum err_code create(
    struct ctl *ctl, const char *sql_dir, uint64_t *version_r, struct err *err)
{
	enum err_code code = run_file(
	    ctl, pool_printf(ctl->pool, "%s/schema.sql", sql_dir), err);

	if (code == ERR_OK)
		code = db_schema_get_version(ctl->db, version_r, err);
	if (code == ERR_OK)
		printf("created the schema, version %llu\n",
		    (unsigned long long)*version_r);
	return code;
}

enum err_code cmd_migrate(struct ctl *ctl, struct err *err)
{
	const char *sql_dir = ctl_option(ctl, "sql");
	struct migrations files;
	uint64_t version;
	enum err_code code = ctl_args_end(ctl, err);

	if (sql_dir == NULL)
		sql_dir = BARAZA_DATA_DIR "/sql";
	/* What is wrong with the folder is found before anything runs. */
	if (code == ERR_OK)
		code = list_migrations(ctl, sql_dir, &files, err);
	if (code == ERR_OK)
		code = db_schema_get_version(ctl->db, &version, err);
	if (code == ERR_OK && version == 0)
		code = create(ctl, sql_dir, &version, err);
	if (code == ERR_OK)
		code = upgrade(ctl, &files, &version, err);
	if (code == ERR_OK)
		printf("the database is at version %llu\n",
		    (unsigned long long)version);
	return code;
}
