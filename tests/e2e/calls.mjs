// calls.mjs: runs calls by curl and Python as they stand in texts, and notes what they got
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { top } from "./harness.mjs";
import { BASE, fits, operations } from "./openapi.mjs";

// Stands before curl in PATH: the same call, and what came of it in files.
// With EMPTY_BODY a POST that sends nothing says so, by a length of 0.
const CURL = `#!/bin/bash
n=$(printf %04d "$(ls "$CALLS" | wc -l)")
if [ "$EMPTY_BODY" ] && [[ " $* " == *" -X POST "* && " $* " != *" -d "* ]]; then
	set -- "$@" -d ''
fi
/usr/bin/curl "$@" --silent --show-error --output "$CALLS/$n.text" --write-out \\
	'{"method":"%{method}","url":"%{url_effective}","status":%{http_code},"type":"%{content_type}"}' \\
	>"$CALLS/$n"
code=$?
[ -e "$CALLS/$n.text" ] || : >"$CALLS/$n.text"
cat "$CALLS/$n.text"
exit $code
`;

/** Where scripts of a site run: a folder of their own, their curl and their notes. */
export function workshop(site) {
	const dir = mkdtempSync(join(site.dir, "calls."));
	mkdirSync(join(dir, "bin"));
	mkdirSync(join(dir, "notes"));
	writeFileSync(join(dir, "bin/curl"), CURL, { mode: 0o755 });
	return dir;
}

function notes(dir) {
	const python = join(dir, "notes/python");
	if (existsSync(python))
		return readFileSync(python, "utf8").trim().split("\n").map((line) => JSON.parse(line));
	return readdirSync(join(dir, "notes")).filter((name) => /^\d+$/.test(name)).sort()
		.map((name) => ({ ...JSON.parse(readFileSync(join(dir, "notes", name), "utf8")),
			text: readFileSync(join(dir, "notes", `${name}.text`), "utf8") }));
}

/** The operation that a request is for: of several the one with the most words of its own. */
function operationOf(site, { method, url }) {
	const path = new URL(url).pathname;
	const found = operations.filter((one) => one.method === method && new RegExp(
		`^${BASE}${one.path.replaceAll(".", "\\.").replace(/\{[a-z_]+\}/g, "[^/]+")}$`).test(path))
		.sort((a, b) => a.path.split("{").length - b.path.split("{").length);
	assert.ok(url.startsWith(site.url) && found.length, `${method} ${url} is no operation`);
	return found[0];
}

/** Runs a text; every call in it must be answered as described. Gives the calls and what it wrote. */
export async function runCalls(site, kind, text, { env = {} } = {}) {
	const dir = workshop(site);
	const script = join(dir, `script.${kind}`);
	writeFileSync(script, text);
	const [program, ...args] = kind === "py"
		? ["/usr/bin/python3", join(top, "tests/e2e/python-calls.py")] : ["/bin/bash", "-eo", "pipefail"];
	const { stdout } = await promisify(execFile)(program, [...args, script], { cwd: dir, timeout: 60000,
		env: { ...process.env, PATH: `${join(dir, "bin")}:${process.env.PATH}`,
			CALLS: join(dir, "notes"), ...env } });
	const calls = notes(dir).map((note) => {
		const found = operationOf(site, note);
		return { ...note, id: found.id, body: fits(found, note) };
	});
	return { calls, stdout };
}
