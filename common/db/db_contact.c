/* db_contact.c: statements on contacts: the end users */
/* SPDX-License-Identifier: MIT */
#include "db/db_contact.h"

#include "db/db_modules.h"

enum { CONTACT_LOCK, CONTACT_ADD, CONTACT_SET, CONTACT__MAX };

static const struct db_stmt stmts[CONTACT__MAX] = {
	[CONTACT_LOCK] = DB_STMT("contact_lock", "ddb", "dss",
	    "SELECT id, display_name, attributes FROM contacts "
	    "WHERE workspace_id = ? AND integration_id = ? "
	    "AND external_id = ? FOR UPDATE"),
	[CONTACT_ADD] = DB_STMT("contact_add", "dddbsstt", "",
	    "INSERT INTO contacts (workspace_id, id, integration_id, "
	    "external_id, display_name, attributes, created_at, updated_at) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
	[CONTACT_SET] = DB_STMT("contact_set", "sstdd", "",
	    "UPDATE contacts SET display_name = ?, attributes = ?, "
	    "updated_at = ? WHERE workspace_id = ? AND id = ?"),
};

const struct db_module db_contact_module = { "contact", stmts, CONTACT__MAX };

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
	if (rows.n == 0)
		return ERR_OK;
	*contact_r = (struct db_contact){
		.id = db_row_id(&rows, 0, 0),
		.workspace_id = workspace_id,
		.integration_id = integration_id,
		.external_id = external_id,
		.display_name = db_row_str(&rows, 0, 1),
		.attributes = db_row_str(&rows, 0, 2),
	};
	return ERR_OK;
}

enum err_code db_contact_add(struct db *db, const struct db_contact *contact,
    int64_t now, struct err *err)
{
	return db_exec(db, &db_contact_module, CONTACT_ADD,
	    DB_ARGS(DB_ID(contact->workspace_id), DB_ID(contact->id),
		DB_ID(contact->integration_id), DB_BLOB(contact->external_id),
		DB_TEXT(contact->display_name), DB_TEXT(contact->attributes),
		DB_TIME(now), DB_TIME(now)),
	    NULL, err);
}

enum err_code db_contact_set(struct db *db, const struct db_contact *contact,
    int64_t now, struct err *err)
{
	return db_exec(db, &db_contact_module, CONTACT_SET,
	    DB_ARGS(DB_TEXT(contact->display_name),
		DB_TEXT(contact->attributes), DB_TIME(now),
		DB_ID(contact->workspace_id), DB_ID(contact->id)),
	    NULL, err);
}
