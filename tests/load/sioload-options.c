/* sioload-options.c: the command line and the file of conversations */
/* SPDX-License-Identifier: MIT */
#include "sioload.h"

#include <getopt.h>
#include <stdnoreturn.h>

struct options opt = {
	.host = "127.0.0.1",
	.path = "/socket.io/",
	.clients = 100,
	.room_size = 10,
	.is_closed = true,
	.outstanding = 1,
	.warmup_s = 1,
	.seconds = 5,
	.drain_s = 10,
	.payload = 64,
	.connecting = 64,
	.connect_s = 120,
};

static const char help[] =
    "usage: sioload --port P [options]\n"
    "\n"
    "Connects raw Socket.IO clients over WebSocket, lets them join rooms and\n"
    "send messages, and prints one JSON object: what was lost, doubled or\n"
    "reordered, latencies, and what the server needed for it.\n"
    "\n"
    "Where\n"
    "  --host A            address of the server (127.0.0.1)\n"
    "  --port P            its port\n"
    "  --path P            its path (/socket.io/)\n"
    "  --pid P[,P...]      processes to measure: the server and, for example,\n"
    "                      its database; with their children and threads\n"
    "Who\n"
    "  --clients N         connections (100)\n"
    "  --room-size N       members of each room (10)\n"
    "  --rooms N           the same said otherwise\n"
    "  --senders N         clients that send, spread over the rooms (one per\n"
    "                      room)\n"
    "  --addresses N       source addresses in 127.0.0.0/8; 0: one per client\n"
    "                      (0; without effect for a host that is not local)\n"
    "  --connecting N      handshakes at once (64)\n"
    "  --connect-seconds S until all must have connected and joined (120)\n"
    "What\n"
    "  --mode echo|stored  stored: messages carry a client_id, as those that\n"
    "                      may be sent again do (echo)\n"
    "  --conversations F   lines \"conversation_id external_id\", one per room:\n"
    "                      members join and send with that external_id\n"
    "  --payload B         bytes of a message's content, at least 35 (64)\n"
    "How fast\n"
    "  --closed            each sender sends again when it was acknowledged\n"
    "                      (the default)\n"
    "  --outstanding N     messages that each sender has under way (1)\n"
    "  --rate R            messages per second of all senders instead\n"
    "How long\n"
    "  --idle S            quiet between joining and sending, measured (0)\n"
    "  --warmup S          sending that is not measured (1)\n"
    "  --seconds S         sending that is measured; 0: none (5)\n"
    "  --drain S           at the most, for what is under way at the end (10)\n"
    "\n"
    "All counts of lost, duplicated and reordered deliveries are over the\n"
    "whole run, at each receiver and for each sender. Times are in\n"
    "microseconds where the name says so. Exits 0 when all clients were\n"
    "connected and joined, and 1 otherwise.\n";

static noreturn void wrong(const char *what, const char *value)
{
	fprintf(stderr, "sioload: %s: %s (see --help)\n", what, value);
	exit(2);
}

static int whole(const char *text, int min, int max)
{
	int64_t v = 0;

	if (!str_i64(str_of(text), min, max, &v))
		wrong("not a number that fits here", text);
	return (int)v;
}

static double decimal(const char *text)
{
	char *end;
	double v = strtod(text, &end);

	if (end == text || *end != '\0' || !(v >= 0 && v < 1e9))
		wrong("not a number that fits here", text);
	return v;
}

static void read_pids(const char *text)
{
	struct str rest = str_of(text), part;
	int64_t pid = 0;

	while (str_split(&rest, ',', &part)) {
		if (!str_i64(part, 1, INT32_MAX, &pid) ||
		    opt.n_pids == (int)COUNT_OF(opt.pids))
			wrong("not a list of process ids", text);
		opt.pids[opt.n_pids++] = (pid_t)pid;
	}
}

static void read_conversations(const char *path)
{
	FILE *f = fopen(path, "r");
	char id[64], who[256];
	size_t cap = 0;

	if (!f)
		wrong("cannot be read", path);
	while (fscanf(f, "%63s %255s", id, who) == 2) {
		if ((size_t)opt.n_conversations == cap) {
			cap = cap ? cap * 2 : 256;
			opt.conversations =
			    mem_resize(opt.conversations, cap * sizeof(char *));
			opt.external_ids =
			    mem_resize(opt.external_ids, cap * sizeof(char *));
		}
		opt.conversations[opt.n_conversations] = mem_strdup(id);
		opt.external_ids[opt.n_conversations++] = mem_strdup(who);
	}
	fclose(f);
	if (opt.n_conversations == 0)
		wrong("holds no conversations", path);
}

static void read_mode(const char *text)
{
	if (strcmp(text, "stored") == 0)
		opt.is_stored = true;
	else if (strcmp(text, "echo") != 0)
		wrong("not a mode", text);
}

/* The numbers must fit each other. */
static void settle(void)
{
	if (opt.port == 0)
		wrong("missing", "--port");
	if (opt.rooms > 0)
		opt.room_size = (opt.clients + opt.rooms - 1) / opt.rooms;
	opt.rooms = (opt.clients + opt.room_size - 1) / opt.room_size;
	if (opt.senders == 0)
		opt.senders = opt.rooms;
	if (opt.senders > opt.clients)
		wrong("more senders than clients", "--senders");
	if (opt.conversations && opt.n_conversations < opt.rooms)
		wrong("fewer conversations than rooms", "--conversations");
	if (opt.payload < STAMP_SIZE)
		opt.payload = STAMP_SIZE;
}

enum {
	HOST = 1,
	PORT,
	PATH,
	PID,
	CLIENTS,
	ROOM_SIZE,
	ROOMS,
	SENDERS,
	ADDRESSES,
	CONNECTING,
	CONNECT_S,
	MODE,
	CONVERSATIONS,
	PAYLOAD,
	CLOSED,
	OUTSTANDING,
	RATE,
	IDLE,
	WARMUP,
	SECONDS,
	DRAIN,
	HELP
};

static const struct option options[] = {
	{ "host", required_argument, NULL, HOST },
	{ "port", required_argument, NULL, PORT },
	{ "path", required_argument, NULL, PATH },
	{ "pid", required_argument, NULL, PID },
	{ "clients", required_argument, NULL, CLIENTS },
	{ "room-size", required_argument, NULL, ROOM_SIZE },
	{ "rooms", required_argument, NULL, ROOMS },
	{ "senders", required_argument, NULL, SENDERS },
	{ "addresses", required_argument, NULL, ADDRESSES },
	{ "connecting", required_argument, NULL, CONNECTING },
	{ "connect-seconds", required_argument, NULL, CONNECT_S },
	{ "mode", required_argument, NULL, MODE },
	{ "conversations", required_argument, NULL, CONVERSATIONS },
	{ "payload", required_argument, NULL, PAYLOAD },
	{ "closed", no_argument, NULL, CLOSED },
	{ "outstanding", required_argument, NULL, OUTSTANDING },
	{ "rate", required_argument, NULL, RATE },
	{ "idle", required_argument, NULL, IDLE },
	{ "warmup", required_argument, NULL, WARMUP },
	{ "seconds", required_argument, NULL, SECONDS },
	{ "drain", required_argument, NULL, DRAIN },
	{ "help", no_argument, NULL, HELP },
	{ NULL, 0, NULL, 0 },
};

static void set(int name, const char *v)
{
	switch (name) {
	case HOST:
		opt.host = v;
		break;
	case PORT:
		opt.port = whole(v, 1, 65535);
		break;
	case PATH:
		opt.path = v;
		break;
	case PID:
		read_pids(v);
		break;
	case CLIENTS:
		opt.clients = whole(v, 1, 1000000);
		break;
	case ROOM_SIZE:
		opt.room_size = whole(v, 1, 1000000);
		break;
	case ROOMS:
		opt.rooms = whole(v, 1, 1000000);
		break;
	case SENDERS:
		opt.senders = whole(v, 1, 1000000);
		break;
	case ADDRESSES:
		opt.addresses = whole(v, 0, 10000000);
		break;
	case CONNECTING:
		opt.connecting = whole(v, 1, 10000);
		break;
	case CONNECT_S:
		opt.connect_s = decimal(v);
		break;
	case MODE:
		read_mode(v);
		break;
	case CONVERSATIONS:
		read_conversations(v);
		break;
	case PAYLOAD:
		opt.payload = whole(v, 1, 900000);
		break;
	case CLOSED:
		opt.is_closed = true;
		break;
	case OUTSTANDING:
		opt.outstanding = whole(v, 1, 100000);
		break;
	case RATE:
		opt.rate = decimal(v);
		if (opt.rate < 0.001)
			wrong("not a rate", v);
		opt.is_closed = false;
		break;
	case IDLE:
		opt.idle_s = decimal(v);
		break;
	case WARMUP:
		opt.warmup_s = decimal(v);
		break;
	case SECONDS:
		opt.seconds = decimal(v);
		break;
	case DRAIN:
		opt.drain_s = decimal(v);
		break;
	case HELP:
		fputs(help, stdout);
		exit(0);
	default:
		fputs("sioload: see --help\n", stderr);
		exit(2);
	}
}

void options_read(int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		set(c, optarg);
	if (optind < argc)
		wrong("not an option", argv[optind]);
	settle();
}

const char *options_conversation(int room)
{
	static char text[32];

	if (opt.conversations)
		return opt.conversations[room];
	(void)snprintf(text, sizeof(text), "c%d", room);
	return text;
}

const char *options_external_id(int room, int client)
{
	static char text[32];

	if (opt.external_ids)
		return opt.external_ids[room];
	(void)snprintf(text, sizeof(text), "v%d", client);
	return text;
}
