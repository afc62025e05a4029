#!/usr/bin/env bash
# packages.sh: installs the packages of packages.txt that are missing
# SPDX-License-Identifier: MIT
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

mapfile -t wanted < <(awk '!/^#/ && NF { print $1 }' "$here/packages.txt")
# Node.js may come from elsewhere; Debian's is taken only where none is there.
command -v node >/dev/null || wanted+=(nodejs)
command -v npm >/dev/null || wanted+=(npm)

missing=()
for p in "${wanted[@]}"; do
	dpkg-query -W -f '${db:Status-Status}\n' "$p" 2>/dev/null |
		grep -qx installed || missing+=("$p")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

echo "==> installing ${#missing[@]} packages: ${missing[*]}"
# The servers among them are for private use: nothing may start system-wide.
policy=/usr/sbin/policy-rc.d
made_policy=
if [ ! -e "$policy" ]; then
	printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
	as_root chmod 755 "$policy"
	made_policy=1
fi
trap '[ -z "$made_policy" ] || as_root rm -f "$policy"' EXIT
export DEBIAN_FRONTEND=noninteractive
as_root apt-get update -qq
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	--no-install-recommends "${missing[@]}" >/dev/null
echo "==> packages installed"
