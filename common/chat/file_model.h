/* file_model.h: a file as its row has it */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_FILE_MODEL_H
#define CHAT_FILE_MODEL_H

#include "base/id.h"
#include "base/str.h"

struct file {
	struct id id;
	struct id workspace_id;
	struct id conversation_id; /* none: it belongs to the workspace */
	struct str name;
	struct str type; /* what its bytes are */
	uint64_t size;
	struct str sha256; /* empty: its bytes have not come yet */
	struct id secret;
	bool is_public;
	uint32_t width, height; /* of a picture, else 0 */
	struct str upload_hash; /* empty: nothing allows to put bytes */
	int64_t created_at;
	int64_t expires_at; /* 0: it stays */
};

struct files {
	size_t n;
	struct file *items;
};

#endif
