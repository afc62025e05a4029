/* cmd_llm.c: `barazactl llm set`, `show`, `unset` and `test` */
/* SPDX-License-Identifier: MIT */
#include "ctl.h"

#include "base/clock.h"
#include "base/seal.h"
#include "bot/llm_config.h"
#include "chat/site.h"
#include "db/db_llm.h"

#define KEY_FILE_MAX (LLM_KEY_MAX + 2)
#define TEST_PROMPT  "Answer with the one word OK."
#define TEST_TOKENS  200

static const char *const usual_urls[LLM_PROVIDER__MAX] = {
	[LLM_OPENAI] = LLM_ORIGINAL_OPENAI "/v1",
	[LLM_ANTHROPIC] = "https://api.anthropic.com",
};

static enum err_code need_workspace(
    struct ctl *ctl, struct id *id_r, struct err *err)
{
	struct str name;
	enum err_code code = ctl_need_id(ctl, "workspace", id_r, err);

	if (code == ERR_OK)
		code =
		    site_find_workspace(ctl->db, ctl->pool, *id_r, &name, err);
	return code;
}

/* --key-file FILE ("-": standard input), --no-key, or neither: it stays. */
static enum err_code read_key(
    struct ctl *ctl, struct llm_config_in *in, struct err *err)
{
	const char *path = ctl_option(ctl, "key-file");
	enum err_code code;

	in->has_key = ctl_flag(ctl, "no-key");
	if (path == NULL)
		return ERR_OK;
	if (in->has_key)
		return err_set(err, ERR_BAD_REQUEST,
		    "--key-file and --no-key exclude each other.");
	in->has_key = true;
	code = ctl_read_file(ctl->pool, path, KEY_FILE_MAX, &in->key, err);
	in->key = str_trim(in->key);
	if (code == ERR_OK && in->key.n == 0)
		return err_set(
		    err, ERR_BAD_REQUEST, "There is no key in %.150s.", path);
	return code;
}

static enum err_code read_in(struct ctl *ctl, struct id workspace,
    struct llm_config_in *in, struct err *err)
{
	const char *url = ctl_option(ctl, "base-url");
	const char *options = ctl_option(ctl, "options");
	struct llm_config was;
	enum err_code code = ctl_need(ctl, "provider", &in->provider, err);

	if (code == ERR_OK)
		code = ctl_need(ctl, "model", &in->model, err);
	if (code == ERR_OK)
		code = read_key(ctl, in, err);
	if (code == ERR_OK)
		code = ctl_args_end(ctl, err);
	if (code != ERR_OK)
		return code;
	for (size_t i = 0; i < LLM_PROVIDER__MAX && url == NULL; i++) {
		if (str_eq(in->provider, str_of(llm_dialects[i]->name)))
			url = usual_urls[i];
	}
	in->base_url = str_of(url);
	in->options = str_of(options);
	if (options == NULL && llm_config_get(ctl->db, ctl->pool, NULL,
				   workspace, &was, NULL) == ERR_OK)
		in->options = was.options;
	return ERR_OK;
}

static void print_time(int64_t us)
{
	char text[CLOCK_ISO_SIZE];

	printf("updated_at: %.19sZ\n", clock_iso(us, text));
}

static enum err_code show(struct ctl *ctl, struct id workspace, struct err *err)
{
	char month[CLOCK_ISO_SIZE], mask[LLM_MASK_SIZE];
	struct seal_key key;
	struct llm_config c;
	struct db_llm_used used;
	enum err_code code = seal_key_read(ctl->settings->key_file, &key, err);

	if (code == ERR_OK)
		code = llm_config_get(
		    ctl->db, ctl->pool, &key, workspace, &c, err);
	clock_iso(clock_now_us(), month);
	month[DB_LLM_MONTH_SIZE - 1] = '\0';
	if (code == ERR_OK)
		code = db_llm_get_used(
		    ctl->db, ctl->pool, workspace, month, &used, err);
	if (code != ERR_OK)
		return code;
	llm_config_mask(&c, mask);
	printf("provider: %s\nbase_url: %.*s\nmodel: %.*s\nkey: %s\n"
	       "options: %.*s\n",
	    llm_dialects[c.provider]->name, STR_ARG(c.base_url),
	    STR_ARG(c.model), mask[0] != '\0' ? mask : "none",
	    STR_ARG(c.options));
	print_time(c.updated_at);
	printf("used in %s: %llu requests, %llu tokens in, %llu out\n", month,
	    (unsigned long long)used.calls, (unsigned long long)used.tokens_in,
	    (unsigned long long)used.tokens_out);
	return ERR_OK;
}

enum err_code cmd_llm_set(struct ctl *ctl, struct err *err)
{
	struct llm_config_in in = { .has_key = false };
	struct id workspace;
	struct seal_key key;
	enum err_code code = need_workspace(ctl, &workspace, err);

	if (code == ERR_OK)
		code = read_in(ctl, workspace, &in, err);
	if (code == ERR_OK)
		code = seal_key_read(ctl->settings->key_file, &key, err);
	if (code == ERR_OK)
		code = llm_config_set(ctl->db, ctl->pool, ctl->settings, &key,
		    workspace, &in, err);
	return code == ERR_OK ? show(ctl, workspace, err) : code;
}

enum err_code cmd_llm_show(struct ctl *ctl, struct err *err)
{
	struct id workspace;
	enum err_code code = need_workspace(ctl, &workspace, err);

	if (code == ERR_OK)
		code = ctl_args_end(ctl, err);
	return code == ERR_OK ? show(ctl, workspace, err) : code;
}

enum err_code cmd_llm_unset(struct ctl *ctl, struct err *err)
{
	struct id workspace;
	enum err_code code = need_workspace(ctl, &workspace, err);

	if (code == ERR_OK)
		code = ctl_args_end(ctl, err);
	if (code == ERR_OK)
		code = llm_config_del(ctl->db, workspace, err);
	return code;
}

/* One question, so that a wrong address or key shows before a visitor asks. */
static enum err_code ask(struct ctl *ctl, const struct llm_config *c,
    struct str prompt, struct err *err)
{
	struct llm_endpoint to = llm_config_endpoint(ctl->settings, c);
	struct llm_message message = { .role = LLM_USER, .text = prompt };
	const struct llm_request in = {
		.model = c->model,
		.messages = { 1, &message },
		.max_tokens = MAX_OF(c->max_tokens, TEST_TOKENS),
		.max_tokens_field = c->max_tokens_field,
		.has_temperature = c->has_temperature,
		.temperature = c->temperature,
	};
	const struct llm_watch watch = { .until_us = clock_now_us() +
						     c->timeout_s * 1000000 };
	int64_t began = clock_mono_ms();
	struct llm_answer a;
	enum err_code code =
	    llm_send(ctl->pool, &to, &in, NULL, &watch, &a, NULL, err);

	if (code != ERR_OK)
		return code;
	printf("%.*s\n", STR_ARG(str_trim(a.text)));
	fprintf(stderr, "%d ms", (int)(clock_mono_ms() - began));
	if (a.has_usage)
		fprintf(stderr, ", %d tokens in, %d out", (int)a.tokens_in,
		    (int)a.tokens_out);
	fputc('\n', stderr);
	return ERR_OK;
}

enum err_code cmd_llm_test(struct ctl *ctl, struct err *err)
{
	const char *prompt = ctl_option(ctl, "prompt");
	struct id workspace;
	struct seal_key key;
	struct llm_config c;
	enum err_code code = need_workspace(ctl, &workspace, err);

	if (code == ERR_OK)
		code = ctl_args_end(ctl, err);
	if (code == ERR_OK)
		code = seal_key_read(ctl->settings->key_file, &key, err);
	if (code == ERR_OK)
		code = llm_config_get(
		    ctl->db, ctl->pool, &key, workspace, &c, err);
	if (code == ERR_OK)
		code = ask(ctl, &c,
		    str_of(prompt != NULL ? prompt : TEST_PROMPT), err);
	return code;
}
