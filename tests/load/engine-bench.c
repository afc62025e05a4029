/* engine-bench.c: turns per second of the flow engine alone, in memory */
/* SPDX-License-Identifier: MIT */
#include <time.h>

#include "base/buf.h"
#include "bot/engine.h"

#define STATES 20
#define RUNS   3

/* Questions, conditions, buttons and words as a shop has them: each state
 * leads to the next one by a click, a word, a pattern or an answer. */
static void put_state(struct buf *b, unsigned i)
{
	unsigned next = (i + 1) % STATES;

	buf_printf(b, "%s\"s%u\":{", i > 0 ? "," : "", i);
	switch (i % 5) {
	case 0:
		buf_printf(b,
		    "\"message\":\"Hello {{contact_name}}, you have "
		    "{{count}}.\",\"buttons\":[{\"id\":\"go\",\"title\":"
		    "\"Go on\"},{\"id\":\"hours\",\"title\":\"Opening hours\"},"
		    "{\"id\":\"person\",\"title\":\"Talk to a person\"}],"
		    "\"actions\":[{\"type\":\"SET\",\"variables\":{\"count\":"
		    "{\"expression\":\"number(count) + 1\"}}}],"
		    "\"transitions\":{\"go\":\"s%u\",\"hours\":\"s%u\","
		    "\"person\":\"s%u\",\"thank you\":\"s%u\",\"default\":"
		    "\"s%u\"}}",
		    next, next, next, next, i);
		return;
	case 1:
		buf_printf(b,
		    "\"message\":\"Your order?\",\"save_to\":\"order\","
		    "\"transitions\":{\"/^MC-\\\\d{4}$/\":\"s%u\",\"default\":"
		    "\"s%u\"}}",
		    next, i);
		return;
	case 2:
		buf_printf(b,
		    "\"message\":\"How many for {{order}}?\",\"actions\":["
		    "{\"type\":\"COLLECT\",\"variable\":\"n\",\"validate\":"
		    "{\"type\":\"number\",\"min\":1,\"max\":99}}],"
		    "\"transitions\":{\"default\":\"s%u\"}}",
		    next);
		return;
	case 3:
		buf_printf(b,
		    "\"message\":\"Let me see.\",\"actions\":[{\"type\":"
		    "\"CONDITION\",\"expression\":\"n > 5 and order != ''\","
		    "\"true_transition\":\"s%u\",\"false_transition\":"
		    "\"s%u\"}]}",
		    next, next);
		return;
	default:
		buf_printf(b,
		    "\"message\":[\"{{n}} times {{order}}, ${contact_name}.\","
		    "\"Shall I go on?\"],\"transitions\":{\"no\":\"s0\","
		    "\"yes\":\"s%u\",\"of course\":\"s%u\",\"default\":"
		    "\"s%u\"}}",
		    next, next, i);
	}
}

static const struct flow *make_flow(struct pool *pool)
{
	struct flow_findings f;
	const struct flow *flow;
	struct buf b;

	buf_init(&b, 0);
	buf_puts(&b, "{\"initial_state\":\"s0\",\"states\":{");
	for (unsigned i = 0; i < STATES; i++)
		put_state(&b, i);
	buf_puts(&b, "}}");
	flow = flow_parse(pool, buf_str(&b), &f);
	for (size_t i = 0; i < f.n; i++)
		fprintf(stderr, "%.*s: %.*s\n", STR_ARG(f.items[i].path),
		    STR_ARG(f.items[i].text));
	buf_fini(&b);
	if (flow == NULL)
		exit(EXIT_FAILURE);
	return flow;
}

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* What moves the talk on from each kind of state; one in ten does not. */
static struct match_input words_for(struct str state, unsigned turn)
{
	uint64_t i = 0;

	if (state.n < 2 || turn % 10 == 9 ||
	    !str_u64(str_from(state, 1), 0, STATES, &i))
		return (
		    struct match_input){ STR("what do you mean?"), STR_EMPTY };
	switch (i % 5) {
	case 0:
		return (struct match_input){ STR("Go on"), STR("go") };
	case 1:
		return (struct match_input){ STR("MC-1042"), STR_EMPTY };
	case 2:
		return (struct match_input){ STR("12"), STR_EMPTY };
	default:
		return (struct match_input){ STR("Yes, please"), STR_EMPTY };
	}
}

/* As turn.c does it: texts in, texts out, nothing kept but them. */
static double run(const struct flow *flow, unsigned turns)
{
	struct pool *pools[2] = { pool_new(), pool_new() };
	struct engine_output out = { .variables =
					 STR("{\"contact_name\":\"Amina\"}") };
	double start = cpu_s(), took;
	unsigned states = 0;

	for (unsigned i = 0; i < turns; i++) {
		struct engine_input in = { .flow = flow,
			.state = out.state,
			.variables = out.variables,
			.has_message = i > 0,
			.message = words_for(out.state, i),
			.now_s = 1700000000 + i,
			.idle_s = 1800 };

		engine_step(pools[i % 2], &in, &out);
		states += out.hops;
		pool_reset(pools[(i + 1) % 2]);
	}
	took = cpu_s() - start;
	if (states < turns)
		fprintf(stderr, "only %u states were entered\n", states);
	pool_free(&pools[0]);
	pool_free(&pools[1]);
	return (double)turns / took;
}

int main(int argc, char **argv)
{
	struct pool *pool = pool_new();
	const struct flow *flow = make_flow(pool);
	double rate[RUNS], swap;
	uint64_t turns = 200000;

	if (argc > 1 && !str_u64(str_of(argv[1]), 1, 100000000, &turns)) {
		fprintf(stderr, "engine-bench [TURNS]\n");
		return EXIT_FAILURE;
	}
	for (int i = 0; i < RUNS; i++)
		rate[i] = run(flow, (unsigned)turns);
	for (int i = 0; i < RUNS; i++) {
		for (int k = i + 1; k < RUNS; k++) {
			if (rate[k] < rate[i]) {
				swap = rate[i];
				rate[i] = rate[k];
				rate[k] = swap;
			}
		}
	}
	printf("%.0f turns per second of CPU (%.1f us each; median of %d runs "
	       "of %u, from %.0f to %.0f)\n",
	    rate[RUNS / 2], 1e6 / rate[RUNS / 2], RUNS, (unsigned)turns,
	    rate[0], rate[RUNS - 1]);
	pool_free(&pool);
	return EXIT_SUCCESS;
}
