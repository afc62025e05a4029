#!/usr/bin/env bash
# demo.sh: a whole installation of one's own: private MariaDB, both programs, a
# web server, a workspace with a bot and a shop page. `make demo` runs it, and
# so do the tests. Stops what it started on Ctrl-C or SIGTERM, nothing else.
#
# A program that dies is started again, as an init system would do it.
#
# Environment: WEB=lighttpd|apache, VAR (data, default var), BIN (programs,
# default build), PORT (default: a free one, the last one again if possible),
# EXTRA_CONF (more lines for baraza.conf), WWW (built pages, default build/www),
# DAEMON=no (without ws-daemon, as on hosts that let none run),
# DOORBELLS (names of more doorbells beside the first one's, for ws-daemons that
# are started by other hands; see docs/operations.md).
# SPDX-License-Identifier: MIT
set -euo pipefail
cd "$(dirname "$0")/.."
top=$PWD
WEB=${WEB:-lighttpd}
VAR=${VAR:-$top/var}
BIN=${BIN:-$top/build}
WWW=${WWW:-$top/build/www}
DAEMON=${DAEMON:-yes}
step_started=$(date +%s%N)
# What the files of an earlier start will say; never what a caller's shell has.
unset DB_PASSWORD CONSOLE_PASSWORD CONSOLE2_PASSWORD
unset WORKSPACE_ID CHATBOT_ID EMBED_TOKEN

say() { printf '==> %s\n' "$*"; }
fail() { printf 'demo: %s\n' "$*" >&2; exit 1; }

case $WEB in lighttpd | apache) ;; *) fail "WEB is lighttpd or apache" ;; esac
# A MariaDB that starts clears its folder for temporary tables: never share it.
mkdir -p "$VAR/log" "$VAR/db-tmp"
VAR=$(cd "$VAR" && pwd)
exec 9>"$VAR/lock"
flock -n 9 || fail "it is running already (see $VAR/demo.env)"

# What a start that was killed has left: its parts end by themselves.
end_leftovers() {
	local old n
	old=$(cat "$VAR/run" 2>/dev/null) || return 0
	case $old in /tmp/baraza.??????) ;; *) return 0 ;; esac
	for n in $(seq 200); do
		[ -e "$old/db.pid" ] && kill -0 "$(cat "$old/db.pid")" 2>/dev/null ||
			break
		[ "$n" != 1 ] || say "waiting for the last database to end"
		sleep 0.1
	done
	rm -rf "$old"
}
end_leftovers

# A Unix socket's path may have 107 characters: hence a short folder. Its links
# spare the tools below a path with blanks in it.
RUN=$(mktemp -d /tmp/baraza.XXXXXX)
echo "$RUN" >"$VAR/run"
ln -s "$VAR" "$RUN/var"
ln -s "$top" "$RUN/top"
declare -A pid=() started=()
stopping=

# Sockets get the group of the folder, so that Apache's workers may use them.
umask 027
web_group=$(id -gn)
if [ "$(id -u)" = 0 ] && getent group www-data >/dev/null; then
	web_group=www-data
fi
chgrp "$web_group" "$RUN"
chmod 2750 "$RUN"

# ------------------------------------------------------------------ parts

free_port() {
	node -e 'const s = require("net").createServer();
		const port = Number(process.argv[1]);
		if (!(port >= 0 && port < 65536)) process.exit(1);
		s.listen(port, "127.0.0.1", () => {
			console.log(s.address().port); s.close(); });
		s.on("error", () => process.exit(1));' "$1" 9>&-
}

# Runs a part in the background under a name; its lines go to its log.
start() {
	local name=$1
	shift
	# A session of its own: Ctrl-C is for this script, which ends the parts
	# in their order. When the script is killed, they are told to end.
	setsid setpriv --pdeathsig TERM "$@" </dev/null >>"$VAR/log/$name.log" 2>&1 9>&- &
	pid[$name]=$!
	started[$name]=$SECONDS
}

start_db() {
	local as_root=()
	[ "$(id -u)" = 0 ] && as_root=(--user=root)
	# The older name of the program exists everywhere, the newer may not.
	start db /usr/sbin/mariadbd --defaults-file="$RUN/top/ctl/mariadb.cnf" \
		"${as_root[@]}" --datadir="$RUN/var/db" --tmpdir="$RUN/var/db-tmp" \
		--socket="$RUN/db.sock" --pid-file="$RUN/db.pid"
}
start_fcgi() {
	umask 007
	start fcgi "$BIN/fcgi-app" -f "$VAR/baraza.conf"
	umask 027
}
start_wsd() {
	umask 007
	start wsd "$BIN/ws-daemon" -f "$VAR/baraza.conf"
	umask 027
}
start_web() {
	export BARAZA_WWW=$RUN/www BARAZA_FCGI=$RUN/fcgi.sock
	export BARAZA_WS_PORT=$ws_port BARAZA_PORT=$port
	if [ "$WEB" = apache ]; then
		local root=()
		[ "$(id -u)" = 0 ] && root=(-D BARAZA_ROOT)
		start web /usr/sbin/apache2 -D FOREGROUND "${root[@]}" \
			-C "Define BARAZA_RUN $RUN" \
			-C "Define BARAZA_PORT $port" \
			-C "Define BARAZA_LOG $RUN/var/log/apache.log" \
			-C "Define BARAZA_CONF_DIR $RUN/top/apache" \
			-C "Define BARAZA_WWW $RUN/www" \
			-C "Define BARAZA_FCGI $RUN/fcgi.sock" \
			-C "Define BARAZA_WS 127.0.0.1:$ws_port" \
			-f "$RUN/top/apache/demo.conf"
	else
		start web /usr/sbin/lighttpd -D -f "$top/lighttpd/demo.conf"
	fi
}

# ------------------------------------------------------------------ ending

stop_part() {
	local p=${pid[$1]:-}
	[ -n "$p" ] || return 0
	kill -TERM "$p" 2>/dev/null || true
	wait "$p" 2>/dev/null || true
	unset "pid[$1]"
}

finish() {
	[ -n "$stopping" ] && return
	stopping=1
	trap '' INT TERM HUP
	# Who is asked first is answered first: the web server, then its parts.
	local name
	for name in web wsd fcgi db; do stop_part "$name"; done
	rm -rf "$RUN"
	rm -f "$VAR/demo.env" "$VAR/run"
	say "stopped; the data stays in $VAR"
}
trap finish EXIT
trap 'exit 0' INT TERM HUP

# ------------------------------------------------------------------ waiting

# At the start a part that ends is not started again, but looked at.
all_live() {
	local name
	for name in "${!pid[@]}"; do
		kill -0 "${pid[$name]}" 2>/dev/null ||
			fail "$name has ended; see $VAR/log/$name.log"
	done
}

# until_ok SECONDS WHAT COMMAND...: asks again until the command succeeds.
until_ok() {
	local end=$((SECONDS + $1)) what=$2
	shift 2
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || fail "$what does not answer; see $VAR/log"
		all_live
		sleep 0.05
	done
}

sql() { mariadb --no-defaults -uroot --socket="$RUN/db.sock" "$@" 9>&-; }
ctl() { "$BIN/barazactl" -f "$VAR/baraza.conf" "$@" 9>&-; }
random() { node -e 'console.log(require("crypto").randomBytes(18).toString("base64url"))' 9>&-; }

# ------------------------------------------------------------------ set-up

install_db() {
	# A first start that did not get to its end holds nothing of value; a
	# database whose passwords are lost may, so it is only put aside.
	if [ -z "${EMBED_TOKEN:-}" ] && [ -d "$VAR/db" ]; then
		if [ -n "$is_new" ]; then
			mv "$VAR/db" "$VAR/db.$(date +%Y%m%d%H%M%S)"
		else
			rm -rf "$VAR/db"
		fi
	fi
	[ -d "$VAR/db/mysql" ] && return
	say "making a private database in $VAR/db"
	local as_root=()
	[ "$(id -u)" = 0 ] && as_root=(--user=root)
	mariadb-install-db --defaults-file="$RUN/top/ctl/mariadb.cnf" \
		"${as_root[@]}" --datadir="$RUN/var/db" --tmpdir="$RUN/var/db-tmp" \
		--auth-root-authentication-method=normal \
		--skip-test-db >"$VAR/log/install-db.log" 2>&1 9>&- ||
		fail "mariadb-install-db failed; see $VAR/log/install-db.log"
}

write_conf() {
	local doorbells=$RUN/doorbell name
	for name in ${DOORBELLS:-}; do doorbells+=" $RUN/$name"; done
	(umask 077
	cat >"$VAR/baraza.conf" <<-CONF
	# Written by demo.sh at each start.
	base_url = $base_url
	key_file = $VAR/key
	db_socket = $RUN/db.sock
	db_name = baraza
	db_user = baraza
	db_password = $DB_PASSWORD
	doorbell = $doorbells
	key_budget_file = $RUN/key-budget
	fcgi_socket = $RUN/fcgi.sock
	www_dir = $RUN/www
	ws_host = 127.0.0.1
	ws_port = $ws_port
	${EXTRA_CONF:-}
	CONF
	)
	[ -e "$VAR/key" ] || ctl secret >/dev/null
}

# Secrets and ids of the first start; kept for the next ones.
load_state() {
	is_new=
	if [ ! -e "$VAR/state" ]; then
		is_new=1
		(umask 077; {
			echo "DB_PASSWORD=$(random)"
			echo "CONSOLE_PASSWORD=$(random)"
			echo "CONSOLE2_PASSWORD=$(random)"
		} >"$VAR/state")
	fi
	# shellcheck disable=SC1091
	. "$VAR/state"
	CONSOLE_EMAIL=amina@maua.example
	CONSOLE2_EMAIL=juma@maua.example
}

keep() { (umask 077; printf '%s=%s\n' "$1" "$2" >>"$VAR/state"); }

create_schema() {
	sed "s/@PASSWORD@/$DB_PASSWORD/" sql/grants.sql | sql
	ctl migrate --sql "$top/sql" >"$VAR/log/migrate.log"
}

create_workspace() {
	[ -n "${EMBED_TOKEN:-}" ] && return
	say "creating the demo workspace"
	WORKSPACE_ID=$(ctl workspace add --name 'Maua & Co.')
	BARAZA_PASSWORD=$CONSOLE_PASSWORD ctl user add --role admin \
		--workspace "$WORKSPACE_ID" --email "$CONSOLE_EMAIL" \
		--name 'Amina Odhiambo' >/dev/null
	BARAZA_PASSWORD=$CONSOLE2_PASSWORD ctl user add --role agent \
		--workspace "$WORKSPACE_ID" --email "$CONSOLE2_EMAIL" \
		--name 'Juma Mwangi' >/dev/null
	CHATBOT_ID=$(ctl chatbot add --workspace "$WORKSPACE_ID" --name 'Maua bot')
	ctl flow publish --workspace "$WORKSPACE_ID" --chatbot "$CHATBOT_ID" \
		--name 'Shop support' --file www/demo/flow.json >/dev/null
	EMBED_TOKEN=$(ctl widget add --workspace "$WORKSPACE_ID" \
		--chatbot "$CHATBOT_ID" --name 'Maua & Co.' | cut -d' ' -f2)
	keep WORKSPACE_ID "$WORKSPACE_ID"
	keep CHATBOT_ID "$CHATBOT_ID"
	keep EMBED_TOKEN "$EMBED_TOKEN"
}

# The pages, readable for the web server's user wherever this checkout is.
copy_pages() {
	cp -R "$WWW" "$RUN/www"
	sed -e "s|%BASE_URL%|$base_url|g" -e "s|%EMBED_TOKEN%|$EMBED_TOKEN|g" \
		"$WWW/demo/index.html" >"$RUN/www/demo/index.html"
	chgrp -R "$web_group" "$RUN/www"
	chmod -R u=rwX,g=rX,o= "$RUN/www"
}

write_env() {
	(umask 077; cat >"$VAR/demo.env.new" <<-ENV
	BASE_URL=$base_url
	SITE_URL=$site_url
	CONSOLE_URL=$base_url/console/
	CONSOLE_EMAIL=$CONSOLE_EMAIL
	CONSOLE_PASSWORD=$CONSOLE_PASSWORD
	CONSOLE2_EMAIL=$CONSOLE2_EMAIL
	CONSOLE2_PASSWORD=$CONSOLE2_PASSWORD
	WORKSPACE_ID=$WORKSPACE_ID
	CHATBOT_ID=$CHATBOT_ID
	EMBED_TOKEN=$EMBED_TOKEN
	WSD_PID=${pid[wsd]:-}
	FCGI_PID=${pid[fcgi]:-}
	DB_PID=${pid[db]:-}
	WEB_PID=${pid[web]:-}
	DEMO_PID=$$
	DB_SOCKET=$RUN/db.sock
	CONF=$VAR/baraza.conf
	ENV
	)
	mv "$VAR/demo.env.new" "$VAR/demo.env"
}

check_all() {
	curl -fsS "$base_url/healthz" &&
		{ [ "$DAEMON" = no ] ||
			curl -fsS "$base_url/socket.io/?EIO=4&transport=polling"; } &&
		curl -fsS "$site_url" &&
		curl -fsS "$base_url/chat-widget/embed.js"
}

# ------------------------------------------------------------------ watching

# A part that ended is started again, with a pause when it ended at once.
watch_parts() {
	local again name
	while :; do
		wait -n "${pid[@]}" 2>/dev/null || true
		again=yes
		# One that ends while another is started is told of by no wait.
		while [ -n "$again" ]; do
			again=
			for name in "${!pid[@]}"; do
				kill -0 "${pid[$name]}" 2>/dev/null && continue
				say "$name ended; starting it again"
				[ $((SECONDS - started[$name])) -ge 2 ] || sleep 1
				"start_$name"
				write_env
				again=yes
			done
		done
	done
}

# ------------------------------------------------------------------ the order

[ -x "$BIN/fcgi-app" ] || fail "nothing is built: make demo"
load_state
install_db
say "starting the database"
start_db

if [ -n "${PORT:-}" ]; then
	port=$(free_port "$PORT") || fail "port $PORT is not free"
else
	last_port=$(cat "$VAR/port" 2>/dev/null || echo 0)
	port=$(free_port "$last_port" || free_port 0)
fi
echo "$port" >"$VAR/port"
ws_port=$(free_port 0)
base_url=http://127.0.0.1:$port
# Another origin, as a customer's site is.
site_url=http://localhost:$port/demo/

write_conf
until_ok 30 "the database" sql -e 'SELECT 1'
create_schema
create_workspace
copy_pages
say "starting fcgi-app, ws-daemon and $WEB"
start_fcgi
[ "$DAEMON" = no ] || start_wsd
start_web
until_ok 30 "$base_url" check_all
write_env

cat <<EOT

  The shop's page     $site_url
  The agents' console $base_url/console/
    first agent       $CONSOLE_EMAIL   $CONSOLE_PASSWORD
    second agent      $CONSOLE2_EMAIL   $CONSOLE2_PASSWORD

  Open the shop, click the bubble, ask for a person; answer in the console.
  All of this stands in $VAR/demo.env. Ready after $((($(date +%s%N) - step_started) / 1000000)) ms. Ctrl-C stops it.

EOT
watch_parts
