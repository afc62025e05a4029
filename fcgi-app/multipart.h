/* multipart.h: the parts of a multipart/form-data body (RFC 7578), in place */
/* SPDX-License-Identifier: MIT */
#ifndef MULTIPART_H
#define MULTIPART_H

#include "base/str.h"

#define MULTIPART_PARTS_MAX    16
#define MULTIPART_HEADERS_MAX  4096 /* bytes of one part */
#define MULTIPART_BOUNDARY_MAX 70   /* RFC 2046 */

struct multipart_part {
	struct str name;
	struct str filename; /* as it was sent; empty: none */
	bool has_filename;
	struct str data; /* a slice of the body */
};

enum multipart_step { MULTIPART_PART, MULTIPART_END, MULTIPART_BROKEN };

struct multipart {
	struct str body; /* what was not read so far */
	struct str boundary;
	unsigned parts;
};

/* False when Content-Type is another or its boundary is none. */
MUST_CHECK bool multipart_init(
    struct multipart *m, struct str content_type, struct str body);
/* The next part; nothing is copied. MULTIPART_BROKEN: not what the RFC says,
 * or beyond a limit. */
MUST_CHECK enum multipart_step multipart_next(
    struct multipart *m, struct multipart_part *part_r);

#endif
