/* llm_tool_datetime.c: what day and time it is, here or there */
/* SPDX-License-Identifier: MIT */
#include <time.h>

#include "base/clock.h"
#include "bot/llm_tools.h"
#include "bot/llm_zone.h"

static enum err_code run(const struct llm_tools_in *in, struct pool *pool,
    const struct json *arguments, struct str *text_r, struct err *err)
{
	static const char *const days[] = { "Sunday", "Monday", "Tuesday",
		"Wednesday", "Thursday", "Friday", "Saturday" };
	struct str name = str_trim(json_str(json_get(arguments, "timezone")));
	int64_t now = clock_now_us() / 1000000;
	struct llm_zone zone = { .offset_s = 0 };
	enum err_code code = ERR_OK;
	int minutes;
	time_t t;
	struct tm tm;

	(void)in;
	if (name.n == 0)
		name = STR("UTC");
	code = llm_zone_at(name, now, &zone, err);
	if (code != ERR_OK)
		return code;
	t = (time_t)(now + zone.offset_s);
	gmtime_r(&t, &tm);
	minutes = abs((int)(zone.offset_s / 60));
	*text_r = str_of(pool_printf(pool,
	    "{\"datetime\":\"%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d\","
	    "\"weekday\":\"%s\",\"timezone\":\"%.*s\"}",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
	    tm.tm_sec, zone.offset_s < 0 ? '-' : '+', minutes / 60,
	    minutes % 60, days[tm.tm_wday], STR_ARG(name)));
	return ERR_OK;
}

const struct llm_builtin llm_datetime = {
	.tool = { .name = STR_INIT("current_datetime"),
	    .description = STR_INIT("The current date, time and weekday."),
	    .parameters = STR_INIT(
		"{\"type\":\"object\",\"properties\":{\"timezone\":{\"type\":"
		"\"string\",\"description\":\"such as Africa/Nairobi or "
		"+03:00; UTC when it is left out\"}}}") },
	.run = run,
};
