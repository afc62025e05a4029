#!/usr/bin/env bash
# lint.sh: what a machine can see: format, static checks and the house's rules
# SPDX-License-Identifier: MIT
set -uo pipefail
cd "$(dirname "$0")/.." || exit
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
flags="$flags $(pkg-config --cflags libmariadb libcjson libwebsockets libuv fcgi libcurl gumbo libcmark)"
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
only '#include <openssl' '^(ws-daemon/transport_tls|common/base/tls_pair|ctl/tls)\.c$'
only '#include <pcre2' '^common/bot/regex\.c$'
only '#include <curl/' '^common/net/http_curl\.h$'
only '#include <gumbo' '^common/bot/kb_html\.c$'
only '#include <cmark' '^common/bot/kb_markdown\.c$'
only '#include <jwt' '^common/base/jwt\.c$'
only '#include <magic' '^common/base/magic\.c$'
only '#include <sodium' '^common/base/(rnd|password|seal)\.c$'

# --- SQL stands in the tables of db_*.c, and is never built
hits=$(grep -nE '"(SELECT|INSERT|UPDATE|DELETE) ' "${ours[@]}" |
	grep -vE '^common/db/')
[ -z "$hits" ] || complain "SQL outside common/db: $hits"
hits=$(grep -nE 'printf *\(.*(SELECT|INSERT INTO|UPDATE|DELETE FROM)' \
	common/db/*.c)
[ -z "$hits" ] || complain "SQL that is built: $hits"

# --- a tenant's rows are asked for with the tenant. A statement on a table that
# has workspace_id binds it, or stands here with the reason why it need not.
no_tenant='
api_key_get                 by the hash of the secret key
channel_prune               upkeep: what is old, of every tenant
chat_session_list_all_due   upkeep: what is to be looked at, of every tenant
bot_state_get               by the id of a conversation that the sweep found
bot_state_get_turn          the same, with what a turn must know
bot_state_put_off           by the id of a conversation that the sweep found
bot_state_lock_talk         by the id that a sender knows, as conversation_lock_talk
bot_state_take              by the id of a conversation that the sweep found
bot_state_list_due          the sweep: turns of every tenant that are due
conversation_lock_talk      as conversation_get_owner; chat_send compares what it gives
conversation_list_known     which of the ids that clients named are there at all
conversation_lock_talks_2   the same for several
conversation_lock_talks_4   the same for several
conversation_lock_talks_16  the same for several
conversation_lock_talks_64  the same for several
conversation_get_owner      finds out whose the conversation is, from its id
daemon_list                 presence: who is connected to which daemon
daemon_presence_bury        upkeep: of a daemon that is gone
daemon_presence_del         presence: rows of one daemon
file_find                   by its address, which holds its secret
file_list_expired           upkeep: what has expired, of every tenant
idempotency_prune           upkeep: what is old, of every tenant
integration_by_token        by the hash of the secret embed token
integration_by_widget       finds out whose the widget is, from its id, which is public
integration_get_origins     finds out where a conversation is held, from its id
kb_job_find                 the sweep: sources of every tenant that are due
link_preview_prune          upkeep: what has expired, of every tenant
login_get                   by the hash of the secret cookie
login_set_seen              by the hash of the secret cookie
login_del                   by the hash of the secret cookie
login_prune                 upkeep: what has expired, of every tenant
notification_get_before     the feed: one reader for every tenant
notification_get_first      the feed: one reader for every tenant
notification_get_last       the feed: one reader for every tenant
notification_get_since      the feed: one reader for every tenant
notification_list_first     upkeep: what is old, of every tenant
notification_list_ids       the feed: one reader for every tenant
notification_list_times     the cursor: gaps between the rows of every tenant
notification_prune          upkeep: what is old, of every tenant
outbox_next                 the sender: rows of every tenant
rollup_completed            upkeep: what is counted, of every tenant
rollup_end_completed        upkeep: what is counted, of every tenant
rollup_end_messages         upkeep: what is counted, of every tenant
rollup_end_talks            upkeep: what is counted, of every tenant
rollup_messages             upkeep: what is counted, of every tenant
rollup_new_users            upkeep: what is counted, of every tenant
rollup_talks                upkeep: what is counted, of every tenant
status_due                  the operator: turns of every tenant
status_feed                 the operator: rows of every tenant
status_oldest               the operator: rows of every tenant
user_get_by_email           the login: finds the tenant; addresses are unique
'
tenant_tables=$(awk '/^CREATE TABLE/ { table = $3 }
	/^  workspace_id / { print table }' sql/schema.sql)
[ "$(wc -w <<<"$tenant_tables")" -gt 5 ] || complain "no tenant tables in the schema?"
# One line per statement: its name, then its text with the quotes gone.
statements=$(awk '
	/DB_STMT\(/ { on = 1; text = "" }
	on { text = text " " $0 }
	on && /\),$/ { on = 0; gsub(/[ \t]+/, " ", text); name = text
		sub(/.*DB_STMT\( ?"/, "", name); sub(/".*/, "", name)
		gsub(/" ?"/, "", text); print name, text }' common/db/db_*.c)
[ "$(wc -l <<<"$statements")" = "$(cat common/db/db_*.c | grep -c 'DB_STMT(')" ] ||
	complain "statements that this script cannot read"
unbound=$(grep -wE "$(paste -sd'|' <<<"$tenant_tables")" <<<"$statements" |
	grep -vE 'workspace_id = \?|INSERT (IGNORE )?INTO [a-z_]+ \([^)]*workspace_id' |
	awk '{ print $1 }' | sort)
listed=$(awk 'NF { print $1 }' <<<"$no_tenant" | sort)
missing=$(comm -23 <(echo "$unbound") <(echo "$listed") | xargs)
[ -z "$missing" ] || complain "statements without workspace_id: $missing"
needless=$(comm -13 <(echo "$unbound") <(echo "$listed") | xargs)
[ -z "$needless" ] || complain "excused without need: $needless"

# --- what a SIGHUP may change is read with settings_int where other threads than
# the one that reloads may run: not in main.c, nor in the loop of ws-daemon
live=$(grep -oP 'LIVE_INT\(\K\w+' common/base/settings.c | paste -sd'|')
[ "${#live}" -gt 500 ] || complain "no live settings in settings.c?"
mapfile -t threaded < <(printf '%s\n' "${ours[@]}" |
	grep -E '^(common|fcgi-app|ws-daemon/(ev_|jobs))[^ ]*\.c$' |
	grep -vE '^(common/base/settings|fcgi-app/main)\.c$')
# A call may go over the end of a line.
for f in "${threaded[@]}"; do
	hits=$(tr '\n' ' ' <"$f" |
		sed -E 's/settings_int\([^()]*\)//g' |
		grep -oE "(->|\.)($live)\b" | sort -u | xargs)
	[ -z "$hits" ] || complain "$f: not by settings_int: $hits"
done

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
arrow common/base 'db|chat|bot|net'
arrow common/net 'db|chat|bot'
arrow common/db 'bot|net'
# What db fills are the rules' own structs.
hits=$(grep -n '#include "chat/' common/db/*.[ch] |
	grep -vE '"chat/(model|site|feed|file_model)\.h"')
[ -z "$hits" ] || complain "common/db looks upward: $hits"
arrow common/chat 'bot'

# The protocol layer serves without chat (tests/load/sio-echo.c).
hits=$(grep -nE '#include "(db|chat|bot)/' ws-daemon/{transport,wire,eio,sio}*.[ch] \
	ws-daemon/{outq,room,timer,metrics,address,bucket,drops}.[ch])
[ -z "$hits" ] || complain "the protocol layer looks upward: $hits"

# --- the programs know nothing of each other, and common nothing of them
stranger() { # FOLDER OF_WHOM...
	local from=$1 header hits
	shift
	while read -r header; do
		# One of its own with the same name is another one.
		[ ! -e "$from/$header" ] || continue
		hits=$(grep -rnE "#include \"([a-z.-]+/)*$header\"" "$from" --include='*.[ch]')
		[ -z "$hits" ] || complain "another program's header: $hits"
	done < <(find "$@" -name '*.h' -printf '%f\n')
}
stranger fcgi-app ws-daemon ctl
stranger ws-daemon fcgi-app ctl
stranger ctl fcgi-app ws-daemon
stranger common fcgi-app ws-daemon ctl

# --- every table and column of the schema says what it is
awk '/^  [a-z_]+ +[A-Z]/ && !/COMMENT/ { print "lint: schema: no comment:", $1; n = 1 }
	/^\) ENGINE/ { getline next_line; if (next_line !~ /COMMENT=/) {
		print "lint: schema: a table without comment, line", NR; n = 1 } }
	END { exit n }' sql/schema.sql || bad=1

# --- length and complexity: nothing is beyond these: functions of 100 lines or
# complexity 25, C files of 800 lines, files of the front end of 300
pmccabe "${ours[@]}" | awk '$5 > 100 || $1 > 25 {
	print "lint: " $7 " in " $6 ": " $5 " lines, complexity " $1; n = 1 }
	END { exit n }' || bad=1
for f in "${c_files[@]}"; do
	n=$(wc -l <"$f")
	[ "$n" -le 800 ] || complain "$f has $n lines"
done

for f in $(git ls-files -co --exclude-standard 'www/*.css' 'www/*.ts' \
		'www/*.tsx' 'www/*.mjs'); do
	n=$(wc -l <"$f")
	[ "$n" -le 300 ] || complain "$f has $n lines"
done

# --- front end
npx --no-install tsc --noEmit -p www || complain "types"

[ $bad = 0 ] && echo "lint: nothing found"
exit $bad
