/* cmd_secret.c: `barazactl secret`: makes the key file */
/* SPDX-License-Identifier: MIT */
#include "ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/rnd.h"

#define KEY_BYTES 32

enum err_code cmd_secret(struct ctl *ctl, struct err *err)
{
	const char *path = ctl->settings->key_file;
	uint8_t key[KEY_BYTES];
	enum err_code code = ctl_args_end(ctl, err);
	struct str hex;
	int fd;

	if (code != ERR_OK)
		return code;
	/* O_EXCL: a key that is lost makes all that it sealed unreadable. */
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(
		    err, ERR_CONFLICT, "%.150s: %s", path, strerror(errno));
	rnd_bytes(key, sizeof(key));
	hex = str_hex(ctl->pool, key, sizeof(key));
	if (dprintf(fd, "%.*s\n", STR_ARG(hex)) < 0 || fsync(fd) != 0) {
		code = err_set(
		    err, ERR_INTERNAL, "%.150s: %s", path, strerror(errno));
		unlink(path);
	}
	close(fd);
	if (code == ERR_OK)
		printf("%s\n", path);
	return code;
}
