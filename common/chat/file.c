/* file.c: pictures and documents that people send, and icons of widgets */
/* SPDX-License-Identifier: MIT */
#include "chat/file.h"

#include "base/clock.h"
#include "base/json_in.h"
#include "base/json_out.h"
#include "base/rnd.h"
#include "base/settings.h"
#include "chat/file_kind.h"
#include "chat/model.h"
#include "db/db_file.h"

#define SECOND_US   INT64_C(1000000)
#define SECRET_SIZE 32 /* digits */
#define PREFIX	    "/files/"
#define UNKNOWN	    "application/octet-stream"

/* One call on its way; its transaction may run several times. */
struct storing {
	struct pool *pool;
	const struct settings *settings;
	struct file *file;
	struct str bytes;
	uint64_t had; /* bytes that the same file has already */
	bool is_new;
};

/* ---------------------------------------------------------------- storing */

static enum err_code check_share(
    struct db *db, struct storing *s, bool is_locked, struct err *err)
{
	const struct file *f = s->file;
	uint64_t all, there;
	enum err_code code = db_file_used(db, s->pool, f->workspace_id,
	    f->conversation_id, is_locked, &all, &there, err);

	if (code != ERR_OK)
		return code;
	if (!id_is_none(f->conversation_id) &&
	    there - s->had + f->size >
		(uint64_t)settings_int(
		    &s->settings->attachments_conversation_bytes))
		return err_set(err, ERR_PAYMENT,
		    "The files of this conversation are too many.");
	if (all - s->had + f->size >
	    (uint64_t)settings_int(&s->settings->attachments_workspace_bytes))
		return err_set(err, ERR_PAYMENT,
		    "There is no room for more files in this workspace.");
	return ERR_OK;
}

/* The bytes first: what is counted is locked for no longer than it must. */
static enum err_code store_in(struct db *db, void *arg, struct err *err)
{
	struct storing *s = arg;
	struct str rest = s->bytes;
	enum err_code code = ERR_OK;

	if (!s->is_new)
		code = db_file_del_chunks(
		    db, s->file->workspace_id, s->file->id, err);
	for (uint64_t n = 0; code == ERR_OK && rest.n; n++) {
		code = db_file_add_chunk(
		    db, s->file, n, str_head(rest, FILE_CHUNK), err);
		rest = str_from(rest, FILE_CHUNK);
	}
	if (code == ERR_OK)
		code = check_share(db, s, true, err);
	if (code != ERR_OK)
		return code;
	return s->is_new ? db_file_add(db, s->file, err)
			 : db_file_set(db, s->file, err);
}

/* What the bytes are, and that there may be so many of them. */
static enum err_code examine(
    struct storing *s, struct str name, struct err *err)
{
	int64_t max = settings_int(&s->settings->attachment_max_bytes);
	struct file *f = s->file;
	struct file_kind kind;
	uint8_t *digest;
	enum err_code code;

	if (s->bytes.n > (uint64_t)max)
		return err_set(err, ERR_TOO_LARGE,
		    "A file may have at most %lld bytes.", (long long)max);
	code = file_kind_find(s->pool, s->bytes, name, &kind, err);
	if (code != ERR_OK)
		return code;
	digest = pool_alloc(s->pool, RND_SHA256_SIZE);
	rnd_sha256(s->bytes, digest);
	f->sha256 = str_make((const char *)digest, RND_SHA256_SIZE);
	f->type = kind.type;
	f->width = kind.width;
	f->height = kind.height;
	f->size = s->bytes.n;
	f->name = file_kind_name(s->pool, name, kind.type);
	return ERR_OK;
}

static void begin(
    const struct settings *s, const struct file_new *in, struct file *f)
{
	memset(f, 0, sizeof(*f));
	f->id = id_new();
	f->workspace_id = in->workspace_id;
	f->conversation_id = in->conversation_id;
	rnd_bytes(f->secret.b, sizeof(f->secret.b));
	f->is_public = in->is_public;
	f->created_at = clock_now_us();
	if (!in->is_kept)
		f->expires_at = f->created_at +
				settings_int(&s->attachment_keep_s) * SECOND_US;
}

enum err_code file_store(struct db *db, struct pool *pool,
    const struct settings *s, const struct file_new *in, struct file *file_r,
    struct err *err)
{
	struct storing storing = { pool, s, file_r, in->bytes, 0, true };
	enum err_code code;

	begin(s, in, file_r);
	code = examine(&storing, in->name, err);
	if (code == ERR_OK)
		code = check_share(db, &storing, false, err);
	if (code == ERR_OK)
		code = db_transact(db, store_in, &storing, err);
	return code;
}

enum err_code file_expect(struct db *db, struct pool *pool,
    const struct settings *s, const struct file_new *in, struct str upload_hash,
    struct file *file_r, struct err *err)
{
	begin(s, in, file_r);
	file_r->type = STR(UNKNOWN);
	file_r->name = file_kind_name(pool, in->name, file_r->type);
	file_r->upload_hash = upload_hash;
	return db_file_add(db, file_r, err);
}

enum err_code file_put(struct db *db, struct pool *pool,
    const struct settings *s, struct file *file, struct str name,
    struct str bytes, struct err *err)
{
	struct storing storing = { pool, s, file, bytes, file->size, false };
	enum err_code code = examine(&storing, name.n ? name : file->name, err);

	if (code == ERR_OK)
		code = check_share(db, &storing, false, err);
	if (code == ERR_OK)
		code = db_transact(db, store_in, &storing, err);
	return code;
}

/* ---------------------------------------------------------------- reading */

enum err_code file_get(struct db *db, struct pool *pool, struct id workspace_id,
    struct id id, struct file *file_r, struct err *err)
{
	return db_file_get(db, pool, workspace_id, id, file_r, err);
}

enum err_code file_by_address(struct db *db, struct pool *pool, struct str id,
    struct str secret, struct file *file_r, struct err *err)
{
	struct id want, given;
	enum err_code code;

	if (!id_parse(id, &want) || secret.n != SECRET_SIZE ||
	    !str_unhex(secret, given.b, sizeof(given.b)))
		return err_set(err, ERR_NOT_FOUND, "There is no such file.");
	code = db_file_find(db, pool, want, file_r, err);
	if (code != ERR_OK)
		return code;
	if (!rnd_equal(id_bytes(&given), id_bytes(&file_r->secret)) ||
	    !file_r->sha256.n ||
	    (file_r->expires_at && file_r->expires_at <= clock_now_us()))
		return err_set(err, ERR_NOT_FOUND, "There is no such file.");
	return ERR_OK;
}

enum err_code file_read(struct db *db, struct pool *pool,
    const struct file *file, uint64_t offset, struct str *bytes_r,
    struct err *err)
{
	enum err_code code;

	*bytes_r = STR_EMPTY;
	if (offset >= file->size)
		return ERR_OK;
	code = db_file_get_chunk(
	    db, pool, file, offset / FILE_CHUNK, bytes_r, err);
	*bytes_r = str_from(*bytes_r, (size_t)(offset % FILE_CHUNK));
	/* Deleted or replaced meanwhile. */
	if (code == ERR_OK && !bytes_r->n)
		code = err_set(err, ERR_GONE, "The file is gone.");
	return code;
}

struct deleting {
	struct id workspace_id, id;
	int64_t expired_at;
	bool is_gone;
};

static enum err_code del_in(struct db *db, void *arg, struct err *err)
{
	struct deleting *d = arg;

	return db_file_del(
	    db, d->workspace_id, d->id, d->expired_at, &d->is_gone, err);
}

enum err_code file_del(
    struct db *db, struct id workspace_id, struct id id, struct err *err)
{
	struct deleting d = { workspace_id, id, 0, false };
	enum err_code code = db_transact(db, del_in, &d, err);

	if (code == ERR_OK && !d.is_gone)
		code = err_set(err, ERR_NOT_FOUND, "There is no such file.");
	return code;
}

enum err_code file_prune(
    struct db *db, struct pool *pool, size_t *n_r, struct err *err)
{
	int64_t now = clock_now_us();
	struct files list = { 0 };
	enum err_code code =
	    db_file_list_expired(db, pool, now, FILE_PRUNE_ROWS, &list, err);

	*n_r = list.n;
	for (size_t i = 0; code == ERR_OK && i < list.n; i++) {
		struct deleting d = { list.items[i].workspace_id,
			list.items[i].id, now, false };

		code = db_transact(db, del_in, &d, err);
	}
	return code;
}

struct str file_path(struct pool *pool, const struct file *file)
{
	char uuid[ID_UUID_SIZE];
	struct str path;
	struct buf b;

	buf_init(&b, 0);
	buf_printf(&b, PREFIX "%s/%.*s/", id_uuid(file->id, uuid),
	    STR_ARG(str_hex(pool, file->secret.b, sizeof(file->secret.b))));
	buf_percent(&b, file->name);
	path = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return path;
}

/* ----------------------------------------------------------------- of use */

/* id and secret of an address of ours; false: it leads elsewhere. */
static bool read_path(struct str url, struct str *id_r, struct str *secret_r)
{
	struct str rest;

	if (!str_starts(url, STR(PREFIX)))
		return false;
	rest = str_from(url, sizeof(PREFIX) - 1);
	return str_split(&rest, '/', id_r) && str_split(&rest, '/', secret_r);
}

static struct str media_of(
    struct pool *pool, const struct file *f, const struct json *media)
{
	struct json_out j;
	struct str text;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_str(&j, "url", file_path(pool, f));
	if (json_str(json_get(media, "alt")).n)
		json_out_str(&j, "alt", json_str(json_get(media, "alt")));
	json_out_str(&j, "filename", f->name);
	json_out_str(&j, "mime_type", f->type);
	json_out_u64(&j, "size", f->size);
	if (f->width) {
		json_out_u64(&j, "width", f->width);
		json_out_u64(&j, "height", f->height);
	}
	json_out_end(&j);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

/* A sound may come in the container of a film. */
static bool fits(enum chat_content type, struct str mime)
{
	switch (type) {
	case CHAT_IMAGE:
		return str_starts(mime, STR("image/"));
	case CHAT_VIDEO:
		return str_starts(mime, STR("video/"));
	case CHAT_AUDIO:
		return str_starts(mime, STR("audio/")) ||
		       str_starts(mime, STR("video/"));
	default:
		return true;
	}
}

enum err_code file_use_in(struct db *db, struct pool *pool,
    struct id workspace_id, struct chat_message *m, struct err *err)
{
	const struct json *media;
	struct str id, secret;
	struct file f;
	enum err_code code;

	assert(db_in_transaction(db));
	if (!m->rich_media.n ||
	    str_search(m->rich_media, STR(PREFIX)) == m->rich_media.n)
		return ERR_OK;
	code = json_parse(pool, m->rich_media, &media, err);
	if (code != ERR_OK ||
	    !read_path(json_str(json_get(media, "url")), &id, &secret))
		return code;
	code = file_by_address(db, pool, id, secret, &f, err);
	if (code == ERR_NOT_FOUND ||
	    (code == ERR_OK &&
		(!id_eq(f.workspace_id, workspace_id) ||
		    (!id_is_none(f.conversation_id) &&
			!id_eq(f.conversation_id, m->conversation_id)))))
		return err_set(err, ERR_BAD_REQUEST,
		    "rich_media: url leads to no file of this conversation.");
	if (code != ERR_OK)
		return code;
	if (!fits(m->content_type, f.type))
		return err_set(err, ERR_BAD_REQUEST,
		    "rich_media: the file is no %s.",
		    chat_content_name(m->content_type));
	m->rich_media = media_of(pool, &f, media);
	return f.expires_at ? db_file_keep(db, workspace_id, f.id, err)
			    : ERR_OK;
}
