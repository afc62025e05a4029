/* health.c: whether this installation works, for monitors */
/* SPDX-License-Identifier: MIT */
#include "handlers.h"

#include "base/log.h"
#include "db/db_schema.h"

enum err_code health_show(struct req *req, struct resp *resp, struct err *err)
{
	uint64_t version = 0;
	struct json_out *j;
	bool has_database, is_ok;

	has_database = !db_schema_get_version(req->db, &version, err);
	is_ok = has_database && version == DB_SCHEMA_VERSION;
	if (!is_ok) {
		log_error("health database=%d schema=%llu want=%d error=%s",
		    has_database, (unsigned long long)version,
		    DB_SCHEMA_VERSION, err->text);
		resp->status = err_status(ERR_UNAVAILABLE);
	}
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_bool(j, "ok", is_ok);
	json_out_bool(j, "database", has_database);
	json_out_u64(j, "schema", version);
	json_out_end(j);
	return ERR_OK;
}
