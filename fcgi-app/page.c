/* page.c: the built pages of www_dir */
/* SPDX-License-Identifier: MIT */
#include "page.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth.h"
#include "base/log.h"
#include "base/settings.h"

#define FILE_MAX  (1 << 20)
#define TYPE_HTML "text/html; charset=utf-8"

static bool read_all(int fd, char *p, size_t n)
{
	ssize_t got;

	while (n) {
		got = read(fd, p, n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

enum err_code page_read(const struct req *req, const char *file,
    struct str *text_r, struct err *err)
{
	const char *path =
	    pool_printf(req->pool, "%s/%s", req->app->settings->www_dir, file);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	bool ok = false;
	char *p;

	if (fd >= 0 && !fstat(fd, &st) && st.st_size <= FILE_MAX) {
		p = pool_alloc(req->pool, (size_t)st.st_size + 1);
		ok = read_all(fd, p, (size_t)st.st_size);
		*text_r = str_make(p, (size_t)st.st_size);
	}
	if (!ok)
		log_error("page file=%s error=%s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok ? ERR_OK
		  : err_set(err, ERR_INTERNAL, "This page is not installed.");
}

static const struct page_value *find_value(
    const struct page_value *values, size_t n, struct str name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (str_eq(name, str_of(values[i].name)))
			return &values[i];
	return NULL;
}

/* One pass: what a value holds is never read as a name. */
static void fill(
    struct buf *out, struct str text, const struct page_value *values, size_t n)
{
	const struct page_value *value;
	struct str name;
	size_t i;

	while (text.n) {
		i = str_index(text, '%');
		buf_put(out, str_head(text, i));
		text = str_from(text, i);
		if (!text.n)
			break;
		name = str_from(text, 1);
		name = str_head(name, str_index(name, '%'));
		value = find_value(values, n, name);
		if (value)
			buf_html(out, value->value);
		else
			buf_byte(out, '%');
		text = str_from(text, value ? name.n + 2 : 1);
	}
}

enum err_code page_put(const struct req *req, struct resp *resp,
    const char *file, const struct page_value *values, size_t n,
    struct err *err)
{
	enum err_code code;
	struct str text;

	code = page_read(req, file, &text, err);
	if (code)
		return code;
	resp_text(resp, TYPE_HTML, STR_EMPTY);
	fill(&resp->body, text, values, n);
	return ERR_OK;
}

enum err_code page_put_login(struct req *req, struct resp *resp,
    struct str next, struct str error, struct err *err)
{
	const struct page_value values[] = {
		{ "CSRF_TOKEN", auth_make_login_csrf(req, resp) },
		{ "NEXT", auth_next(next) },
		{ "ERROR", error },
	};

	return page_put(
	    req, resp, "console/login.html", values, COUNT_OF(values), err);
}
