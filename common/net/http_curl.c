/* http_curl.c: libcurl, loaded when it is first needed */
/* SPDX-License-Identifier: MIT */
#include "net/http_curl.h"

#include <dlfcn.h>
#include <pthread.h>

#include "base/log.h"

#define LIBRARY "libcurl.so.4"

static struct http_curl curl;
static bool is_there;

/* A function pointer from an object pointer, as POSIX has it. */
static bool find(void *library, const char *name, void *function_r)
{
	void *symbol = dlsym(library, name);

	memcpy(function_r, &symbol, sizeof(symbol));
	return symbol != NULL;
}

static bool find_all(void *library)
{
	return find(library, "curl_global_init", &curl.global_init) &&
	       find(library, "curl_easy_init", &curl.easy_init) &&
	       find(library, "curl_easy_setopt", &curl.easy_setopt) &&
	       find(library, "curl_easy_getinfo", &curl.easy_getinfo) &&
	       find(library, "curl_easy_cleanup", &curl.easy_cleanup) &&
	       find(library, "curl_multi_init", &curl.multi_init) &&
	       find(library, "curl_multi_add_handle", &curl.multi_add_handle) &&
	       find(library, "curl_multi_perform", &curl.multi_perform) &&
	       find(library, "curl_multi_poll", &curl.multi_poll) &&
	       find(library, "curl_multi_info_read", &curl.multi_info_read) &&
	       find(library, "curl_multi_remove_handle",
		   &curl.multi_remove_handle) &&
	       find(library, "curl_multi_cleanup", &curl.multi_cleanup) &&
	       find(library, "curl_slist_append", &curl.slist_append) &&
	       find(library, "curl_slist_free_all", &curl.slist_free_all) &&
	       find(library, "curl_getdate", &curl.getdate) &&
	       find(library, "curl_free", &curl.free) &&
	       find(library, "curl_url", &curl.url) &&
	       find(library, "curl_url_set", &curl.url_set) &&
	       find(library, "curl_url_get", &curl.url_get) &&
	       find(library, "curl_url_cleanup", &curl.url_cleanup);
}

static void load(void)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	is_there = library != NULL && find_all(library) &&
		   curl.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
	if (!is_there)
		log_error("library_missing name=%s", LIBRARY);
}

const struct http_curl *http_curl(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load);
	return is_there ? &curl : NULL;
}
