/* mcp-client.c: the MCP client as a program, for servers that others wrote */
/* SPDX-License-Identifier: MIT */
/*
 * mcp-client [-H "Name: value"]... [-t MS] [-v VERSION] [-m] [list | call NAME
 * ARGUMENTS]... URL
 *
 * Each command in turn, on one conversation; what comes of it on a line of
 * JSON. Without one, as @modelcontextprotocol/conformance wants it: each tool
 * is called. -m: a line with the most memory that it has had. Exit status 1: something failed; the last line says what. Servers
 * on this machine are allowed.
 */
#include <sys/resource.h>
#include <unistd.h>

#include "base/json_in.h"
#include "base/json_out.h"
#include "base/rnd.h"
#include "base/settings.h"
#include "bot/mcp.h"

#define HEADERS_MAX 40

static struct pool *pool;
static struct mcp *mcp;
static struct mcp_tools tools;
static bool has_tools;
static struct http_header headers[HEADERS_MAX];
static struct err err;

static void print(struct buf *b)
{
	buf_byte(b, '\n');
	fwrite(b->p, 1, b->n, stdout);
	fflush(stdout);
	buf_fini(b);
}

static enum err_code list(bool is_shown)
{
	enum err_code code = mcp_list_tools(mcp, 0, &tools, &err);
	struct json_out j;
	struct buf b;

	has_tools = true;
	if (code != ERR_OK || !is_shown)
		return code;
	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_str(&j, "version", tools.version);
	json_out_str(&j, "server_name", tools.server_name);
	json_out_str(&j, "server_version", tools.server_version);
	json_out_array(&j, "tools");
	for (size_t i = 0; i < tools.n; i++) {
		const struct mcp_tool *tool = &tools.items[i];

		json_out_object(&j, NULL);
		json_out_str(&j, "name", tool->name);
		json_out_str(&j, "alias", tool->alias);
		json_out_str(&j, "description", tool->description);
		json_out_json(&j, "input_schema", tool->input_schema);
		json_out_end(&j);
	}
	json_out_end(&j);
	json_out_end(&j);
	print(&b);
	return ERR_OK;
}

static enum err_code call(const struct mcp_tool *tool, struct str arguments)
{
	struct mcp_result r;
	enum err_code code = mcp_call(mcp, tool, arguments, 0, &r, &err);
	struct json_out j;
	struct buf b;

	if (code != ERR_OK)
		return code;
	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_bool(&j, "is_error", r.is_error);
	json_out_str(&j, "text", r.text);
	json_out_end(&j);
	print(&b);
	return ERR_OK;
}

/* One that the server did not list is called all the same. */
static enum err_code call_named(struct str name, struct str arguments)
{
	struct mcp_tool tool = { .name = name,
		.input_schema = STR("{\"type\":\"object\"}") };
	enum err_code code = has_tools ? ERR_OK : list(false);

	if (code != ERR_OK)
		return code;
	for (size_t i = 0; i < tools.n; i++)
		if (str_eq(tools.items[i].name, name))
			tool = tools.items[i];
	return call(&tool, arguments);
}

/* Something of each type that the schema requires. */
static struct str arguments_for(const struct mcp_tool *tool)
{
	const struct json *schema = NULL, *item = NULL, *properties;
	struct json_out j;
	struct str text;
	struct buf b;

	if (json_parse(pool, tool->input_schema, &schema, &err) != ERR_OK)
		return STR_EMPTY;
	properties = json_get(schema, "properties");
	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	while ((item = json_next(properties, item)) != NULL) {
		const char *name = str_dup(pool, json_name(item));
		struct str type = json_str(json_get(item, "type"));

		if (str_eq(type, STR("number")) || str_eq(type, STR("integer")))
			json_out_u64(&j, name, 5);
		else if (str_eq(type, STR("boolean")))
			json_out_bool(&j, name, true);
		else if (str_eq(type, STR("string")))
			json_out_cstr(&j, name, "text");
	}
	json_out_end(&j);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

static enum err_code run(char **commands, int n)
{
	enum err_code code = ERR_OK;

	for (int i = 0; i < n && code == ERR_OK; i++) {
		if (strcmp(commands[i], "call") == 0 && i + 2 < n) {
			code = call_named(
			    str_of(commands[i + 1]), str_of(commands[i + 2]));
			i += 2;
		} else {
			code = list(true);
		}
	}
	if (n > 0)
		return code;
	code = list(true);
	for (size_t i = 0; i < tools.n && code == ERR_OK; i++)
		code = call(&tools.items[i], arguments_for(&tools.items[i]));
	return code;
}

static void add_header(struct mcp_server *server, const char *line)
{
	struct str s = str_of(line);
	size_t colon = str_index(s, ':');

	headers[server->n_headers++] = (struct http_header){ str_head(s, colon),
		str_trim(str_from(s, colon + 1)) };
}

/* Names are allowed with their port only. */
static char *allow(struct str url)
{
	struct str host = str_from(url, str_search(url, STR("://")) + 3);

	host = str_head(host, str_index(host, '/'));
	if (!str_starts(host, STR("localhost:")))
		host = STR_EMPTY;
	return pool_printf(pool, "127.0.0.0/8 ::1/128 %.*s", STR_ARG(host));
}

static void tell_memory(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage) == 0)
		printf("{\"max_rss_kb\":%ld}\n", usage.ru_maxrss);
}

static void tell(enum err_code code)
{
	struct json_out j;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_cstr(&j, "error", err_slug(code));
	json_out_cstr(&j, "message", err.text);
	if (err.retry_after_s > 0)
		json_out_u64(&j, "retry_after", err.retry_after_s);
	json_out_end(&j);
	print(&b);
}

int main(int argc, char **argv)
{
	struct mcp_server server = {
		.name = STR("test"), .timeout_ms = 30000, .headers = headers
	};
	struct settings s = { .outside_http = true };
	bool is_measured = false;
	enum err_code code;
	int option;

	while ((option = getopt(argc, argv, "H:t:v:m")) != -1) {
		if (option == 'H' && server.n_headers < HEADERS_MAX)
			add_header(&server, optarg);
		else if (option == 't')
			server.timeout_ms = strtol(optarg, NULL, 10);
		else if (option == 'v')
			server.version = str_of(optarg);
		else if (option == 'm')
			is_measured = true;
		else
			return 2;
	}
	if (optind >= argc || server.timeout_ms <= 0)
		return 2;
	rnd_init();
	pool = pool_new();
	server.url = str_of(argv[argc - 1]);
	s.outside_allow = allow(server.url);
	s.outside_ports = pool_printf(pool, "1-65535");
	code = mcp_open(&s, pool, &server, 0, &mcp, &err);
	if (code == ERR_OK)
		code = run(argv + optind, argc - 1 - optind);
	mcp_close(&mcp);
	if (is_measured)
		tell_memory();
	if (code != ERR_OK)
		tell(code);
	pool_free(&pool);
	return code == ERR_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
