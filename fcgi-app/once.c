/* once.c: requests that take effect once, however often they are sent */
/* SPDX-License-Identifier: MIT */
#include "once.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/rnd.h"
#include "base/seal.h"
#include "db/db_idempotency.h"
#include "dev_fields.h"

#define NAME_MAX_BYTES 255
#define KEPT_US	       INT64_C(86400000000)
#define CLIENT_PREFIX  "once:" /* of a client_id that stands for a key */

struct once {
	const struct route *route;
	struct req *req;
	struct resp *resp;
	once_fn *fn; /* of once_store, with the next two */
	void *arg;
	struct str *kept;
	struct idempotency row;
};

/* The draft has a quoted string, most clients send it bare. */
static enum err_code read_name(
    struct req *req, struct resp *resp, struct str *name_r, struct err *err)
{
	struct str s = req_env(req, "HTTP_IDEMPOTENCY_KEY");
	struct dev_faults faults;
	bool ok;
	size_t i;

	if (s.n > 1 && str_starts(s, STR("\"")) && str_ends(s, STR("\"")))
		s = str_make(s.p + 1, s.n - 2);
	ok = s.n > 0 && s.n <= NAME_MAX_BYTES;
	for (i = 0; i < s.n && ok; i++)
		ok = s.p[i] > ' ' && s.p[i] < 0x7f;
	*name_r = s;
	dev_faults_init(&faults);
	if (!ok)
		dev_fault(&faults, "header", "Idempotency-Key", "value_error",
		    "Value error, 1 to %d visible ASCII characters are needed",
		    NAME_MAX_BYTES);
	return dev_faults_end(&faults, req, resp, err);
}

static void hash_request(const struct req *req, uint8_t out[RND_SHA256_SIZE])
{
	struct buf b;

	buf_init(&b, 0);
	buf_puts(&b, req_method_name(req->method));
	buf_byte(&b, ' ');
	buf_put(&b, req->target);
	buf_byte(&b, '\0');
	buf_put(&b, req->body);
	rnd_sha256(buf_str(&b), out);
	buf_fini(&b);
}

static void start_again(struct resp *resp)
{
	enum resp_face face = resp->face;

	resp_fini(resp);
	resp_init(resp);
	resp->face = face;
}

enum err_code once_other(struct err *err)
{
	return err_set(err, ERR_INVALID,
	    "This Idempotency-Key was used for another request.");
}

void once_replayed(struct resp *resp)
{
	resp_header(resp, "Idempotency-Replayed", STR("true"));
}

/* Somebody was first. */
static enum err_code find_kept(struct db *db, struct once *o,
    struct idempotency *had_r, struct str *body_r, struct err *err)
{
	struct idempotency had = o->row;
	enum err_code code;

	code = db_idempotency_get(db, o->req->pool, &had, err);
	if (code)
		return code;
	if (!str_eq(had.request_hash, o->row.request_hash))
		return once_other(err);
	*had_r = had;
	code = seal_open(
	    o->req->app->seal_key, o->req->pool, had.body, body_r, err);
	if (!code)
		once_replayed(o->resp);
	return code;
}

static enum err_code replay(struct db *db, struct once *o, struct err *err)
{
	struct idempotency had;
	struct str body;
	enum err_code code = find_kept(db, o, &had, &body, err);

	if (code)
		return code;
	resp_text(o->resp, "application/json", body);
	o->resp->status = (int)had.status;
	return ERR_OK;
}

static enum err_code run_in(struct db *db, void *arg, struct err *err)
{
	struct once *o = arg;
	enum err_code code;

	start_again(o->resp);
	code = db_idempotency_add(db, &o->row, err);
	if (code == ERR_CONFLICT)
		return replay(db, o, err);
	if (!code)
		code = o->route->run(o->req, o->resp, err);
	if (code)
		return code;
	o->row.status = (unsigned)o->resp->status;
	o->row.body = seal_put(
	    o->req->app->seal_key, o->req->pool, buf_str(&o->resp->body));
	return db_idempotency_set(db, &o->row, err);
}

static bool has_key(const struct req *req)
{
	return req_env(req, "HTTP_IDEMPOTENCY_KEY").p != NULL;
}

/* Runs fn, which stores o's row or finds it. */
static enum err_code run_named(
    struct once *o, db_transact_fn *fn, struct err *err)
{
	struct req *req = o->req;
	uint8_t hash[RND_SHA256_SIZE];
	struct err later = { 0 };
	enum err_code code = read_name(req, o->resp, &o->row.name, err);

	if (code)
		return code;
	hash_request(req, hash);
	o->row.workspace_id = req->key.workspace_id;
	o->row.request_hash = str_make((const char *)hash, sizeof(hash));
	if (db_idempotency_prune(req->db, clock_now_us() - KEPT_US, &later))
		log_warn("idempotency_prune error=%s", later.text);
	return db_transact(req->db, fn, o, err);
}

enum err_code once_run(const struct route *route, struct req *req,
    struct resp *resp, struct err *err)
{
	struct once o = { .route = route, .req = req, .resp = resp };

	if (!has_key(req))
		return route->run(req, resp, err);
	return run_named(&o, run_in, err);
}

static enum err_code store_alone(struct db *db, void *arg, struct err *err)
{
	struct once *o = arg;

	return o->fn(db, o->arg, o->kept, err);
}

static enum err_code store_named(struct db *db, void *arg, struct err *err)
{
	struct once *o = arg;
	struct idempotency had;
	enum err_code code;

	start_again(o->resp);
	code = db_idempotency_add(db, &o->row, err);
	if (code == ERR_CONFLICT)
		return find_kept(db, o, &had, o->kept, err);
	if (!code)
		code = o->fn(db, o->arg, o->kept, err);
	if (code)
		return code;
	o->row.status = (unsigned)o->resp->status;
	o->row.body = seal_put(o->req->app->seal_key, o->req->pool, *o->kept);
	return db_idempotency_set(db, &o->row, err);
}

enum err_code once_store(struct req *req, struct resp *resp, once_fn *fn,
    void *arg, struct str *kept_r, struct err *err)
{
	struct once o = {
		.req = req, .resp = resp, .fn = fn, .arg = arg, .kept = kept_r
	};

	if (!has_key(req))
		return db_transact(req->db, store_alone, &o, err);
	return run_named(&o, store_named, err);
}

enum err_code once_client_id(struct req *req, struct resp *resp,
    struct str *client_id_r, struct err *err)
{
	uint8_t hash[RND_SHA256_SIZE];
	struct str name;
	struct buf b;
	enum err_code code;

	*client_id_r = STR_EMPTY;
	if (!has_key(req))
		return ERR_OK;
	code = read_name(req, resp, &name, err);
	if (code)
		return code;
	rnd_sha256(name, hash);
	buf_init(&b, 0);
	buf_puts(&b, CLIENT_PREFIX);
	buf_base64url(&b, hash, sizeof(hash));
	*client_id_r = str_copy(req->pool, buf_str(&b));
	buf_fini(&b);
	return ERR_OK;
}
