/* dev_openapi.c: the description of the developer API: docs/openapi.json, which
 * is in the program */
/* SPDX-License-Identifier: MIT */
#include "handlers.h"

__asm__(".pushsection .rodata\n"
	"openapi_text:\n"
	".incbin \"docs/openapi.json\"\n"
	".byte 0\n"
	".popsection\n");

extern const char openapi_text[];

enum err_code dev_openapi(struct req *req, struct resp *resp, struct err *err)
{
	(void)req;
	(void)err;
	resp_text(resp, "application/json", str_of(openapi_text));
	return ERR_OK;
}
