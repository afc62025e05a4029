// measure.mjs: the figures of docs/performance.md: memory, latency, weights
//
//   make bench        or: node tests/load/measure.mjs [CONNECTIONS [MESSAGES]]
//
// One run, on a private installation behind Apache and then lighttpd, and on
// the peer (Node's socket.io, in memory, no proxy) with the same client.
// SPDX-License-Identifier: MIT
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { io } from "socket.io-client";
import { Agent, Installation, openChat, top } from "../e2e/harness.mjs";

const CONNECTIONS = Number(process.argv[2] ?? 1000);
const MESSAGES = Number(process.argv[3] ?? 2000);
const RUNS = 3;

/** Resident memory in MB. */
function rss(pid) {
	const line = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
	return Number(line[1]) / 1024;
}

function connect(url, options) {
	return new Promise((resolve, reject) => {
		const socket = io(url, { forceNew: true, transports: ["websocket"], ...options });
		socket.once("connect", () => resolve(socket));
		socket.once("connect_error", reject);
	});
}

/** Calls `make` for 0 … n-1, ten at a time. */
async function many(n, make) {
	const list = [];
	for (let i = 0; i < n; i += 10)
		list.push(...await Promise.all(
			Array.from({ length: Math.min(10, n - i) }, (_, k) => make(i + k))));
	return list;
}

/** Milliseconds from send_message to the other side's message_received. */
async function latency(sender, receiver, message) {
	const times = [];
	for (let i = 0; i < MESSAGES + 100; i++) {
		const came = new Promise((resolve) => receiver.once("message_received", resolve));
		const began = process.hrtime.bigint();
		sender.emit("send_message", message, () => {});
		await came;
		if (i >= 100) times.push(Number(process.hrtime.bigint() - began) / 1e6);
	}
	times.sort((a, b) => a - b);
	return [times[times.length >> 1], times[Math.floor(times.length * 0.99)]];
}

function middle(rows) {
	const sorted = [...rows].sort((a, b) => a[0] - b[0]);
	return sorted[sorted.length >> 1];
}

async function measureUs(web) {
	const site = await Installation.start({ web, bin: join(top, "build"),
		conf: "message_burst = 10000\nmessage_refill_ms = 1\nevent_burst = 100000\nevent_refill_ms = 1" });
	const { WSD_PID: wsd, FCGI_PID: fcgi } = site.env;
	const idle = [rss(fcgi), rss(wsd)];
	const agent = await Agent.login(site);
	const widgets = await many(CONNECTIONS, async (i) => {
		const chat = await openChat(site, `visitor-${i}`);
		const socket = await connect(site.url);
		const who = { conversation_id: chat.conversation_id, external_id: `visitor-${i}` };
		const joined = await socket.emitWithAck("join_conversation", who);
		if (!joined.ok) throw new Error(JSON.stringify(joined));
		return { socket, who };
	});
	const full = [rss(fcgi), rss(wsd)];
	const desk = await connect(site.url, { extraHeaders: { Cookie: agent.cookie } });
	const { socket, who } = widgets[0];
	await desk.emitWithAck("claim_conversation", { conversation_id: who.conversation_id });
	await desk.emitWithAck("join_conversation", { conversation_id: who.conversation_id });
	const runs = [];
	for (let i = 0; i < RUNS; i++)
		runs.push(await latency(socket, desk, { ...who, sender_type: "end_user", content: "x".repeat(64) }));
	widgets.forEach((widget) => widget.socket.disconnect());
	desk.disconnect();
	await site.stop();
	return { idle, full, latency: middle(runs) };
}

async function measurePeer() {
	const child = spawn(process.execPath, [join(top, "tests/load/peer.mjs")],
		{ stdio: ["ignore", "pipe", "inherit"] });
	const [port] = await once(child.stdout, "data");
	const url = `http://127.0.0.1:${String(port).trim()}`;
	const idle = rss(child.pid);
	const sockets = await many(CONNECTIONS, async (i) => {
		const socket = await connect(url);
		await socket.emitWithAck("join_conversation", { conversation_id: i });
		return socket;
	});
	const full = rss(child.pid);
	const desk = await connect(url);
	await desk.emitWithAck("join_conversation", { conversation_id: 0 });
	const runs = [];
	for (let i = 0; i < RUNS; i++)
		runs.push(await latency(sockets[0], desk, { conversation_id: 0, content: "x".repeat(64) }));
	[...sockets, desk].forEach((socket) => socket.disconnect());
	child.kill();
	return { idle, full, latency: middle(runs) };
}

const mb = (x) => x.toFixed(1);
const ms = (x) => x.toFixed(2);

for (const web of ["apache", "lighttpd"]) {
	const us = await measureUs(web);
	console.log(`| fcgi-app, behind ${web} | ${mb(us.idle[0])} MB | ${mb(us.full[0])} MB | | |`);
	console.log(`| ws-daemon, behind ${web}, stored | ${mb(us.idle[1])} MB | ${mb(us.full[1])} MB | ${ms(us.latency[0])} ms | ${ms(us.latency[1])} ms |`);
}
const peer = await measurePeer();
console.log(`| Node socket.io, no proxy, in memory | ${mb(peer.idle)} MB | ${mb(peer.full)} MB | ${ms(peer.latency[0])} ms | ${ms(peer.latency[1])} ms |`);

console.log("");
const assets = readdirSync(join(top, "build/www/assets")).map((name) => `assets/${name}`);
for (const name of ["widget/embed.js", ...assets]) {
	const bytes = readFileSync(join(top, "build/www", name));
	console.log(`| ${name.replace(/-[A-Z0-9]{8}\./i, ".")} | ${bytes.length} | ${gzipSync(bytes, { level: 9 }).length} |`);
}
process.exit(0);
