/* chat_form.c: forms that visitors fill in, and what they answer */
/* SPDX-License-Identifier: MIT */
#include "chat/chat_form.h"

#include "base/json_out.h"
#include "base/valid.h"
#include "db/db_message.h"

#define PHONE_DIGITS_MIN 6
#define PHONE_DIGITS_MAX 15
#define DATE_SIZE	 10

enum field_type {
	FIELD_TEXT,
	FIELD_EMAIL,
	FIELD_PHONE,
	FIELD_NUMBER,
	FIELD_DATE,
	FIELD_SELECT,
	FIELD_CHECKBOX,
	FIELD_TEXTAREA,
	FIELD__MAX
};

static const char *const type_names[FIELD__MAX] = { "text", "email", "phone",
	"number", "date", "select", "checkbox", "textarea" };

static enum field_type type_of(const struct json *field)
{
	struct str name = json_str(json_get(field, "type"));
	unsigned i = 0;

	while (i < FIELD__MAX && !str_eq(name, str_of(type_names[i])))
		i++;
	return (enum field_type)i;
}

/* ---------------------------------------------------------------- a form */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A letter, then letters, digits and underscores: it names a variable. */
static bool is_name(struct str s)
{
	if (s.n == 0 || s.n > CHAT_FORM_NAME_MAX || !is_letter(s.p[0]))
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!is_letter(s.p[i]) && s.p[i] != '_' &&
		    !(s.p[i] >= '0' && s.p[i] <= '9'))
			return false;
	return true;
}

/* A day that there is, as 2026-01-31. */
static bool is_date(struct str s)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	int part[3] = { 0, 0, 0 }, which = 0, length;

	if (s.n != DATE_SIZE)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (i == 4 || i == 7) {
			if (s.p[i] != '-')
				return false;
			which++;
		} else if (s.p[i] < '0' || s.p[i] > '9') {
			return false;
		} else {
			part[which] = part[which] * 10 + s.p[i] - '0';
		}
	}
	if (part[1] < 1 || part[1] > 12)
		return false;
	length = lengths[part[1] - 1];
	if (part[1] == 2 && part[0] % 4 == 0 &&
	    (part[0] % 100 != 0 || part[0] % 400 == 0))
		length++;
	return part[2] >= 1 && part[2] <= length;
}

static bool is_limit(enum field_type type, const struct json *v)
{
	if (json_type(v) == JSON_NULL)
		return true;
	return type == FIELD_DATE ? is_date(json_str(v))
				  : json_type(v) == JSON_NUMBER;
}

static const char *field_fault(const struct json *field)
{
	enum field_type type = type_of(field);
	const struct json *required = json_get(field, "required");
	const struct json *max = json_get(field, "max_length");
	int64_t n;

	if (!is_name(json_str(json_get(field, "name"))))
		return "need a name of letters, digits and _ each";
	if (type == FIELD__MAX)
		return "have a type that is unknown";
	if (json_type(required) != JSON_NULL &&
	    json_type(required) != JSON_BOOL)
		return "have a required that is not true or false";
	if ((type == FIELD_SELECT) !=
	    (json_count(json_get(field, "options")) > 0))
		return "have options when one is to be chosen, and only then";
	if ((type == FIELD_NUMBER || type == FIELD_DATE) &&
	    (!is_limit(type, json_get(field, "min")) ||
		!is_limit(type, json_get(field, "max"))))
		return "have a min or max that is not of their type";
	if (json_type(max) != JSON_NULL &&
	    !json_i64(max, 1, CHAT_FORM_AREA_MAX, &n))
		return "have a max_length that is no number of characters";
	return NULL;
}

static const struct json *find_field(
    const struct json *fields, const struct json *end, struct str name)
{
	const struct json *field = NULL;

	while ((field = json_next(fields, field)) != end)
		if (str_eq(json_str(json_get(field, "name")), name))
			return field;
	return NULL;
}

const char *chat_form_fault(const struct json *form)
{
	const struct json *fields = json_get(form, "fields"), *field = NULL;
	const char *fault;

	if (json_count(fields) > CHAT_FORM_FIELDS_MAX)
		return "are more than 30";
	while ((field = json_next(fields, field)) != NULL) {
		fault = field_fault(field);
		if (fault != NULL)
			return fault;
		if (find_field(fields, field,
			json_str(json_get(field, "name"))) != NULL)
			return "have a name twice";
	}
	return NULL;
}

/* -------------------------------------------------------------- an answer */

static const struct json *read_answer(struct pool *pool, struct str rich_media)
{
	const struct json *media = NULL;

	if (rich_media.n == 0 ||
	    json_parse(pool, rich_media, &media, NULL) != ERR_OK)
		return NULL;
	return json_get(media, "form");
}

struct id chat_form_answered(struct pool *pool, struct str rich_media)
{
	const struct json *answer = read_answer(pool, rich_media);
	struct id id = ID_NONE;

	if (!id_parse(json_str(json_get(answer, "message_id")), &id))
		return ID_NONE;
	return id;
}

struct str chat_form_values(struct pool *pool, struct str rich_media)
{
	const struct json *values =
	    json_get(read_answer(pool, rich_media), "values");

	return json_type(values) == JSON_OBJECT ? json_text(pool, values)
						: STR_EMPTY;
}

static bool is_phone(struct str s)
{
	size_t digits = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '9')
			digits++;
		else if (strchr("+-(). /", s.p[i]) == NULL ||
			 (s.p[i] == '+' && i > 0))
			return false;
	}
	return digits >= PHONE_DIGITS_MIN && digits <= PHONE_DIGITS_MAX;
}

static const struct json *find_option(
    const struct json *field, struct str value)
{
	const struct json *o = NULL, *options = json_get(field, "options");
	struct str own;

	while ((o = json_next(options, o)) != NULL) {
		own = json_str(json_get(o, "value"));
		if (str_eq(own.n > 0 ? own : json_str(json_get(o, "label")),
			value))
			return o;
	}
	return NULL;
}

/* Both are as 2026-01-31. */
static int compare_dates(const struct json *a, const struct json *b)
{
	return memcmp(json_str(a).p, json_str(b).p, DATE_SIZE);
}

static bool is_within(
    const struct json *field, enum field_type type, const struct json *v)
{
	const struct json *min = json_get(field, "min");
	const struct json *max = json_get(field, "max");
	double n = json_num(v, 0);

	if (type == FIELD_NUMBER)
		return n >= json_num(min, n) && n <= json_num(max, n);
	return (json_type(min) != JSON_STRING || compare_dates(v, min) >= 0) &&
	       (json_type(max) != JSON_STRING || compare_dates(v, max) <= 0);
}

static bool is_short(
    const struct json *field, enum field_type type, struct str s)
{
	int64_t max =
	    type == FIELD_TEXTAREA ? CHAT_FORM_AREA_MAX : CHAT_FORM_LINE_MAX;
	int64_t own;

	if (json_i64(
		json_get(field, "max_length"), 1, CHAT_FORM_AREA_MAX, &own))
		max = MIN_OF(max, own);
	return valid_utf8_count(s) <= (size_t)max;
}

/* What is wrong with a value that was given; NULL: nothing. */
static const char *value_fault(const struct json *field, const struct json *v)
{
	enum field_type type = type_of(field);
	enum json_type want = type == FIELD_NUMBER     ? JSON_NUMBER
			      : type == FIELD_CHECKBOX ? JSON_BOOL
						       : JSON_STRING;
	struct str s = json_str(v);

	if (json_type(v) != want)
		return want == JSON_NUMBER ? "must be a number"
		       : want == JSON_BOOL ? "must be true or false"
					   : "must be a text";
	if (want == JSON_STRING && !valid_text(s, type == FIELD_TEXTAREA))
		return "has control characters";
	if (want == JSON_STRING && !is_short(field, type, s))
		return "is too long";
	if (type == FIELD_EMAIL && !valid_email(s))
		return "is no e-mail address";
	if (type == FIELD_PHONE && !is_phone(s))
		return "is no phone number";
	if (type == FIELD_DATE && !is_date(s))
		return "is no date as 2026-01-31";
	if (type == FIELD_SELECT && find_option(field, s) == NULL)
		return "is none of the options";
	if ((type == FIELD_NUMBER || type == FIELD_DATE) &&
	    !is_within(field, type, v))
		return "is outside of the limits";
	return NULL;
}

/* Not given: absent, null, an empty text, and a box that is not ticked where
 * it must be. */
static bool is_given(const struct json *field, const struct json *v)
{
	if (json_type(v) == JSON_STRING)
		return str_trim(json_str(v)).n > 0;
	if (json_type(v) == JSON_BOOL && type_of(field) == FIELD_CHECKBOX)
		return json_bool(v, false) ||
		       !json_bool(json_get(field, "required"), false);
	return json_type(v) != JSON_NULL;
}

static enum err_code refuse(struct err *err, struct str name, const char *what)
{
	return err_set(err, ERR_BAD_REQUEST, "rich_media.form.values: %.*s %s.",
	    STR_ARG(name), what);
}

static void put_line(struct pool *pool, struct buf *b, const struct json *field,
    const struct json *v)
{
	struct str label = json_str(json_get(field, "label"));
	struct str text = json_str(v);

	if (type_of(field) == FIELD_SELECT)
		text = json_str(json_get(find_option(field, text), "label"));
	else if (json_type(v) != JSON_STRING)
		text = json_type(v) == JSON_NUMBER ? json_text(pool, v)
		       : json_bool(v, false)	   ? STR("✓")
						   : STR("–");
	buf_printf(b, "%s%.*s: %.*s", b->n > 0 ? "\n" : "", STR_ARG(label),
	    STR_ARG(text));
}

static enum err_code check_names(
    const struct json *fields, const struct json *values, struct err *err)
{
	const struct json *v = NULL;

	while ((v = json_next(values, v)) != NULL)
		if (find_field(fields, NULL, json_name(v)) == NULL)
			return refuse(err, valid_utf8_head(json_name(v), 64),
			    "is no field of this form");
	return ERR_OK;
}

struct reading {
	struct pool *pool;
	struct json_out j;
	struct buf media;
	struct buf content;
};

static enum err_code read_values(struct reading *r, const struct json *fields,
    const struct json *values, struct err *err)
{
	const struct json *field = NULL, *v;
	struct str name;
	const char *fault;

	while ((field = json_next(fields, field)) != NULL) {
		name = json_str(json_get(field, "name"));
		v = json_get(values, str_dup(r->pool, name));
		if (!is_given(field, v)) {
			if (json_bool(json_get(field, "required"), false))
				return refuse(err, name, "is missing");
			continue;
		}
		fault = value_fault(field, v);
		if (fault != NULL)
			return refuse(err, name, fault);
		json_out_json(
		    &r->j, str_dup(r->pool, name), json_text(r->pool, v));
		put_line(r->pool, &r->content, field, v);
	}
	return ERR_OK;
}

enum err_code chat_form_read(struct pool *pool, struct str form,
    struct str answer, struct str *content_r, struct str *media_r,
    struct err *err)
{
	const struct json *fields = NULL, *given = read_answer(pool, answer);
	const struct json *values = json_get(given, "values");
	struct reading r = { .pool = pool };
	struct id id = chat_form_answered(pool, answer);
	enum err_code code = json_parse(pool, form, &fields, err);

	if (code != ERR_OK)
		return code;
	fields = json_get(fields, "fields");
	code = check_names(fields, values, err);
	if (code != ERR_OK)
		return code;
	buf_init(&r.media, 0);
	buf_init(&r.content, 0);
	json_out_init(&r.j, &r.media);
	json_out_object(&r.j, NULL);
	json_out_object(&r.j, "form");
	json_out_uuid(&r.j, "message_id", id);
	json_out_object(&r.j, "values");
	code = read_values(&r, fields, values, err);
	if (code == ERR_OK && r.content.n == 0)
		code = err_set(err, ERR_BAD_REQUEST,
		    "rich_media.form.values: nothing was filled in.");
	if (code == ERR_OK) {
		json_out_end(&r.j);
		json_out_end(&r.j);
		json_out_end(&r.j);
		*media_r = str_copy(pool, buf_str(&r.media));
		*content_r = str_copy(pool,
		    valid_utf8_head(buf_str(&r.content), CHAT_CONTENT_MAX));
	}
	buf_fini(&r.media);
	buf_fini(&r.content);
	return code;
}

/* --------------------------------------------------------------- storing */

static enum err_code find_form(struct db *db, struct pool *pool,
    struct id workspace_id, const struct chat_message *m, struct id id,
    struct chat_message *form_r, struct err *err)
{
	enum err_code code =
	    db_message_find(db, pool, workspace_id, id, form_r, err);

	if (code == ERR_OK &&
	    (id_is_none(form_r->id) || form_r->content_type != CHAT_FORM ||
		form_r->sender_type == CHAT_END_USER ||
		!id_eq(form_r->conversation_id, m->conversation_id)))
		code = err_set(err, ERR_NOT_FOUND,
		    "There is no such form in this conversation.");
	return code;
}

enum err_code chat_form_take(struct db *db, struct pool *pool,
    struct id workspace_id, struct chat_message *m, struct err *err)
{
	struct id id = m->content_type == CHAT_TEXT
			   ? chat_form_answered(pool, m->rich_media)
			   : ID_NONE;
	struct chat_message form;
	bool is_answered = false;
	enum err_code code;

	if (id_is_none(id))
		return ERR_OK;
	if (m->sender_type != CHAT_END_USER)
		return err_set(
		    err, ERR_FORBIDDEN, "Only the visitor answers a form.");
	code = find_form(db, pool, workspace_id, m, id, &form, err);
	if (code == ERR_OK)
		code = db_message_is_answered(db, pool, workspace_id,
		    m->conversation_id, form.seq, id, &is_answered, err);
	if (code == ERR_OK && is_answered)
		code =
		    err_set(err, ERR_CONFLICT, "The form has been answered.");
	if (code != ERR_OK)
		return code;
	return chat_form_read(pool, form.rich_media, m->rich_media, &m->content,
	    &m->rich_media, err);
}
