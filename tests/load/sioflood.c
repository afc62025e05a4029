/*
 * sioflood.c: malformed packets from many connections, and what a well-behaved
 * client notices of them
 *
 * One thread floods: each connection has a kind of nonsense, sends it at its
 * part of the rate and connects again as soon as it is closed. The other is an
 * honest client that sends an event every so often and waits for its
 * acknowledgement: first while all is quiet, then during the flood. One JSON
 * object tells latencies, losses, bytes, and the server's memory and CPU.
 */
/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/base.h"
#include "base/clock.h"

#define CONNECTIONS_MAX 1000
#define TEMPLATE_SIZE	(256 * 1024)
#define SAMPLES_MAX	200000
#define TICK_MS		1
/* How long a half handshake is left open. */
#define HALF_MS 1000

enum kind {
	BAD_FRAME,
	BAD_UTF8,
	BAD_ENGINE,
	BAD_SOCKET,
	DEEP_JSON,
	OVERSIZED,
	HALF,
	HANGUP,
	EVENTS,
	PONGS,
	BAD_POST,
	KIND__MAX
};

static const char *const kind_names[KIND__MAX] = { "bad_frame", "bad_utf8",
	"bad_engine", "bad_socket", "deep_json", "oversized", "half", "hangup",
	"events", "pongs", "bad_post" };

struct template
{
	char bytes[TEMPLATE_SIZE];
	size_t n;
};

struct flooder {
	int fd;
	enum kind kind;
	bool is_open;	  /* the upgrade was answered */
	size_t at;	  /* in the template */
	double allowance; /* bytes that it may send now */
	int64_t since_ms;
};

static struct {
	const char *host, *path, *event;
	int port, connections, seconds, idle_seconds, good_per_s, pid;
	double rate;
	bool kinds[KIND__MAX];
} opt = { .host = "127.0.0.1",
	.path = "/socket.io/",
	.event = "[\"message-with-ack\",1]",
	.connections = 50,
	.seconds = 30,
	.idle_seconds = 5,
	.good_per_s = 100,
	.rate = 24e6 };

static struct template templates[KIND__MAX];
static struct flooder flooders[CONNECTIONS_MAX];
static uint64_t sent_bytes, cycles[KIND__MAX];

/* ------------------------------------------------------------ the nonsense */

/* One client frame, masked with zeroes so that the payload stands as it is. */
static size_t put_frame(char *to, int first, const char *data, size_t n)
{
	size_t at = 0;

	to[at++] = (char)first;
	if (n < 126) {
		to[at++] = (char)(0x80 | n);
	} else if (n < 65536) {
		to[at++] = (char)(0x80 | 126);
		to[at++] = (char)(n >> 8);
		to[at++] = (char)n;
	} else {
		to[at++] = (char)(0x80 | 127);
		for (int i = 7; i >= 0; i--)
			to[at++] = (char)((uint64_t)n >> (8 * i));
	}
	memset(to + at, 0, 4);
	at += 4;
	memcpy(to + at, data, n);
	return at + n;
}

/* The same frame again and again. */
static void fill(struct template *t, int first, const char *data, size_t n)
{
	while (t->n + n + 14 <= sizeof(t->bytes))
		t->n += put_frame(t->bytes + t->n, first, data, n);
}

static void make_templates(void)
{
	static char text[60000];
	struct template *t = &templates[OVERSIZED];

	memset(text, 'x', sizeof(text));
	fill(&templates[BAD_FRAME], 0xf3, text, 100);
	fill(&templates[BAD_ENGINE], 0x81, text, sizeof(text));
	memcpy(text, "4", 1);
	text[sizeof(text) - 1] = (char)0xff;
	fill(&templates[BAD_UTF8], 0x81, text, sizeof(text));
	text[sizeof(text) - 1] = 'x';
	memcpy(text, "42[\"a\",", 7);
	fill(&templates[BAD_SOCKET], 0x81, text, sizeof(text));
	memset(text, '[', sizeof(text));
	memcpy(text, "42[\"a\",", 7);
	fill(&templates[DEEP_JSON], 0x81, text, sizeof(text));
	/* A frame of 2^40 bytes that goes on for ever. */
	memset(t->bytes, 'x', sizeof(t->bytes));
	t->n = sizeof(t->bytes);
	memset(text, 'x', 1000);
	memcpy(text, "42[\"nothing\",\"", 14);
	memcpy(text + 998, "\"]", 2);
	fill(&templates[EVENTS], 0x81, text, 1000);
	fill(&templates[PONGS], 0x81, "3", 1);
}

/* ------------------------------------------------------------- the flooders */

static int dial(int source, bool waits)
{
	struct sockaddr_in from = { .sin_family = AF_INET };
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)opt.port) };
	int fd = socket(AF_INET,
	    SOCK_STREAM | SOCK_CLOEXEC | (waits ? 0 : SOCK_NONBLOCK), 0);
	struct linger reset = { .l_onoff = 1, .l_linger = 0 };
	int one = 1;

	inet_pton(AF_INET, opt.host, &to.sin_addr);
	/* Ports of one address would run out. */
	from.sin_addr.s_addr = htonl(0x7f000100u + (uint32_t)source);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (!waits)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	if (fd < 0 ||
	    (strncmp(opt.host, "127.", 4) == 0 &&
		bind(fd, (struct sockaddr *)&from, sizeof(from)) < 0) ||
	    (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 &&
		errno != EINPROGRESS)) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

static size_t put_request(char *to, size_t size, enum kind kind)
{
	const char *end = "\r\n";

	if (kind == BAD_POST)
		return (size_t)snprintf(to, size,
		    "POST %s?EIO=4&transport=polling&sid=nobody HTTP/1.1\r\n"
		    "Host: x\r\nContent-Length: 100000000\r\n\r\n",
		    opt.path);
	if (kind == HALF)
		end = "X-More: ";
	return (size_t)snprintf(to, size,
	    "GET %s?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n"
	    "Connection: Upgrade\r\nUpgrade: websocket\r\n"
	    "Sec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s",
	    opt.path, end);
}

static void start(struct flooder *f, int number)
{
	f->fd = dial(number % 250 + 1, false);
	f->is_open = false;
	f->at = 0;
	f->since_ms = clock_mono_ms();
}

static void again(struct flooder *f, int number)
{
	if (f->fd >= 0)
		close(f->fd);
	cycles[f->kind]++;
	start(f, number);
}

/* The request, once it is connected; true when nonsense may follow. */
static bool greet(struct flooder *f)
{
	static const char giant[] = { (char)0x81, (char)0xff, 0, 0, 1, 0, 0, 0,
		0, 0, 0, 0, 0, 0 };
	char text[1024];
	size_t n = put_request(text, sizeof(text), f->kind);

	if (send(f->fd, text, n, MSG_NOSIGNAL) != (ssize_t)n)
		return false;
	sent_bytes += n;
	if (f->kind == OVERSIZED)
		(void)!send(f->fd, giant, sizeof(giant), MSG_NOSIGNAL);
	f->is_open = true;
	return true;
}

/* What the server says is not looked at; false when it has closed. */
static bool drain(struct flooder *f)
{
	char text[4096];
	ssize_t n;

	while ((n = recv(f->fd, text, sizeof(text), 0)) > 0)
		;
	return n < 0 && errno == EAGAIN;
}

static void flood(struct flooder *f, int number, double share)
{
	const struct template *t = &templates[f->kind];
	int64_t age = clock_mono_ms() - f->since_ms;

	f->allowance = MIN_OF(f->allowance + share, share * 100);
	if (f->fd < 0 || (f->is_open && !drain(f))) {
		again(f, number);
		return;
	}
	if (!f->is_open) {
		struct pollfd p = { .fd = f->fd, .events = POLLOUT };

		if (poll(&p, 1, 0) == 1 && !greet(f))
			again(f, number);
		return;
	}
	if (f->kind == HANGUP || (f->kind == HALF && age > HALF_MS)) {
		again(f, number);
		return;
	}
	if (f->kind == BAD_POST)
		t = &templates[OVERSIZED];
	while (f->allowance >= 1 && t->n > 0) {
		size_t want = MIN_OF((size_t)f->allowance, t->n - f->at);
		ssize_t n = send(f->fd, t->bytes + f->at, want, MSG_NOSIGNAL);

		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0) {
			again(f, number);
			return;
		}
		f->at = (f->at + (size_t)n) % t->n;
		f->allowance -= (double)n;
		sent_bytes += (size_t)n;
	}
}

static void flood_for(int64_t ms)
{
	double share = opt.rate / opt.connections * TICK_MS / 1000;
	int64_t end = clock_mono_ms() + ms;
	int64_t due = clock_mono_ms();

	for (int i = 0; i < opt.connections; i++) {
		flooders[i].kind = (enum kind)(i % KIND__MAX);
		while (!opt.kinds[flooders[i].kind])
			flooders[i].kind =
			    (enum kind)((flooders[i].kind + 1) % KIND__MAX);
		start(&flooders[i], i);
	}
	while (clock_mono_ms() < end) {
		for (int i = 0; i < opt.connections; i++)
			flood(&flooders[i], i, share);
		due += TICK_MS;
		if (due > clock_mono_ms())
			usleep((useconds_t)(due - clock_mono_ms()) * 1000);
	}
	for (int i = 0; i < opt.connections; i++)
		if (flooders[i].fd >= 0)
			close(flooders[i].fd);
}

/* --------------------------------------------------------- the good client */

enum phase { IDLE, FLOOD, PHASE__MAX, DONE = PHASE__MAX };

static struct {
	double us[SAMPLES_MAX];
	size_t n;
} samples[PHASE__MAX];
static volatile enum phase phase;
static uint64_t lost;
static const char *fault;

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static bool send_text(int fd, const char *text)
{
	char frame[4096];
	size_t n = put_frame(frame, 0x81, text, strlen(text));

	return send(fd, frame, n, MSG_NOSIGNAL) == (ssize_t)n;
}

/* The next frame's text, answered when it is a ping; false at the end. */
static bool read_frame(int fd, char *text, size_t size)
{
	unsigned char head[4];
	size_t n;

	if (recv(fd, head, 2, MSG_WAITALL) != 2 || (head[0] & 15) == 8)
		return false;
	n = head[1];
	if (n == 126) {
		if (recv(fd, head + 2, 2, MSG_WAITALL) != 2)
			return false;
		n = (size_t)head[2] << 8 | head[3];
	}
	if (n >= size || recv(fd, text, n, MSG_WAITALL) != (ssize_t)n)
		return false;
	text[n] = '\0';
	return strcmp(text, "2") != 0 || send_text(fd, "3");
}

static bool wait_for(int fd, const char *start)
{
	static char text[65536];

	do
		if (!read_frame(fd, text, sizeof(text)))
			return false;
	while (strncmp(text, start, strlen(start)) != 0);
	return true;
}

static int good_open(void)
{
	char text[1024];
	size_t n = put_request(text, sizeof(text), EVENTS);
	int fd = dial(0, true);
	size_t ends = 0;

	if (fd < 0 || send(fd, text, n, MSG_NOSIGNAL) != (ssize_t)n)
		return -1;
	while (ends < 4 && recv(fd, text, 1, 0) == 1)
		ends = *text == "\r\n\r\n"[ends] ? ends + 1 : *text == '\r';
	if (ends < 4 || !wait_for(fd, "0{") || !send_text(fd, "40") ||
	    !wait_for(fd, "40"))
		return -1;
	return fd;
}

static void *good_client(void *arg)
{
	int fd = good_open();
	char text[2048], want[32];
	double due = now_us();

	(void)arg;
	if (fd < 0)
		fault = "the good client could not connect";
	for (uint64_t id = 0; fd >= 0 && phase != DONE; id++) {
		enum phase now = phase;
		double began = now_us();

		snprintf(text, sizeof(text), "42%" PRIu64 "%s", id, opt.event);
		snprintf(want, sizeof(want), "43%" PRIu64 "[", id);
		if (!send_text(fd, text) || !wait_for(fd, want)) {
			lost++;
			fault = "the good client was cut off";
			break;
		}
		if (now == phase && samples[now].n < SAMPLES_MAX)
			samples[now].us[samples[now].n++] = now_us() - began;
		due += 1e6 / opt.good_per_s;
		if (due > now_us())
			usleep((useconds_t)(due - now_us()));
		else
			due = now_us();
	}
	if (fd >= 0)
		close(fd);
	return NULL;
}

/* --------------------------------------------------------------- the server */

static long rss_kb(void)
{
	char path[64], line[256];
	long kb = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", opt.pid);
	f = opt.pid ? fopen(path, "r") : NULL;
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "VmRSS: %ld", &kb) == 1)
			break;
	if (f)
		fclose(f);
	return kb;
}

static double cpu_s(void)
{
	char path[64], line[1024] = "";
	unsigned long user = 0, system = 0;
	const char *p;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", opt.pid);
	f = opt.pid ? fopen(path, "r") : NULL;
	if (f && fgets(line, sizeof(line), f) && (p = strrchr(line, ')')))
		(void)!sscanf(p,
		    ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
		    &user, &system);
	if (f)
		fclose(f);
	return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double percentile(enum phase p, double part)
{
	size_t n = samples[p].n;

	return n ? samples[p].us[MIN_OF((size_t)((double)n * part), n - 1)] : 0;
}

static void print_phase(const char *name, enum phase p)
{
	qsort(samples[p].us, samples[p].n, sizeof(double), by_size);
	printf("\"%s\":{\"acks\":%zu,\"p50_us\":%.0f,\"p99_us\":%.0f,"
	       "\"max_us\":%.0f},",
	    name, samples[p].n, percentile(p, 0.5), percentile(p, 0.99),
	    percentile(p, 1));
}

/* --------------------------------------------------------------------- main */

static void read_kinds(char *list)
{
	memset(opt.kinds, 0, sizeof(opt.kinds));
	for (char *save, *one = strtok_r(list, ",", &save); one;
	     one = strtok_r(NULL, ",", &save)) {
		size_t i = 0;

		while (i < KIND__MAX && strcmp(one, kind_names[i]) != 0)
			i++;
		if (i == KIND__MAX) {
			fprintf(stderr, "sioflood: no kind %s\n", one);
			exit(2);
		}
		opt.kinds[i] = true;
	}
}

static const char usage[] =
    "usage: sioflood --port P [options]\n"
    "\n"
    "  --host H            address of the server (127.0.0.1)\n"
    "  --path P            (/socket.io/)\n"
    "  --pid N             the server: tells its memory and processor time\n"
    "  --connections N     that send nonsense (50; at most 1000)\n"
    "  --rate N            bytes a second of all of them (24000000)\n"
    "  --seconds N         of flood (30)\n"
    "  --idle-seconds N    before it (5)\n"
    "  --good-rate N       events a second of the honest client (100)\n"
    "  --event JSON        that event ([\"message-with-ack\",1])\n"
    "  --kinds LIST        divided by commas (all of them):\n"
    "                     ";

static void print_usage(bool is_wanted)
{
	FILE *to = is_wanted ? stdout : stderr;

	fputs(usage, to);
	for (size_t i = 0; i < KIND__MAX; i++)
		fprintf(to, "%s%s", i ? "," : " ", kind_names[i]);
	fputs("\n", to);
	exit(is_wanted ? EXIT_SUCCESS : 2);
}

static void read_options(int argc, char **argv)
{
	static const struct option options[] = {
		{ "host", required_argument, NULL, 'h' },
		{ "port", required_argument, NULL, 'p' },
		{ "path", required_argument, NULL, 'P' },
		{ "pid", required_argument, NULL, 'i' },
		{ "connections", required_argument, NULL, 'c' },
		{ "rate", required_argument, NULL, 'r' },
		{ "seconds", required_argument, NULL, 's' },
		{ "idle-seconds", required_argument, NULL, 'S' },
		{ "good-rate", required_argument, NULL, 'g' },
		{ "event", required_argument, NULL, 'e' },
		{ "kinds", required_argument, NULL, 'k' },
		{ "help", no_argument, NULL, 'H' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	for (size_t i = 0; i < KIND__MAX; i++)
		opt.kinds[i] = true;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		int number = optarg ? (int)strtol(optarg, NULL, 10) : 0;

		if (c == 'h')
			opt.host = optarg;
		else if (c == 'p')
			opt.port = number;
		else if (c == 'P')
			opt.path = optarg;
		else if (c == 'i')
			opt.pid = number;
		else if (c == 'c')
			opt.connections = MIN_OF(number, CONNECTIONS_MAX);
		else if (c == 'r')
			opt.rate = strtod(optarg, NULL);
		else if (c == 's')
			opt.seconds = number;
		else if (c == 'S')
			opt.idle_seconds = number;
		else if (c == 'g')
			opt.good_per_s = MAX_OF(number, 1);
		else if (c == 'e')
			opt.event = optarg;
		else if (c == 'k')
			read_kinds(optarg);
		else
			print_usage(c == 'H');
	}
	if (optind < argc || opt.port == 0)
		print_usage(false);
}

int main(int argc, char **argv)
{
	pthread_t good;
	long before, most, after;
	double cpu;

	read_options(argc, argv);
	make_templates();
	if (pthread_create(&good, NULL, good_client, NULL) != 0)
		return 1;
	sleep((unsigned)opt.idle_seconds);
	before = most = rss_kb();
	cpu = cpu_s();
	phase = FLOOD;
	for (int i = 0; i < opt.seconds; i++) {
		flood_for(1000);
		most = MAX_OF(most, rss_kb());
	}
	cpu = cpu_s() - cpu;
	phase = DONE;
	pthread_join(good, NULL);
	sleep(2);
	after = rss_kb();
	printf("{");
	print_phase("idle", IDLE);
	print_phase("flood", FLOOD);
	printf("\"lost\":%" PRIu64 ",\"bytes_per_s\":%.0f,\"cpu\":%.2f,"
	       "\"rss_kb\":{\"before\":%ld,\"most\":%ld,\"after\":%ld},"
	       "\"cycles\":{",
	    lost, (double)sent_bytes / opt.seconds, cpu / opt.seconds, before,
	    most, after);
	for (size_t i = 0; i < KIND__MAX; i++)
		printf("%s\"%s\":%" PRIu64, i ? "," : "", kind_names[i],
		    cycles[i]);
	printf("}%s%s%s}\n", fault ? ",\"fault\":\"" : "", fault ? fault : "",
	    fault ? "\"" : "");
	return fault != NULL;
}
