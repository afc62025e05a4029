/* serve.c: from a CGI environment to the bytes of the answer */
/* SPDX-License-Identifier: MIT */
#include "serve.h"

#include "route.h"

void serve_request(const struct serve *in, struct buf *out)
{
	struct req *req = pool_alloc(in->pool, sizeof(*req));
	struct resp resp;

	req->pool = in->pool;
	req->db = in->db;
	req->app = in->app;
	req->env = in->env;
	req->read = in->read;
	req->read_arg = in->read_arg;
	req->out = out;
	req->flush = in->flush;
	req->later_r = in->later_r;
	resp_init(&resp);
	route_run(req, &resp);
	if (!resp.is_streamed)
		resp_put(&resp, req->method == M_HEAD, out);
	resp_fini(&resp);
}
