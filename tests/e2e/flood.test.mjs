// flood.test.mjs: a short flood of malformed packets; `sioflood` alone measures
// SPDX-License-Identifier: MIT
//
// No time is asserted here, only that memory stays where it was and that an
// honest client loses nothing. How much its answers are delayed:
//	build/sioflood --port PORT --pid PID

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { until } from "./clients.mjs";

const build = join(dirname(fileURLToPath(import.meta.url)), "../../build");
const MB = 1024;
let server;

before(async () => {
	const child = spawn(join(build, "sio-echo"), ["--port", "0", "--packet-burst", "2000",
		"--accept-burst", "2000"], { stdio: ["ignore", "pipe", "pipe"] });
	server = { child, said: "", gone: new Promise((resolve) => child.once("exit", resolve)) };
	child.stderr.on("data", (data) => (server.said += data));
	server.port = await new Promise((resolve) => child.stdout.once("data", (data) => resolve(Number(data))));
});
after(async () => {
	server.child.kill("SIGTERM");
	assert.equal(await server.gone, 0, server.said);
});

const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, "utf8"))[1]);
const files = () => readdirSync(`/proc/${server.child.pid}/fd`).length;

async function flood(kinds, seconds) {
	const { stdout } = await promisify(execFile)(join(build, "sioflood"), ["--port", `${server.port}`,
		"--pid", `${server.child.pid}`, "--seconds", `${seconds}`, "--idle-seconds", "1", "--kinds", kinds]);
	return JSON.parse(stdout);
}

const ALL = "bad_frame,bad_utf8,bad_engine,bad_socket,deep_json,oversized,half,hangup,events,pongs,bad_post";

// Each kind by itself: a leak or a queue of one must not hide behind the others.
for (const kinds of [ALL, "hangup", "half", "bad_frame,bad_post", "oversized,deep_json,bad_utf8", "pongs,events"])
	test(`a flood of ${kinds === ALL ? "everything" : kinds}`, { timeout: 60000 }, async () => {
		const open = files();
		const result = await flood(kinds, 2);
		assert.equal(result.fault, undefined);
		assert.equal(result.lost, 0);
		assert.ok(result.flood.acks > 0, "nothing came back during the flood");
		assert.ok(result.rss_kb.most < result.rss_kb.before + 12 * MB, JSON.stringify(result));
		await until("the connections' end", () => files() <= open);
		assert.ok(rss() < result.rss_kb.before + 8 * MB, JSON.stringify(result));
		assert.ok(server.said.length < 20000, "it writes too much about it");
	});
