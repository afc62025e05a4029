#!/usr/bin/env bash
# fuzz.sh: replays the corpora, adds to them, or keeps the fewest that matter
# SPDX-License-Identifier: MIT
#   fuzz.sh replay               every input through the entries as gcc made them
#   fuzz.sh run SECONDS [NAME]   looks for new inputs; findings end up in build/fuzz
#   fuzz.sh merge [NAME]         takes over what was found that reaches new code
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
here=tests/fuzz
names=$(basename -s .c $here/fuzz_*.c | sed 's/^fuzz_//')
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1

replay() {
	local bin=${BARAZA_BIN:-build/asan} passed=0 failed=0 name out
	for name in $names; do
		if out=$("$bin/fuzz-$name" "$here/corpus/$name" 2>&1); then
			passed=$((passed + 1))
			echo "  $name: $out, passed"
		else
			failed=$((failed + 1))
			echo "  $name: FAILED"
			echo "$out"
		fi
	done
	printf '\n%s passed, %s failed\n' "$passed" "$failed"
	[ "$failed" = 0 ]
}

run() { # SECONDS [NAME]
	local seconds=$1 name bad=0
	for name in ${2:-$names}; do
		mkdir -p "build/fuzz/found/$name"
		echo "==> $name for $seconds s"
		"build/fuzz/fuzz-$name" -max_total_time="$seconds" -timeout=20 \
			-max_len=4096 -rss_limit_mb=1024 -print_final_stats=1 \
			-verbosity="${VERBOSITY:-0}" -dict="$here/$name.dict" \
			-artifact_prefix="build/fuzz/$name-" \
			"build/fuzz/found/$name" "$here/corpus/$name" || bad=1
	done
	return $bad
}

# Inputs are named by their digest, as libFuzzer does; those made by hand keep
# their names, since it copies nothing that reaches no new code.
merge() { # [NAME]
	local name
	for name in ${1:-$names}; do
		"build/fuzz/fuzz-$name" -merge=1 -verbosity=0 -max_len=600 -use_counters=0 \
			"$here/corpus/$name" "build/fuzz/found/$name"
		printf '%s: %s files, %s bytes\n' "$name" \
			"$(find "$here/corpus/$name" -type f | wc -l)" \
			"$(cat "$here/corpus/$name"/* | wc -c)"
	done
}

case ${1-} in
replay | run | merge) "$@" ;;
*) sed -n 's/^#   //p' "$0"; exit 2 ;;
esac
