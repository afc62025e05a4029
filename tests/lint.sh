#!/usr/bin/env bash
# lint.sh: what a machine can see: format, static checks and the house's rules
# SPDX-License-Identifier: MIT
set -uo pipefail
cd "$(dirname "$0")/.."
bad=0
complain() { printf 'lint: %s\n' "$*"; bad=1; }

mapfile -t c_files < <(git ls-files -co --exclude-standard '*.c' '*.h')
mapfile -t ours < <(printf '%s\n' "${c_files[@]}" | grep -v '^tests/')

# --- format
clang-format --dry-run --Werror "${c_files[@]}" || complain "make them so: clang-format -i"

# --- static checks
cppcheck --quiet --std=c11 --enable=warning,performance,portability \
	--error-exitcode=1 --inline-suppr --suppressions-list=tests/cppcheck.txt \
	-Icommon -Ifcgi-app -Iws-daemon -Ictl -DBARAZA_VERSION='""' \
	-DBARAZA_DATA_DIR='""' -j2 "${ours[@]}" || complain "cppcheck"

# --- every header compiles alone
flags="-std=c11 -D_GNU_SOURCE -Icommon -Ifcgi-app -Iws-daemon -Ictl -I."
flags="$flags $(pkg-config --cflags libmariadb libcjson libwebsockets libuv fcgi)"
for h in $(printf '%s\n' "${c_files[@]}" | grep '\.h$'); do
	# shellcheck disable=SC2086
	gcc $flags -fsyntax-only -x c "$h" 2>&1 | grep -v 'pragma once' | grep . &&
		complain "$h does not compile alone"
done

# --- one library, one place
only() { # PATTERN ALLOWED
	local hits
	hits=$(grep -lE "$1" "${ours[@]}" | grep -vE "$2")
	[ -z "$hits" ] || complain "$1 is included outside $2: $hits"
}
only '#include <(mysql|mariadb)' '^common/db/db(_stmt|_private)?\.[ch]$'
only '#include <(cjson/)?cJSON' '^common/base/json_in\.c$'
only '#include <fcgiapp' '^fcgi-app/fcgi\.c$'
only '#include <(libwebsockets|uv)' '^ws-daemon/transport'
only '#include <sodium' '^common/base/(rnd|password|seal)\.c$'

# --- SQL stands in the tables of db_*.c, and is never built
hits=$(grep -nE '"(SELECT|INSERT|UPDATE|DELETE) ' "${ours[@]}" |
	grep -vE '^common/db/')
[ -z "$hits" ] || complain "SQL outside common/db: $hits"
hits=$(grep -nE 'printf *\(.*(SELECT|INSERT INTO|UPDATE|DELETE FROM)' \
	common/db/*.c)
[ -z "$hits" ] || complain "SQL that is built: $hits"

# --- a file says what it is for
for f in "${c_files[@]}"; do
	head -2 "$f" | tr -d "\n" | grep -qE "^/\* *\*? *$(basename "$f"): " ||
		complain "$f: the first line does not say what it is for"
done

# --- arrows run one way: base <- db <- chat <- bot <- programs
arrow() { # FOLDER FORBIDDEN
	local hits
	hits=$(grep -nE "#include \"($2)/" "$1"/*.[ch] 2>/dev/null)
	[ -z "$hits" ] || complain "$1 looks upward: $hits"
}
arrow common/base 'db|chat|bot'
arrow common/chat 'bot'

# --- every table and column of the schema says what it is
awk '/^  [a-z_]+ +[A-Z]/ && !/COMMENT/ { print "lint: schema: no comment:", $1; n = 1 }
	/^\) ENGINE/ { getline next_line; if (next_line !~ /COMMENT=/) {
		print "lint: schema: a table without comment, line", NR; n = 1 } }
	END { exit n }' sql/schema.sql || bad=1

# --- length and complexity: what is beyond the middle column of the house style
pmccabe "${ours[@]}" | awk '$5 > 100 || $1 > 25 {
	print "lint: " $7 " in " $6 ": " $5 " lines, complexity " $1; n = 1 }
	END { exit n }' || bad=1
for f in "${c_files[@]}"; do
	n=$(wc -l <"$f")
	[ "$n" -le 800 ] || complain "$f has $n lines"
done

# --- front end
npx --no-install tsc --noEmit -p www || complain "types"

[ $bad = 0 ] && echo "lint: nothing found"
exit $bad
