/* mcp_script.c: an MCP server that says what stands in a table */
/* SPDX-License-Identifier: MIT */
#include "tests/fake/mcp_script.h"

#include "base/buf.h"
#include "tests/fake/time.h"

static const struct mcp_step *steps;
static size_t n_steps, next, piece_size;
static bool is_wrong;

void mcp_script_play(const struct mcp_step *list, size_t n, size_t piece)
{
	steps = list;
	n_steps = n;
	next = 0;
	piece_size = piece;
	is_wrong = false;
}

bool mcp_script_is_over(void)
{
	if (next < n_steps)
		printf("\n  step %zu was not asked for: %s\n", next,
		    steps[next].want);
	return next == n_steps && !is_wrong;
}

static void put_request(struct buf *b, const struct http_request *in)
{
	buf_printf(b, "%s\n", in->method);
	for (size_t i = 0; i < in->n_headers; i++)
		buf_printf(b, "%.*s: %.*s\n", STR_ARG(in->headers[i].name),
		    STR_ARG(in->headers[i].value));
	buf_put(b, in->body);
}

static void check_request(const struct mcp_step *step, struct str request)
{
	struct str rest = str_of(step->want), line;

	while (str_split(&rest, '\n', &line)) {
		bool must = !str_starts(line, STR("!"));
		struct str text = must ? line : str_from(line, 1);

		if ((str_search(request, text) < request.n) == must)
			continue;
		printf("\n  step %zu: %.*s\n  in: %.*s\n", next, STR_ARG(line),
		    STR_ARG(request));
		is_wrong = true;
	}
}

static void read_head(
    struct pool *pool, const struct mcp_step *step, struct http_response *r)
{
	struct str rest = str_of(step->head), line;

	r->status = step->status;
	r->headers = pool_alloc(pool, 8 * sizeof(*r->headers));
	while (step->head != NULL && str_split(&rest, '\n', &line)) {
		size_t colon = str_index(line, ':');

		r->headers[r->n_headers++] =
		    (struct http_header){ str_head(line, colon),
			    str_trim(str_from(line, colon + 1)) };
	}
}

/* In pieces of their own memory, so that reading beyond one is seen. */
static bool give(
    const struct http_request *in, struct http_response *out, struct str data)
{
	while (data.n > 0) {
		size_t n = piece_size > 0 ? MIN_OF(piece_size, data.n) : data.n;
		char *copy = mem_new(n);
		bool goes_on;

		memcpy(copy, data.p, n);
		goes_on = in->on_data(in->arg, out, str_make(copy, n));
		free(copy);
		if (!goes_on)
			return false;
		data = str_from(data, n);
	}
	return true;
}

static enum err_code play(const struct settings *s, struct pool *pool,
    const struct http_request *in, struct http_response *out, struct err *err)
{
	const struct mcp_step *step = &steps[next];
	struct str rest, part;
	struct buf b;

	(void)s;
	*out = (struct http_response){ .status = 0 };
	buf_init(&b, 0);
	put_request(&b, in);
	if (next == n_steps) {
		printf("\n  not expected: %.*s\n", STR_ARG(buf_str(&b)));
		is_wrong = true;
		buf_fini(&b);
		return err_set(err, ERR_BAD_GATEWAY, "The script is over.");
	}
	check_request(step, buf_str(&b));
	buf_fini(&b);
	next++;
	if (step->takes_ms >= in->timeout_ms) {
		fake_time_add_ms(in->timeout_ms);
		return err_set(err, ERR_TIMEOUT, "Too slow.");
	}
	fake_time_add_ms(step->takes_ms);
	if (step->status == 0)
		return err_set(err, step->code, "It failed.");
	read_head(pool, step, out);
	rest = str_of(step->body);
	while (step->body != NULL && str_split(&rest, '\f', &part))
		if (!give(in, out, part)) {
			out->is_cut = true;
			return ERR_OK;
		}
	return step->code == ERR_OK ? ERR_OK
				    : err_set(err, step->code, "It failed.");
}

static void rest_ms(int64_t ms)
{
	fake_time_add_ms(ms);
}

const struct mcp_world mcp_script_world = { play, rest_ms };
