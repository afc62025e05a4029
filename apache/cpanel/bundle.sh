#!/usr/bin/env bash
# bundle.sh: bundle.sh FOLDER USER: all that a home folder on shared hosting
# needs, ready for upload: baraza/ (programs with their libraries, settings) and
# public_html/ (pages, chat.fcgi, .htaccess), for the account USER. The programs
# are those of BIN, default build.
# SPDX-License-Identifier: MIT
set -euo pipefail
[ $# = 2 ] || { echo "usage: bundle.sh FOLDER USER" >&2; exit 2; }
out=$(realpath -m "$1")
user=$2
cd "$(dirname "$0")/../.."
BIN=${BIN:-build}
umask 077
mkdir -p "$out"/baraza/lib/plugin "$out"/public_html

for program in fcgi-app ws-daemon barazactl; do
	install -m 700 "$BIN/$program" "$out/baraza"
	# The loader has no "=>"; without it the host's own would be taken, which
	# may be too old for these libraries.
	ldd "$BIN/$program" | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' |
		xargs -r cp -Lt "$out/baraza/lib"
	cp -L "$(ldd "$BIN/$program" | awk '$1 ~ /\/ld/ { print $1 }')" \
		"$out/baraza/lib/loader"
done
chmod 700 "$out/baraza/lib/loader"
# Opened by name while they run: how MySQL 8 takes passwords, and the event loop
# of ws-daemon. libwebsockets looks for that in one folder, which the host has
# not: its name becomes "lib", below the folder in which `run` starts ws-daemon.
libs=$(ldd "$BIN/ws-daemon" | awk '/libwebsockets/ { print $3 }')
libs=$(dirname "$(readlink -f "$libs")")
cp -L "$libs"/libmariadb3/plugin/*sha*.so "$out/baraza/lib/plugin"
cp -L "$libs"/libwebsockets-evlib_uv.so "$out/baraza/lib"
zeros=$(printf '%*s' $((${#libs} - 3)) '' | sed 's/ /\\x00/g')
LC_ALL=C sed -i "s|\x00$libs\x00|\x00lib$zeros\x00|" \
	"$out"/baraza/lib/libwebsockets.so.*
LC_ALL=C grep -qaP '\x00lib\x00' "$out"/baraza/lib/libwebsockets.so.* ||
	{ echo "bundle.sh: libwebsockets does not name $libs" >&2; exit 1; }

sed "s|/home/USER/|/home/$user/|" apache/cpanel/run >"$out/baraza/run"
write_conf() {
	cat <<-CONF
	base_url = https://chat.example.com
	key_file = /home/$user/baraza/key
	www_dir = /home/$user/public_html
	db_socket = /var/lib/mysql/mysql.sock
	db_name = ${user}_chat
	db_user = ${user}_chat
	db_password =
	doorbell = /home/$user/baraza/doorbell
	key_budget_file = /home/$user/baraza/key-budget
	log_file = /home/$user/baraza/baraza.log
	ws_port = 9080

	# All settings and their defaults:

	CONF
	"$BIN/barazactl" -c
}
[ -e "$out/baraza/baraza.conf" ] || write_conf >"$out/baraza/baraza.conf"
[ -e "$out/baraza/key" ] ||
	od -An -v -tx1 -N 32 /dev/urandom | tr -d ' \n' >"$out/baraza/key"
cp -R sql www/demo/flow.json "$out/baraza"
chmod 700 "$out/baraza/run"

umask 022
cp -R build/www/assets build/www/console build/www/widget "$out/public_html"
sed "s|/home/USER/|/home/$user/|" apache/cpanel/chat.fcgi \
	>"$out/public_html/chat.fcgi"
cp "$out/public_html/chat.fcgi" "$out/public_html/chat.cgi"
cp apache/cpanel/.htaccess "$out/public_html"
chmod 755 "$out/public_html" "$out"/public_html/chat.*
