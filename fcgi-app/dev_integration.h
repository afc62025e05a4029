/* dev_integration.h: what all types of integrations share: data and a way */
/* SPDX-License-Identifier: MIT */
#ifndef DEV_INTEGRATION_H
#define DEV_INTEGRATION_H

#include "base/json_in.h"
#include "chat/integration.h"
#include "chat/integrations.h"
#include "dev_fields.h"

#define DEV_INTEGRATION_FIELDS_MAX 16
#define DEV_MCP_TIMEOUT_MIN_S	   1
#define DEV_MCP_TIMEOUT_MAX_S	   120
#define DEV_MCP_TIMEOUT_S	   30.0 /* when none is given */

/* Where a field of a request is kept. */
enum dev_where {
	DEV_AT_SETTINGS, /* under key, or under its own name */
	DEV_AT_SECRETS,	 /* the same, sealed; "***" keeps what is there */
	DEV_AT_NAME,
	DEV_AT_ACTIVE,
	DEV_AT_AUTH_TYPE, /* NONE, BEARER or HEADERS */
	DEV_AT_AUTH,	  /* the credentials of that type */
	DEV_AT_HEADERS,	  /* DEV_MAP of headers: sealed, but shown */
	DEV_AT_DOMAINS,	  /* DEV_LIST of sites: origins */
	DEV_AT_PART
};

struct dev_place {
	enum dev_where where;
	const char *key;
	const char *also; /* another key of the settings; NULL: none */
};

/* A type of integrations. */
struct dev_kind {
	enum integration_type type;
	size_t n;
	const struct dev_field *fields;
	const struct dev_place *places;
	/* The field that http_check_url looks at; the credentials are for its
	 * host alone. */
	const char *url;
	bool is_base;		  /* paths are put behind it: no query */
	unsigned ours;		  /* of http_header_of: cannot be set */
	const char *default_name; /* NULL: name is required */
	size_t part_n;		  /* of its DEV_PART */
	const struct dev_field *part_fields;
	const struct dev_place *part_places;
	/* What stands for those that are null, or left out of a new one; not
	 * set: nothing is kept. NULL: none. */
	const struct dev_value *part_others;
	int64_t (*max)(const struct settings *s); /* NULL: any number */
	/* Before a new one is stored; may be NULL. */
	void (*prepare)(struct pool *pool, struct db_integration *row);
	/* The answer. */
	void (*put)(struct req *req, struct json_out *j,
	    const struct db_integration *row);
};

/* POST, GET and PATCH of a kind. by_id: the path has :integration_id. */
MUST_CHECK enum err_code dev_kind_add(const struct dev_kind *kind,
    struct req *req, struct resp *resp, struct err *err);
MUST_CHECK enum err_code dev_kind_show(const struct dev_kind *kind, bool by_id,
    struct req *req, struct resp *resp, struct err *err);
MUST_CHECK enum err_code dev_kind_set(const struct dev_kind *kind, bool by_id,
    struct req *req, struct resp *resp, struct err *err);
/* All of a kind; name: of the member that counts them, which stands behind the
 * items or (is_first) before. */
MUST_CHECK enum err_code dev_kind_list(const struct dev_kind *kind,
    const char *name, bool is_first, struct req *req, struct resp *resp,
    struct err *err);

/* id, chatbot_id, type, name, config, is_active, created_at, updated_at */
void dev_integration_put(
    struct req *req, struct json_out *j, const struct db_integration *row);
/* Members of a config, by type. */
void dev_web_put_config(
    struct req *req, struct json_out *j, const struct db_integration *row);
void dev_mcp_put_config(
    struct req *req, struct json_out *j, const struct db_integration *row);
void dev_api_put_config(
    struct req *req, struct json_out *j, const struct db_integration *row);

/* Servers that a bot may have; negative: any number. */
int64_t dev_mcp_max(const struct settings *s);

/* The settings, or the secrets, of a row that is stored; NULL: none. */
const struct json *dev_settings(struct req *req, struct str text);
/* "auth_type" and "auth_config", whose values are masked. */
void dev_put_auth(
    struct req *req, struct json_out *j, const struct db_integration *row);

/*
 * Values into a row; false: faults were added. What is not set stays.
 */
bool dev_kind_apply(const struct dev_kind *kind, struct pool *pool,
    const struct dev_value *values, const struct dev_value *part_values,
    struct db_integration *row, struct dev_faults *faults);

extern const char *const dev_auth_types[];

#endif
