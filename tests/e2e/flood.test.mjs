// flood.test.mjs: a short flood of malformed packets; `sioflood` alone measures
// SPDX-License-Identifier: MIT
//
// No time is asserted here, only that memory stays where it was and that an
// honest client loses nothing: of the protocol alone, and of a whole
// installation, where it also talks. How much its answers are delayed:
//	build/sioflood --port PORT --pid PID

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Agent, Installation, ask, openChat, record, sleep, until, visitor } from "./harness.mjs";

const build = join(dirname(fileURLToPath(import.meta.url)), "../../build");
const MB = 1024;
const ALL = "bad_frame,bad_utf8,bad_engine,bad_socket,deep_json,oversized,half,hangup,events,pongs,bad_post";
// Each kind by itself: a leak or a queue of one must not hide behind the others.
const KINDS = [ALL, "hangup", "half", "bad_frame,bad_post", "oversized,deep_json,bad_utf8", "pongs,events"];
const called = (kinds) => `a flood of ${kinds === ALL ? "everything" : kinds}`;

const rss = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);

/** Open files but for Unix sockets: workers connect to the database when they are first needed. */
function files(pid) {
	const local = new Set(readFileSync(`/proc/${pid}/net/unix`, "utf8").split("\n")
		.map((line) => `socket:[${line.trim().split(/\s+/)[6]}]`));
	return readdirSync(`/proc/${pid}/fd`).filter((fd) => {
		try {
			return !local.has(readlinkSync(`/proc/${pid}/fd/${fd}`));
		} catch {
			return false; // closed meanwhile
		}
	}).length;
}

async function flood({ port, pid }, kinds, seconds, ...more) {
	const { stdout } = await promisify(execFile)(join(build, "sioflood"), ["--port", `${port}`,
		"--pid", `${pid}`, "--seconds", `${seconds}`, "--idle-seconds", "1", "--kinds", kinds, ...more]);
	return JSON.parse(stdout);
}

/** Floods a server; nothing may be left of it. */
async function endure(server, kinds, ...more) {
	const open = files(server.pid);
	const result = await flood(server, kinds, 2, ...more);
	assert.equal(result.fault, undefined);
	assert.equal(result.lost, 0);
	assert.ok(result.flood.acks > 0, "nothing came back during the flood");
	assert.ok(result.rss_kb.most < result.rss_kb.before + 12 * MB, JSON.stringify(result));
	await until("the connections' end", () => files(server.pid) <= open);
	assert.ok(rss(server.pid) < result.rss_kb.before + 8 * MB, JSON.stringify(result));
}

describe("the protocol alone", () => {
	let server;
	before(async () => {
		const child = spawn(join(build, "sio-echo"), ["--port", "0", "--packet-burst", "2000",
			"--accept-burst", "2000"], { stdio: ["ignore", "pipe", "pipe"] });
		server = { child, pid: child.pid, said: "", gone: new Promise((resolve) => child.once("exit", resolve)) };
		child.stderr.on("data", (data) => (server.said += data));
		server.port = await new Promise((resolve) => child.stdout.once("data", (data) => resolve(Number(data))));
	});
	after(async () => {
		server.child.kill("SIGTERM");
		assert.equal(await server.gone, 0, server.said);
	});

	for (const kinds of KINDS)
		test(called(kinds), { timeout: 60000 }, async () => {
			await endure(server, kinds);
			assert.ok(server.said.length < 20000, "it writes too much about it");
		});
});

describe("a whole installation", () => {
	let site, server, people;
	before(async () => {
		// Not the sanitized one: that keeps freed memory for a while.
		site = await Installation.start({ bin: build, conf: "message_burst = 10000\nevent_burst = 100000\n" });
		people = site.addWidget();
		const port = Number(/ws_port\s*=\s*(\d+)/.exec(readFileSync(site.env.CONF, "utf8"))[1]);
		server = { port, pid: Number(site.pids().wsd) };
	});
	after(() => site?.stop());

	for (const kinds of KINDS)
		test(called(kinds), { timeout: 120000 }, async () => {
			const v = await visitor(site, `talks during ${kinds}`, { embed_token: people.token });
			const agent = await (await Agent.login(site)).socket({ transports: ["websocket"] });
			assert.equal((await ask(agent, "join_conversation", { conversation_id: v.id })).ok, true);
			const heard = record(agent);
			const { conversation_id } = await openChat(site, "leaves", { embed_token: people.token });
			const sent = [];
			let over = false;
			const flooding = endure(server, kinds, "--good-rate", "10", "--event",
				JSON.stringify(["leave_conversation", { conversation_id }])).finally(() => (over = true));
			const talking = (async () => {
				while (!over) {
					const text = `message ${sent.length}`;
					const answer = await v.say(text);
					assert.equal(answer.ok, true, answer.message);
					sent.push(text);
					await sleep(10);
				}
			})();
			const ends = await Promise.allSettled([flooding, talking]);
			for (const { reason } of ends) if (reason) throw reason;
			assert.ok(sent.length > 0);
			await until("all of them", () => heard.filter(([name]) => name === "message_received").length === sent.length);
			assert.deepEqual(heard.filter(([name]) => name === "message_received").map(([, { content }]) => content), sent);
			const rows = site.sql(`SELECT content FROM messages WHERE sender_type = 'end_user' AND conversation_id =
				UNHEX('${v.id.replaceAll("-", "")}') ORDER BY seq`);
			assert.deepEqual(rows.map(([content]) => content), sent);
			assert.deepEqual([v.socket.connected, agent.connected], [true, true]);
			v.socket.disconnect();
			agent.disconnect();
			assert.ok(readFileSync(join(site.dir, "log", "wsd.log"), "utf8").length < 60000,
				"it writes too much about it");
		});
});
