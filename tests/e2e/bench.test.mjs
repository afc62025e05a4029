// bench.test.mjs: every server of the benchmark speaks the same, on a small scale
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { programs, top } from "./harness.mjs";

const run = promisify(execFile);

test("each server gets the same load, and nothing is lost or doubled", async () => {
	const dir = mkdtempSync(join(tmpdir(), "baraza-bench."));
	const file = join(dir, "out.json");
	const { stdout } = await run(process.execPath, [join(top, "tests/load/bench.mjs"),
		"--only", "saturation,stored,stored-latency", "--runs", "1", "--clients", "20",
		"--seconds", "0.5", "--json", file],
		{ env: { ...process.env, BARAZA_BIN: programs }, timeout: 240_000 });
	const all = JSON.parse(readFileSync(file, "utf8"));
	rmSync(dir, { recursive: true });
	const servers = (name) => Object.keys(all[name]);
	assert.deepEqual(servers("saturation"), ["sio-echo", "node", "python", "ws-daemon"]);
	assert.deepEqual(servers("stored"), ["ws-daemon", "node-mysql2"]);
	assert.deepEqual(servers("stored-latency"), ["ws-daemon", "node-mysql2", "one-commit"]);
	assert.ok(all["stored-latency"]["one-commit"][0].run.ack_us.p50 > 0);
	delete all["stored-latency"]["one-commit"];
	for (const [name, cells] of Object.entries(all))
		for (const [server, [{ connect, total, run: measured }]] of Object.entries(cells)) {
			const where = `${name} ${server}`;
			assert.equal(connect.joined, 20, where);
			assert.ok(measured.acked > 0, where);
			assert.equal(total.acked, total.sent, where);
			assert.equal(total.due, total.acked * 10, where);
			assert.equal(total.delivered, total.due, where);
			// The connections of its pool overtake each other.
			const order = server === "node-mysql2" ? [] : ["reordered"];
			for (const fault of ["refused", "lost", "duplicated", "stray", "closed", ...order])
				assert.equal(total[fault], 0, `${where} ${fault} ${total.first_fault}`);
		}
	assert.match(stdout, /^\| CPU s per 1 M deliveries \| \d/m);
	assert.match(stdout, /^\| acknowledged messages\/s \| \d/m);
	assert.doesNotMatch(stdout, /^(?!node-mysql2).*in one of the runs/m);
});

test("an unknown experiment is named", async () => {
	await assert.rejects(run(process.execPath,
		[join(top, "tests/load/bench.mjs"), "--only", "tea"]), /unknown: tea/);
});
