/* sioload-proc.c: CPU time and memory of other processes, from /proc */
/* SPDX-License-Identifier: MIT */
#include "sioload.h"

#include <dirent.h>
#include <unistd.h>

static struct str read_file(struct buf *b, const char *name, int pid, int tid)
{
	char path[80], part[4096];
	size_t n;
	FILE *f;

	buf_clear(b);
	(void)snprintf(
	    path, sizeof(path), "/proc/%d/task/%d/%s", pid, tid, name);
	f = fopen(path, "r");
	if (!f)
		return STR_EMPTY;
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_bytes(b, part, n);
	fclose(f);
	return buf_str(b);
}

/* Field of /proc/pid/stat, counted as proc(5) does; it is behind the name. */
static uint64_t stat_field(struct str stat, int number)
{
	struct str rest = stat, part = STR_EMPTY;
	size_t name_end = stat.n;
	uint64_t v = 0;

	while (name_end > 0 && stat.p[name_end - 1] != ')')
		name_end--;
	rest = str_from(stat, name_end + 1);
	for (int i = 3; i <= number; i++)
		if (!str_split(&rest, ' ', &part))
			return 0;
	return str_u64(part, 0, UINT64_MAX, &v) ? v : 0;
}

/* The whole process: /proc/pid/stat, not that of its first thread. */
static void add_process(struct usage *u, struct buf *b, int pid)
{
	char path[64], name[32] = "", part[1024];
	struct str stat;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "r");
	if (!f)
		return;
	buf_clear(b);
	buf_bytes(b, part, fread(part, 1, sizeof(part), f));
	fclose(f);
	stat = buf_str(b);
	if (sscanf(part, "%*d (%31[^)]", name) == 1 && u->name[0] == '\0')
		memcpy(u->name, name, sizeof(name));
	u->cpu_s += (double)(stat_field(stat, 14) + stat_field(stat, 15)) /
		    (double)sysconf(_SC_CLK_TCK);
	u->rss += stat_field(stat, 24) * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void add_tree(struct usage *u, struct buf *b, int pid, int depth)
{
	char path[64];
	struct dirent *entry;
	DIR *tasks;

	add_process(u, b, pid);
	(void)snprintf(path, sizeof(path), "/proc/%d/task", pid);
	tasks = opendir(path);
	while (tasks && (entry = readdir(tasks)) != NULL) {
		struct str name = str_of(entry->d_name), rest, part;
		struct buf list = { 0 };
		uint64_t tid = 0, child = 0;

		if (!str_u64(name, 1, INT32_MAX, &tid))
			continue;
		rest = read_file(&list, "children", pid, (int)tid);
		while (depth < 8 && rest.n > 0 && str_split(&rest, ' ', &part))
			if (str_u64(part, 1, INT32_MAX, &child))
				add_tree(u, b, (int)child, depth + 1);
		buf_fini(&list);
	}
	if (tasks)
		closedir(tasks);
}

struct usage usage_of(pid_t pid)
{
	struct usage u = { 0 };
	struct buf b = { 0 };

	add_tree(&u, &b, pid, 0);
	buf_fini(&b);
	return u;
}
