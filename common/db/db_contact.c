/* db_contact.c: statements on contacts: the end users */
/* SPDX-License-Identifier: MIT */
#include "db/db_contact.h"

#include "db/db_modules.h"

enum {
	CONTACT_LOCK,
	CONTACT_LOCK_USER,
	CONTACT_GET,
	CONTACT_ADD,
	CONTACT_SET,
	CONTACT__MAX
};

#define COLUMNS                                                                \
	"id, integration_id, external_id, display_name, attributes, "          \
	"user_key, is_verified"
#define OUT "ddbssb?i"

static const struct db_stmt stmts[CONTACT__MAX] = {
	[CONTACT_LOCK] = DB_STMT("contact_lock", "ddb", OUT,
	    "SELECT " COLUMNS " FROM contacts "
	    "WHERE workspace_id = ? AND integration_id = ? "
	    "AND external_id = ? FOR UPDATE"),
	[CONTACT_LOCK_USER] = DB_STMT("contact_lock_user", "ddbi", OUT,
	    "SELECT " COLUMNS " FROM contacts "
	    "WHERE workspace_id = ? AND integration_id = ? AND user_key = ? "
	    "AND is_verified = ? ORDER BY id DESC LIMIT 1 FOR UPDATE"),
	[CONTACT_GET] = DB_STMT("contact_get", "dd", OUT,
	    "SELECT " COLUMNS " FROM contacts "
	    "WHERE workspace_id = ? AND id = ?"),
	[CONTACT_ADD] = DB_STMT("contact_add", "dddbssb?itt", "",
	    "INSERT INTO contacts (workspace_id, id, integration_id, "
	    "external_id, display_name, attributes, user_key, is_verified, "
	    "created_at, updated_at) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
	[CONTACT_SET] = DB_STMT("contact_set", "ssb?itdd", "",
	    "UPDATE contacts SET display_name = ?, attributes = ?, "
	    "user_key = ?, is_verified = ?, updated_at = ? "
	    "WHERE workspace_id = ? AND id = ?"),
};

const struct db_module db_contact_module = { "contact", stmts, CONTACT__MAX };

static struct db_contact from_row(
    const struct db_rows *rows, struct id workspace_id)
{
	return (struct db_contact){
		.id = db_row_id(rows, 0, 0),
		.workspace_id = workspace_id,
		.integration_id = db_row_id(rows, 0, 1),
		.external_id = db_row_str(rows, 0, 2),
		.display_name = db_row_str(rows, 0, 3),
		.attributes = db_row_str(rows, 0, 4),
		.user_key = db_row_str(rows, 0, 5),
		.is_verified = db_row_int(rows, 0, 6) != 0,
	};
}

static struct db_arg blob_or_null(struct str s)
{
	return s.n ? DB_BLOB(s) : DB_NULL('b');
}

enum err_code db_contact_lock(struct db *db, struct pool *pool,
    struct id workspace_id, struct id integration_id, struct str external_id,
    struct db_contact *contact_r, bool *is_found_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_contact_module, CONTACT_LOCK,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(integration_id),
		DB_BLOB(external_id)),
	    pool, &rows, err);

	if (code != ERR_OK)
		return code;
	*is_found_r = rows.n > 0;
	if (rows.n > 0)
		*contact_r = from_row(&rows, workspace_id);
	return ERR_OK;
}

enum err_code db_contact_lock_user(struct db *db, struct pool *pool,
    struct id workspace_id, struct id integration_id, struct str user_key,
    bool is_verified, struct db_contact *contact_r, bool *is_found_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_contact_module, CONTACT_LOCK_USER,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(integration_id),
		DB_BLOB(user_key), DB_INT(is_verified)),
	    pool, &rows, err);

	if (code != ERR_OK)
		return code;
	*is_found_r = rows.n > 0;
	if (rows.n > 0)
		*contact_r = from_row(&rows, workspace_id);
	return ERR_OK;
}

enum err_code db_contact_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct db_contact *contact_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_contact_module, CONTACT_GET,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), pool, &rows, err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "No such contact.");
	*contact_r = from_row(&rows, workspace_id);
	return ERR_OK;
}

enum err_code db_contact_add(struct db *db, const struct db_contact *contact,
    int64_t now, struct err *err)
{
	return db_exec(db, &db_contact_module, CONTACT_ADD,
	    DB_ARGS(DB_ID(contact->workspace_id), DB_ID(contact->id),
		DB_ID(contact->integration_id), DB_BLOB(contact->external_id),
		DB_TEXT(contact->display_name), DB_TEXT(contact->attributes),
		blob_or_null(contact->user_key), DB_INT(contact->is_verified),
		DB_TIME(now), DB_TIME(now)),
	    NULL, err);
}

enum err_code db_contact_set(struct db *db, const struct db_contact *contact,
    int64_t now, struct err *err)
{
	return db_exec(db, &db_contact_module, CONTACT_SET,
	    DB_ARGS(DB_TEXT(contact->display_name),
		DB_TEXT(contact->attributes), blob_or_null(contact->user_key),
		DB_INT(contact->is_verified), DB_TIME(now),
		DB_ID(contact->workspace_id), DB_ID(contact->id)),
	    NULL, err);
}
