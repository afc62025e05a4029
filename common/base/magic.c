/* magic.c: what bytes are (the only user of libmagic) */
/* SPDX-License-Identifier: MIT */
/*
 * Loaded when the first file comes: as a CGI program, which is a process for
 * each request, we would pay for the library each time. It knows nothing of
 * threads, and a file takes it about a millisecond: one handle, one lock.
 */
#include "base/magic.h"

#include <dlfcn.h>
#include <magic.h>
#include <pthread.h>

#include "base/log.h"

#define LIBRARY "libmagic.so.1"
/* Nobody asks what a compressed file holds, or who made a program. */
#define FLAGS                                                                  \
	(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF |      \
	    MAGIC_NO_CHECK_APPTYPE | MAGIC_NO_CHECK_TOKENS)

static __typeof__(magic_open) *open_fn;
static __typeof__(magic_load) *load_fn;
static __typeof__(magic_buffer) *buffer_fn;
static magic_t handle; /* NULL: not there */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* A function pointer from an object pointer, as POSIX has it. */
static bool find(void *library, const char *name, void *function_r)
{
	void *symbol = dlsym(library, name);

	memcpy(function_r, &symbol, sizeof(symbol));
	return symbol != NULL;
}

static void load(void)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	magic_t made = NULL;

	if (library && find(library, "magic_open", &open_fn) &&
	    find(library, "magic_load", &load_fn) &&
	    find(library, "magic_buffer", &buffer_fn))
		made = open_fn(FLAGS);
	if (made && load_fn(made, NULL) == 0)
		handle = made;
	else
		log_error("library_missing name=%s", LIBRARY);
}

enum err_code magic_type(
    struct pool *pool, struct str bytes, struct str *type_r, struct err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	const char *type;

	pthread_once(&once, load);
	if (!handle)
		return err_set(err, ERR_UNAVAILABLE,
		    "Files cannot be taken at the moment.");
	pthread_mutex_lock(&lock);
	type = buffer_fn(handle, bytes.n ? bytes.p : "", bytes.n);
	*type_r =
	    str_copy(pool, str_of(type ? type : "application/octet-stream"));
	pthread_mutex_unlock(&lock);
	return ERR_OK;
}
