/* log.c: one line per event: time, level, program, context, key=value */
/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

#include "base/clock.h"

#define LINE_MAX_BYTES                                                         \
	4096 /* POSIX lets pipes keep writes of this size whole */
#define CONTEXT_SIZE 256

static const char *const level_names[LOG__MAX] = { "error", "warn", "info",
	"debug" };

/* Set by log_open before there are threads; fd keeps its number for ever. */
static struct {
	char program[32];
	char path[256];
	int fd;
	_Atomic enum log_level level;
} state = { "baraza", "", STDERR_FILENO, LOG_INFO };

static _Thread_local char context[CONTEXT_SIZE];

static int open_file(void)
{
	return open(
	    state.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
}

void log_open(const char *program, const char *path, enum log_level level)
{
	int fd;

	snprintf(state.program, sizeof(state.program), "%s", program);
	snprintf(state.path, sizeof(state.path), "%s", path ? path : "");
	state.level = level;
	if (state.fd != STDERR_FILENO)
		close(state.fd);
	state.fd = STDERR_FILENO;
	if (state.path[0] == '\0')
		return;
	fd = open_file();
	if (fd >= 0)
		state.fd = fd;
	else
		log_error("log_open path=%s error=\"%s\"", state.path,
		    strerror(errno));
}

void log_reopen(void)
{
	int fd;

	if (state.path[0] == '\0' || state.fd == STDERR_FILENO)
		return;
	fd = open_file();
	if (fd < 0) {
		/* the old file is better than none */
		log_error("log_reopen path=%s error=\"%s\"", state.path,
		    strerror(errno));
		return;
	}
	/* in one step, so that no thread meets a closed descriptor */
	dup3(fd, state.fd, O_CLOEXEC);
	close(fd);
}

void log_set_level(enum log_level level)
{
	state.level = level;
}

bool log_level_parse(const char *name, enum log_level *level_r)
{
	for (unsigned i = 0; i < LOG__MAX; i++) {
		if (strcmp(name, level_names[i]) == 0) {
			*level_r = (enum log_level)i;
			return true;
		}
	}
	return false;
}

void log_context(const char *fmt, ...)
{
	va_list ap;

	log_context_clear();
	if (fmt == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(context, sizeof(context), fmt, ap);
	va_end(ap);
}

void log_context_clear(void)
{
	context[0] = '\0';
}

/*
 * Copies text so that what strangers put into a field cannot begin a line or
 * drive a terminal. Returns the end of what was written, at most at limit.
 */
static char *put_escaped(char *out, const char *limit, const char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (; *text != '\0' && limit - out >= 4; text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= 0x20 && c != 0x7f) {
			*out++ = *text;
			continue;
		}
		*out++ = '\\';
		if (c == '\n') {
			*out++ = 'n';
			continue;
		}
		*out++ = 'x';
		*out++ = digits[c >> 4];
		*out++ = digits[c & 15];
	}
	return out;
}

static void PRINTF(2, 0)
    put_line(enum log_level level, const char *fmt, va_list ap)
{
	char event[LINE_MAX_BYTES], line[LINE_MAX_BYTES], now[CLOCK_ISO_SIZE];
	const char *limit = line + sizeof(line) - 1;
	char *at = line;
	int saved = errno, n;

	if (level > state.level)
		return;
	n = vsnprintf(event, sizeof(event), fmt, ap);
	if (n < 0)
		event[0] = '\0';
	at += snprintf(line, sizeof(line), "%s %s %s[%ld] ",
	    clock_iso(clock_now_us(), now), level_names[level], state.program,
	    (long)getpid());
	if (context[0] != '\0') {
		at = put_escaped(at, limit, context);
		*at++ = ' ';
	}
	at = put_escaped(at, limit, event);
	*at++ = '\n';
	/* a log that cannot be written has nobody to be told */
	(void)!write(state.fd, line, (size_t)(at - line));
	errno = saved;
}

#define LEVEL_FUNCTION(name, level)                                            \
	void name(const char *fmt, ...)                                        \
	{                                                                      \
		va_list ap;                                                    \
                                                                               \
		va_start(ap, fmt);                                             \
		put_line(level, fmt, ap);                                      \
		va_end(ap);                                                    \
	}

LEVEL_FUNCTION(log_error, LOG_ERROR)
LEVEL_FUNCTION(log_warn, LOG_WARN)
LEVEL_FUNCTION(log_info, LOG_INFO)
LEVEL_FUNCTION(log_debug, LOG_DEBUG)

void log_warn_some(struct log_kind *kind, const char *fmt, ...)
{
	int64_t now = clock_mono_ms();
	char text[LINE_MAX_BYTES];
	va_list ap;

	if (now - kind->since_ms >= 1000) {
		kind->since_ms = now;
		kind->n = 0;
	}
	if (++kind->n > LOG_SOME) {
		kind->suppressed++;
		return;
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (kind->suppressed > 0)
		log_warn("%s suppressed=%u", text, kind->suppressed);
	else
		log_warn("%s", text);
	kind->suppressed = 0;
}
