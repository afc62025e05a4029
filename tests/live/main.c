/* main.c: runs the suites of the chat side of ws-daemon */
/* SPDX-License-Identifier: MIT */
/*
 * A program of its own: here the sockets, the jobs and the rules of chat.h are
 * fakes, which the suites of tests/unit use as they are.
 */
#include "base/log.h"
#include "base/rnd.h"
#include "base/settings.h"
#include "delivery.h"
#include "deltas.h"
#include "event.h"
#include "live.h"
#include "peer.h"
#include "presence.h"
#include "tests/fake/runner.h"
#include "told.h"
#include "typing.h"
#include "wsd.h"

static struct settings settings;

void live_setup(void)
{
	timer_start();
	wsd.settings = &settings;
	wsd.origin = id_new();
	wsd.is_stopping = false;
	event_start();
	deltas_start();
	fake_chat_reset();
	fake_daemons_reset();
	fake_jobs_refuse(false);
	fake_jobs_group(1);
}

void live_teardown(void)
{
	fake_jobs_refuse(false);
	fake_jobs_settle();
	fake_sio_end();
	fake_jobs_settle();
	CU_ASSERT_EQUAL(peer_count(), 0);
	CU_ASSERT_EQUAL(delivery_count(), 0);
	CU_ASSERT_EQUAL(deltas_count(), 0);
	deltas_fini();
	told_fini();
	typing_fini();
	presence_fini();
	event_fini();
	fake_chat_reset();
}

void live_wait_ms(int64_t ms)
{
	for (; ms > 0; ms -= 10) {
		fake_time_add_ms(10);
		timer_run(clock_mono_ms());
		fake_jobs_settle();
	}
}

struct sio_socket *live_visitor(
    const char *conversation, const char *external_id)
{
	struct sio_socket *s = fake_sio_connect(NULL, NULL);
	char text[200];

	snprintf(text, sizeof(text),
	    "[\"join_conversation\",{\"conversation_id\":\"%s\","
	    "\"external_id\":\"%s\"}]",
	    conversation, external_id);
	fake_sio_event(s, text, -1);
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_take(s), "");
	return s;
}

struct sio_socket *live_agent(void)
{
	struct sio_socket *s = fake_sio_connect("a=b; session=asha", NULL);

	fake_jobs_settle();
	CU_ASSERT(fake_sio_is_accepted(s));
	return s;
}

bool live_has(const char *text, const char *part)
{
	bool yes = strstr(text, part) != NULL;

	if (!yes)
		printf("\n      got: %s\n    lacks: %s\n", text, part);
	return yes;
}

size_t live_times(const char *text, const char *part)
{
	size_t n = 0;

	while ((text = strstr(text, part))) {
		n++;
		text += strlen(part);
	}
	return n;
}

int main(int argc, char **argv)
{
	static CU_SuiteInfo *const suites[] = { &suite_delivery, &suite_event,
		&suite_presence, &suite_typing, &suite_notify, &suite_logout,
		&suite_origin, &suite_receipts, &suite_foreign, &suite_life,
		&suite_queue, &suite_chores, &suite_deltas };
	int status;

	rnd_init();
	log_open("test-live", "/dev/null", LOG_ERROR);
	conf_defaults(settings_rows, settings_rows_n, &settings);
	free(settings.base_url);
	settings.base_url = mem_strdup("https://chat.example.com");
	status = runner_run(
	    suites, COUNT_OF(suites), argc > 1 ? argv[1] : NULL, NULL);
	settings_fini(&settings);
	return status;
}
