/* multipart.c: the parts of a multipart/form-data body (RFC 7578), in place */
/* SPDX-License-Identifier: MIT */
#include "multipart.h"

#define TYPE "multipart/form-data"

/*
 * The value of a parameter behind the ';' of a header's value. In quotes a
 * backslash stands before a quote only: old browsers send paths of Windows.
 */
static bool find_param(struct str value, const char *name, struct str *value_r)
{
	struct str s = str_from(value, str_index(value, ';'));
	struct str key, found;
	size_t n;

	while (s.n) {
		s = str_trim(str_from(s, 1));
		key = str_trim(str_head(s, str_index(s, '=')));
		s = str_trim(str_from(s, str_index(s, '=') + 1));
		if (str_starts(s, STR("\""))) {
			for (n = 1; n < s.n && s.p[n] != '"'; n++)
				if (s.p[n] == '\\' && n + 1 < s.n &&
				    s.p[n + 1] == '"')
					n++;
			if (n >= s.n)
				return false;
			found = str_head(str_from(s, 1), n - 1);
			s = str_from(s, n + 1);
		} else {
			found = str_trim(str_head(s, str_index(s, ';')));
		}
		if (str_ieq(key, str_of(name))) {
			*value_r = found;
			return true;
		}
		s = str_from(s, str_index(s, ';'));
	}
	return false;
}

static bool is_boundary(struct str s)
{
	if (!s.n || s.n > MULTIPART_BOUNDARY_MAX || s.p[s.n - 1] == ' ')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || (unsigned char)s.p[i] > '~')
			return false;
	return true;
}

/* Where "--boundary" begins; body.n when nowhere. */
static size_t find_line(struct str body, struct str boundary)
{
	size_t at = 0, i;

	for (;;) {
		i = str_search(str_from(body, at), boundary);
		if (at + i >= body.n)
			return body.n;
		at += i;
		if (at >= 2 && body.p[at - 1] == '-' && body.p[at - 2] == '-')
			return at - 2;
		at++;
	}
}

bool multipart_init(
    struct multipart *m, struct str content_type, struct str body)
{
	struct str type =
	    str_trim(str_head(content_type, str_index(content_type, ';')));
	size_t at;

	memset(m, 0, sizeof(*m));
	if (!str_ieq(type, STR(TYPE)) ||
	    !find_param(content_type, "boundary", &m->boundary) ||
	    !is_boundary(m->boundary))
		return false;
	/* What stands before the first line is for nobody; the body then
	 * begins behind "--boundary". */
	at = find_line(body, m->boundary);
	if (at && (at < 2 || body.p[at - 2] != '\r' || body.p[at - 1] != '\n'))
		return false;
	m->body = str_from(body, at + 2 + m->boundary.n);
	return at < body.n;
}

static bool read_header(struct str line, struct multipart_part *part)
{
	struct str name = str_head(line, str_index(line, ':'));
	struct str value = str_trim(str_from(line, name.n + 1));

	if (name.n == line.n)
		return false;
	if (!str_ieq(name, STR("Content-Disposition")))
		return true;
	if (!str_ieq(str_trim(str_head(value, str_index(value, ';'))),
		STR("form-data")) ||
	    !find_param(value, "name", &part->name))
		return false;
	part->has_filename = find_param(value, "filename", &part->filename);
	return true;
}

static bool read_headers(struct str *body, struct multipart_part *part)
{
	struct str line;
	size_t used = 0;

	for (;;) {
		size_t n = str_search(*body, STR("\r\n"));

		used += n + 2;
		if (n == body->n || used > MULTIPART_HEADERS_MAX)
			return false;
		line = str_head(*body, n);
		*body = str_from(*body, n + 2);
		if (!line.n)
			return part->name.n > 0;
		if (!read_header(line, part))
			return false;
	}
}

/* The data ends at CR LF "--boundary" CR LF, or "--" for the last one. */
static bool read_data(struct multipart *m, struct multipart_part *part)
{
	struct str rest = m->body, behind;
	size_t at = 0, i;

	for (;;) {
		i = find_line(str_from(rest, at), m->boundary);
		if (at + i >= rest.n)
			return false;
		at += i;
		behind = str_from(rest, at + 2 + m->boundary.n);
		if (at >= 2 && rest.p[at - 2] == '\r' &&
		    rest.p[at - 1] == '\n' &&
		    (str_starts(behind, STR("\r\n")) ||
			str_starts(behind, STR("--")))) {
			part->data = str_head(rest, at - 2);
			m->body = behind;
			return true;
		}
		at += 2;
	}
}

enum multipart_step multipart_next(
    struct multipart *m, struct multipart_part *part_r)
{
	memset(part_r, 0, sizeof(*part_r));
	if (str_starts(m->body, STR("--")))
		return MULTIPART_END;
	if (!str_starts(m->body, STR("\r\n")) ||
	    m->parts++ == MULTIPART_PARTS_MAX)
		return MULTIPART_BROKEN;
	m->body = str_from(m->body, 2);
	if (!read_headers(&m->body, part_r))
		return MULTIPART_BROKEN;
	/* An empty part has its line right behind the empty one: the CR LF of
	 * the headers' end is not the data's. */
	return read_data(m, part_r) ? MULTIPART_PART : MULTIPART_BROKEN;
}
