/* action_api_call.h: what the action API_CALL asks, and what it gets */
/* SPDX-License-Identifier: MIT */
#ifndef ACTION_API_CALL_H
#define ACTION_API_CALL_H

#include "base/str.h"
#include "net/http.h"

#define API_CALL_HEADERS_MAX 30
#define API_CALL_VALUE_MAX   2000   /* code points of a header's value */
#define API_CALL_KEPT_MAX    87000  /* bytes of an answer in a variable */
#define API_CALL_BODY_MAX    524288 /* bytes of a request */

/* One request to a developer's server; variables are filled in. */
struct call_request {
	const char *method;
	struct str integration; /* its name; empty: there is none */
	struct str url; /* with an integration: what follows its base URL */
	size_t n_headers;
	const struct http_header *headers;
	bool has_body;
	struct str body;      /* JSON */
	struct str state;     /* that the call is made in */
	struct str user_name; /* may be empty */
};

struct call_response {
	int status;
	struct str body;
};

#endif
