#!/usr/bin/env bash
# run.sh: every suite in turn; the last line counts them all
# SPDX-License-Identifier: MIT
set -uo pipefail
cd "$(dirname "$0")/.." || exit
passed=0
failed=0
out=$(mktemp)
trap 'rm -f "$out"' EXIT

# suite NAME COMMAND...: runs it and reads the counts from its output: our
# runners' closing line, or the summary of node's TAP. A suite without counts,
# such as lint, counts as one test; one that exits badly is a failure always.
suite() {
	local name=$1 status p f
	shift
	printf '\n==> %s\n' "$name"
	local began=$SECONDS
	"$@" </dev/null 2>&1 | tee "$out"
	status=${PIPESTATUS[0]}
	p=$(grep -oE '^([0-9]+) passed, ([0-9]+) failed$' "$out" | tail -1)
	if [ -n "$p" ]; then
		f=$(awk '{print $3}' <<<"$p")
		p=$(awk '{print $1}' <<<"$p")
	elif grep -qE '^# pass [0-9]+' "$out"; then
		p=$(awk '/^# pass /{n=$3} END{print n+0}' "$out")
		f=$(awk '/^# (fail|cancelled) /{n+=$3} END{print n+0}' "$out")
	else
		p=$((status == 0))
		f=$((status != 0))
	fi
	[ "$status" = 0 ] || [ "$f" != 0 ] || f=1
	passed=$((passed + p))
	failed=$((failed + f))
	printf -- '--- %s: %s passed, %s failed, %s s\n' "$name" "$p" "$f" \
		$((SECONDS - began))
}

node_tests() {
	node --test --test-reporter=tap "$@" |
		grep -vE '^ +(---|\.\.\.|duration_ms:|type:)' 
}

suite lint tests/lint.sh
suite unit build/asan/test-unit
suite live build/asan/test-live
suite fuzz tests/fuzz/fuzz.sh replay
suite valgrind valgrind -q --error-exitcode=9 --leak-check=full \
	--errors-for-leak-kinds=definite,indirect build/test-unit
suite database build/asan/test-db
suite www node www/build.mjs --tests
suite e2e node_tests tests/e2e/*.test.mjs
suite browser node_tests tests/browser/*.test.mjs

printf '\n%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
