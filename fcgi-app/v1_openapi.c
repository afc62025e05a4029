/* v1_openapi.c: the description of the widget API: docs/openapi-v1.json, which
 * is in the program */
/* SPDX-License-Identifier: MIT */
#include "handlers.h"

__asm__(".pushsection .rodata\n"
	"openapi_v1_text:\n"
	".incbin \"docs/openapi-v1.json\"\n"
	".byte 0\n"
	".popsection\n");

extern const char openapi_v1_text[];

enum err_code v1_openapi(struct req *req, struct resp *resp, struct err *err)
{
	(void)req;
	(void)err;
	resp_text(resp, "application/json", str_of(openapi_v1_text));
	return ERR_OK;
}
