/* fcgi.c: requests from a web server by FastCGI (the only user of fcgiapp.h) */
/* SPDX-License-Identifier: MIT */
/*
 * N threads accept on one socket, each with its own database connection and
 * pool; libfcgi needs no lock for that. It opens one connection per request,
 * so a thread is never held by an idle one.
 */
#include "fcgi.h"

#include <errno.h>
#include <fcgiapp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "bot_turn.h"
#include "serve.h"
#include "waiting.h"

#define BACKLOG	     1024
#define STALL_MS     10000 /* a client may be silent so long */
#define BODY_MAX_MS  30000 /* and take so long for a whole body */
#define SLOW_BYTES   32	   /* of a body per millisecond: files by slow lines */
#define CROWD_MS     300   /* the same two, while most threads are taken */
#define CROWD_MAX_MS 1000
#define LINGER_MS    "200" /* for what a client still sends at the end */
#define OUT_KEEP     (64 << 10)
#define THREADS_MAX  256
#define PER_CORE     4
#define JOIN_STEP_MS 20
#define PAUSE_MS     10

struct worker {
	pthread_t thread;
	const struct app *app;
	int listen_fd;
	atomic_bool is_waiting; /* in accept: may be woken by SIGUSR1 */
	atomic_bool is_done;
	struct db *db;
	struct pool *pool;
	struct buf out;
	FCGX_Request request;
	bool is_crowded;       /* when this request came */
	int64_t body_until_ms; /* 0: its reading has not begun */
	bool is_stalled;       /* the body did not come */
	bool is_gone;	       /* nobody takes the answer */
};

static atomic_bool is_stopping;
static atomic_size_t busy_n; /* workers that have a request */
static size_t workers_n;     /* set before there are threads */

static int64_t body_ms(const struct worker *w)
{
	const char *length = FCGX_GetParam("CONTENT_LENGTH", w->request.envp);
	uint64_t n = 0;

	if (w->is_crowded)
		return CROWD_MAX_MS;
	/* routes.c has looked at it by now. */
	if (!str_u64(str_of(length), 0, INT32_MAX, &n))
		n = 0;
	return BODY_MAX_MS + (int64_t)(n / SLOW_BYTES);
}

/* Whatever stands in the stream's buffer; waits only when that is empty. */
static ssize_t read_body(void *arg, char *p, size_t n)
{
	struct worker *w = arg;
	FCGX_Stream *in = w->request.in;
	size_t got = 0;
	int c;

	if (!w->body_until_ms)
		w->body_until_ms = clock_mono_ms() + body_ms(w);
	do {
		/* Bytes that trickle in pass the socket's own timeout. */
		if (clock_mono_ms() > w->body_until_ms) {
			w->is_stalled = true;
			return -1;
		}
		c = FCGX_GetChar(in);
		if (c == EOF && FCGX_GetError(in))
			w->is_stalled = true;
		if (c == EOF)
			return got ? (ssize_t)got : w->is_stalled ? -1 : 0;
		p[got++] = (char)c;
	} while (got < n && in->rdNext != in->stop);
	while (got < n && in->rdNext != in->stop)
		p[got++] = (char)FCGX_GetChar(in);
	return (ssize_t)got;
}

static struct timeval timeval_of(int ms)
{
	return (
	    struct timeval){ .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
}

static bool has_body(const struct worker *w)
{
	const char *n = FCGX_GetParam("CONTENT_LENGTH", w->request.envp);

	return n && *n && strcmp(n, "0") != 0;
}

/*
 * mod_proxy_fcgi hands a body on as it comes: stalled clients would hold every
 * thread. They are waited for with patience by half of the threads only.
 */
static void limit_waiting(struct worker *w)
{
	struct timeval in = timeval_of(w->is_crowded ? CROWD_MS : STALL_MS);
	struct timeval out = timeval_of(STALL_MS);
	int fd = w->request.ipcFd;

	if ((has_body(w) &&
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &in, sizeof(in))) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &out, sizeof(out)))
		log_debug("setsockopt error=%s", strerror(errno));
}

/* libfcgi would linger for the rest of a body that has just been given up. */
static void finish(struct worker *w)
{
	if (w->is_stalled) {
		FCGX_FClose(w->request.err);
		FCGX_FClose(w->request.out);
		shutdown(w->request.ipcFd, SHUT_RDWR);
	}
	FCGX_Finish_r(&w->request);
}

static bool write_out(void *arg, struct str bytes)
{
	struct worker *w = arg;

	if (FCGX_PutStr(bytes.p, (int)bytes.n, w->request.out) < 0)
		w->is_gone = true;
	return !w->is_gone;
}

/* Each piece is a record of its own: the web server may pass it on. */
static bool flush_out(void *arg, struct str bytes)
{
	struct worker *w = arg;

	if (write_out(w, bytes) && FCGX_FFlush(w->request.out) < 0)
		w->is_gone = true;
	return !w->is_gone;
}

static void serve_one(struct worker *w)
{
	struct id later = ID_NONE;
	struct serve in = {
		.app = w->app,
		.pool = w->pool,
		.db = w->db,
		.env = w->request.envp,
		.read = read_body,
		.read_arg = w,
		.flush = flush_out,
		.later_r = &later,
	};

	w->body_until_ms = 0;
	w->is_stalled = false;
	w->is_gone = false;
	serve_request(&in, &w->out);
	(void)write_out(w, buf_str(&w->out));
	if (w->is_gone)
		log_info("request_aborted");
	finish(w);
	if (!id_is_none(later))
		bot_turn_later(w->app, w->db, w->pool, later);
	atomic_fetch_sub(&busy_n, 1);
	pool_reset(w->pool);
	buf_clear(&w->out);
	if (w->out.cap > OUT_KEEP) {
		buf_fini(&w->out);
		buf_init(&w->out, 0);
	}
}

static bool accept_one(struct worker *w)
{
	size_t busy;
	int rc;

	atomic_store(&w->is_waiting, true);
	rc = atomic_load(&is_stopping) ? -1 : FCGX_Accept_r(&w->request);
	atomic_store(&w->is_waiting, false);
	if (rc < 0) {
		/* No descriptor left, perhaps: soon there will be. */
		usleep(PAUSE_MS * 1000);
		return false;
	}
	busy = atomic_fetch_add(&busy_n, 1) + 1;
	w->is_crowded = workers_n > 1 && 2 * busy > workers_n;
	limit_waiting(w);
	return true;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct err err = { 0 };

	/* Without a database each request says 503 until there is one. */
	if (db_open(w->app->settings, false, &w->db, &err))
		log_warn("database error=%s", err.text);
	w->pool = pool_new();
	buf_init(&w->out, 0);
	FCGX_InitRequest(&w->request, w->listen_fd, FCGI_FAIL_ACCEPT_ON_INTR);
	while (!atomic_load(&is_stopping))
		if (accept_one(w))
			serve_one(w);
	FCGX_Free(&w->request, 1);
	buf_fini(&w->out);
	pool_free(&w->pool);
	db_close(&w->db);
	atomic_store(&w->is_done, true);
	return NULL;
}

/* --------------------------------------------------------------- socket */

/* libfcgi reads its own settings at its first call, which is this one: it
 * would hold a thread 2 s for a peer that leaves its end open. */
bool fcgi_is_spawned(void)
{
	setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", LINGER_MS, 0);
	return !FCGX_IsCGI();
}

/* The group of the folder, so that its web server may connect. */
static void set_group(const char *path)
{
	char folder[128];
	struct stat st;
	char *slash;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (!slash)
		return;
	*slash = '\0';
	if (stat(*folder ? folder : "/", &st) ||
	    chown(path, (uid_t)-1, st.st_gid))
		log_warn(
		    "socket_group path=%s error=%s", path, strerror(errno));
}

/* Another fcgi-app answers there, or it is no socket at all: neither must be
 * removed, as FCGX_OpenSocket does with what it finds. */
static bool is_taken(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct stat st;
	bool is_live;
	int fd;

	if (stat(path, &st))
		return false;
	if (!S_ISSOCK(st.st_mode))
		return true;
	snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	is_live = !connect(fd, (struct sockaddr *)&to, sizeof(to));
	close(fd);
	return is_live;
}

static int open_socket(const char *path)
{
	mode_t old;
	int fd;

	if (is_taken(path)) {
		log_error("socket path=%s error=is in use", path);
		return -1;
	}
	old = umask(0117);
	fd = FCGX_OpenSocket(path, BACKLOG);
	umask(old);
	if (fd < 0)
		log_error("socket path=%s error=%s", path, strerror(errno));
	else
		set_group(path);
	return fd;
}

/* -------------------------------------------------------------- threads */

static size_t thread_count(const struct settings *s, bool is_spawned)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (s->threads)
		return MIN_OF((size_t)s->threads, THREADS_MAX);
	/* mod_fcgid gives a process one request at a time. */
	if (is_spawned)
		return 1;
	return MIN_OF((size_t)MAX_OF(cores, 1) * PER_CORE, THREADS_MAX);
}

/* Signals come to the main thread alone; a worker takes SIGUSR1, which ends
 * its accept and nothing else (FCGX_Init's handler). */
static void block_signals(sigset_t *wanted)
{
	sigset_t all;

	sigemptyset(wanted);
	sigaddset(wanted, SIGTERM);
	sigaddset(wanted, SIGINT);
	sigaddset(wanted, SIGHUP);
	sigfillset(&all);
	sigdelset(&all, SIGUSR1);
	sigdelset(&all, SIGSEGV);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGFPE);
	sigdelset(&all, SIGABRT);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
}

static void wait_for_stop(const sigset_t *wanted, void (*on_hangup)(void))
{
	int sig = 0;

	while (!sigwait(wanted, &sig) && sig == SIGHUP)
		on_hangup();
	log_info("stop signal=%d", sig);
}

/*
 * Shutting the socket down would end it for the other processes of a web
 * server too, so those that wait are woken one by one, until all are done.
 */
static void stop_workers(
    struct worker *workers, size_t n, bool is_spawned, int fd)
{
	size_t i, done;

	atomic_store(&is_stopping, true);
	FCGX_ShutdownPending();
	if (!is_spawned)
		shutdown(fd, SHUT_RDWR);
	do {
		for (i = done = 0; i < n; i++) {
			done += atomic_load(&workers[i].is_done);
			if (is_spawned && atomic_load(&workers[i].is_waiting) &&
			    !atomic_load(&workers[i].is_done))
				pthread_kill(workers[i].thread, SIGUSR1);
		}
		if (done < n)
			usleep(JOIN_STEP_MS * 1000);
	} while (done < n);
	for (i = 0; i < n; i++)
		pthread_join(workers[i].thread, NULL);
}

int fcgi_serve(const struct app *app, void (*on_hangup)(void))
{
	const char *path = app->settings->fcgi_socket;
	bool is_spawned = fcgi_is_spawned();
	size_t i, n = thread_count(app->settings, is_spawned);
	struct worker *workers;
	sigset_t wanted;
	int fd = 0;

	FCGX_Init();
	if (!is_spawned)
		fd = open_socket(path);
	if (fd < 0)
		return EXIT_FAILURE;
	block_signals(&wanted);
	workers = mem_new(n * sizeof(*workers));
	workers_n = n;
	waiting_init(app->waiting, n, (size_t)app->settings->waiting_threads);
	for (i = 0; i < n; i++) {
		workers[i].app = app;
		workers[i].listen_fd = fd;
		if (pthread_create(
			&workers[i].thread, NULL, work, &workers[i])) {
			log_error("thread error=%s", strerror(errno));
			return EXIT_FAILURE;
		}
	}
	log_info("start threads=%zu socket=%s", n, is_spawned ? "-" : path);
	wait_for_stop(&wanted, on_hangup);
	stop_workers(workers, n, is_spawned, fd);
	if (!is_spawned) {
		close(fd);
		unlink(path);
	}
	free(workers);
	log_info("stopped");
	return EXIT_SUCCESS;
}
