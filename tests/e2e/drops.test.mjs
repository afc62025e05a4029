// drops.test.mjs: what is refused or cut off is counted by its reason, and by
// no other one
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import net from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { WebSocket } from "ws";
import { Agent, Installation, ask, connect, http, openChat, top, until } from "./harness.mjs";
import { parse } from "./prometheus.mjs";

const HOUR = 3600000;
const PATH = "/socket.io/?EIO=4&transport=";
let site, people, shop, daemon, port, original;
// An address of this machine that is not exempt from limits.
const outer = Object.values(networkInterfaces()).flat()
	.find(({ family, internal }) => family === "IPv4" && !internal)?.address;

before(async () => {
	// No test is to be disturbed by what another one may have left behind.
	site = await Installation.start({ conf: "close_poll_ms = 100\nclose_ws_ms = 100\n" });
	people = site.addWidget();
	shop = site.addWidget({ more: ["--origins", "https://shop.example"] });
	// The page of /metrics is asked for without the web server, the sockets too.
	await site.crash("wsd", "SIGTERM");
	original = readFileSync(site.env.CONF, "utf8");
	port = Number(original.match(/^ws_port = (\d+)$/m)[1]);
	daemon = { url: `http://127.0.0.1:${port}`, sockets: site.sockets };
});
after(() => site?.stop());

/** The drops by reason; undefined while the daemon refuses to tell. */
async function drops() {
	const answer = await http(daemon, "GET", "/metrics").catch(() => null);
	if (answer?.status !== 200) return undefined;
	return Object.fromEntries(parse(answer.text).get("baraza_drops_total").samples
		.map(({ labels, value }) => [labels.reason, value]));
}

const log = () => readFileSync(join(site.dir, "log", "wsd.log"), "utf8");

/** Puts these lines in the place of those of the same names, and tells the daemon. */
async function reload(values) {
	let text = original;
	for (const [name, is] of Object.entries(values))
		text = `${text.replace(new RegExp(`^${name} = .*\n`, "m"), "")}${name} = ${is}\n`;
	writeFileSync(site.env.CONF, text);
	const had = log().length;
	process.kill(Number(site.pids().wsd), "SIGHUP");
	const line = await until("the settings", () => / settings_re\S+ .*\n/.exec(log().slice(had))?.[0]);
	assert.match(line, / settings_reloaded /);
}

const from = (address) => ({ "X-Forwarded-For": address });
const poll = (path = "", options = {}) => http(daemon, "GET", `${PATH}polling${path}`, options);

/** The rest of a path that names a new polling session. */
async function session(headers = {}) {
	const { text } = await poll("", { headers });
	return `&sid=${JSON.parse(text.slice(1)).sid}`;
}

const post = (sid, body) => http(daemon, "POST", `${PATH}polling${sid}`, { body });

/** A WebSocket that says these things. */
async function says(...texts) {
	const ws = new WebSocket(`ws://127.0.0.1:${port}${PATH}websocket`);
	ws.on("error", () => {});
	await new Promise((resolve) => ws.once("open", resolve));
	for (const text of texts) ws.send(text);
	return ws;
}

const socket = (extraHeaders = {}) => connect(daemon, { transports: ["websocket"], extraHeaders });

/** A visitor's conversation, and what names it in events. */
async function chat(name, more = { embed_token: people.token }) {
	const { conversation_id } = await openChat(site, name, more);
	return { conversation_id, external_id: name };
}

async function refused(s, event, payload, error) {
	const answer = await ask(s, event, payload);
	assert.deepEqual([answer.ok, answer.error], [false, error]);
}

const typing = (who) => ["user_typing", { ...who, sender_type: "end_user" }];
const said = (who, content) => ["send_message", { ...who, sender_type: "end_user", content }];

/** One connection after the other, until one is closed. */
async function crowd(host) {
	const all = [];
	for (let closed = false; !closed;) {
		assert.ok(all.length < 100, "none was closed");
		const one = net.connect(port, host);
		one.on("error", () => {});
		all.push(one);
		// The daemon closes those that may not stay before it answers anything.
		closed = await new Promise((resolve) => {
			one.once("close", () => resolve(true));
			one.once("data", () => resolve(false));
			one.write(`GET ${PATH}polling&sid=none HTTP/1.1\r\nHost: x\r\n\r\n`);
		});
	}
	for (const one of all) one.destroy();
}

// reason: what is to be counted; times: how often, or at least once; also: what
// cannot but be counted with it.
const rows = [
	{ reason: "connections_max", also: ["bad_request"], conf: { connections_max: 20 }, run: () => crowd("127.0.0.1") },
	{ reason: "address_sessions", times: 1, conf: { address_connections_max: 2 }, async run() {
		const statuses = [];
		for (let i = 0; i < 3; i++) statuses.push((await poll("", { headers: from("203.0.113.1") })).status);
		assert.deepEqual(statuses, [200, 200, 403]);
	} },
	{ reason: "handshake_burst", times: 2, conf: { handshake_burst: 3, handshake_refill_ms: HOUR }, async run() {
		for (let i = 0; i < 5; i++) await poll("", { headers: from("203.0.113.2") });
	} },
	{ reason: "origin", times: 1, conf: { ws_origins: "https://good.example" }, run: () =>
		poll("", { headers: { Origin: "https://evil.example" } }) },
	{ reason: "bad_request", times: 3, async run() {
		await http(daemon, "GET", "/socket.io/?EIO=3&transport=polling");
		await http(daemon, "GET", `${PATH}telepathy`);
		await poll("&sid=none");
	} },
	{ reason: "max_payload", times: 1, conf: { max_payload: 2000 }, run: async () =>
		post(await session(), "4".repeat(2001)) },
	{ reason: "post_packets_max", times: 1, conf: { post_packets_max: 5 }, run: async () =>
		post(await session(), Array(6).fill("3").join("\x1e")) },
	{ reason: "bad_engine_packet", times: 2, async run() {
		await says("9");
		await post(await session(), "9");
	} },
	{ reason: "bad_socket_packet", times: 1, run: () => says("4nonsense") },
	{ reason: "namespaces_max", times: 1, conf: { namespaces_max: 1 }, run: () => says("40/a,", "40/b,") },
	{ reason: "attachments", times: 2, conf: { attachments_max: 1, attachments_bytes_max: 10 }, async run() {
		const part = (num) => JSON.stringify({ _placeholder: true, num });
		await says("40", `452-["x",${part(0)},${part(1)}]`);
		await says("40", `451-["x",${part(0)}]`, Buffer.alloc(11));
	} },
	{ reason: "queue_max", times: 1, conf: { max_payload: 65536, queue_max: 65536 }, async run() {
		const who = await chat("slow");
		const sid = await session();
		await post(sid, "40");
		await post(sid, `420${JSON.stringify(["join_conversation", who])}`);
		let text = "";
		while (!text.includes("430")) ({ text } = await poll(sid));
		const s = await socket();
		for (let i = 0; i < 6; i++)
			assert.equal((await ask(s, ...said(who, "\u{1F600}".repeat(4000)))).ok, true);
	} },
	{ reason: "ping_timeout", times: 1, conf: { ping_interval_ms: 100, ping_timeout_ms: 100 }, run: () => says() },
	{ reason: "connect_timeout", times: 1, conf: { connect_timeout_ms: 100 }, run: () => says() },
	{ reason: "accept_burst", conf: { accept_burst: 1, accept_refill_ms: 100 }, async run() {
		await Promise.all(Array.from({ length: 5 }, () => poll()));
	} },
	{ reason: "packet_burst", conf: { packet_burst: 64, packet_refill_ms: 10 }, run: () =>
		says(...Array(300).fill("3")) },
	{ reason: "event_burst", times: 2, conf: { event_burst: 4, event_refill_ms: HOUR }, async run() {
		const s = await socket();
		for (const ok of [false, true, true]) {
			if (ok) await refused(s, "nobody_knows_this", {}, "rate_limited");
			else await ask(s, "nobody_knows_this", {}); // costs 4
		}
	} },
	{ reason: "address_event_burst", times: 1, conf: { address_event_burst: 4, address_event_refill_ms: HOUR },
		async run() {
			const all = [await socket(from("203.0.113.3")), await socket(from("203.0.113.3"))];
			await ask(all[0], "nobody_knows_this", {});
			await refused(all[1], "nobody_knows_this", {}, "rate_limited");
		} },
	{ reason: "message_burst", times: 1, conf: { message_burst: 2, message_refill_ms: HOUR }, async run() {
		const who = await chat("talks");
		const s = await socket();
		for (const content of ["one", "two"]) assert.equal((await ask(s, ...said(who, content))).ok, true);
		await refused(s, ...said(who, "three"), "rate_limited");
	} },
	{ reason: "event_origin", times: 1, async run() {
		const who = await chat("elsewhere", { embed_token: shop.token });
		await refused(await socket({ Origin: "https://evil.example" }), ...typing(who), "forbidden");
	} },
	{ reason: "rooms_max", times: 1, conf: { rooms_max: 1 }, async run() {
		const s = await socket();
		assert.equal((await ask(s, "join_conversation", await chat("room 1"))).ok, true);
		assert.equal((await ask(s, "join_conversation", await chat("room 2"))).ok, false);
	} },
	{ reason: "login_ended", times: 1, async run() {
		const agent = await Agent.login(site);
		const s = await socket({ Cookie: agent.cookie });
		assert.equal((await ask(s, "join_queue", {})).ok, true);
		assert.equal((await agent.request("POST", "/auth/logout")).status, 204);
	} },
	{ reason: "address_connections_max", also: ["bad_request"], needs: outer, restart: true,
		conf: { ws_host: "0.0.0.0", address_connections_max: 5 }, run: () => crowd(outer) },
];

// Ten thousand jobs at once: test_jobs.c, where jobs can be held.
const elsewhere = ["jobs_max"];

describe("drops", () => {
	for (const { reason, times, also = [], conf = {}, run, needs = true, restart } of rows)
		test(`by ${reason}`, { timeout: 120000, skip: !needs && "this machine has no other address" }, async () => {
			if (restart) {
				await reload({ ...conf });
				await site.crash("wsd", "SIGTERM");
			} else {
				await reload(conf);
			}
			const was = await until("the counters", drops);
			const grown = async () => {
				const now = await until("the counters", drops);
				return Object.fromEntries(Object.entries(now).map(([why, n]) => [why, n - was[why]])
					.filter(([, n]) => n > 0));
			};
			await run();
			await until(`${reason} to be counted`, async () => (await grown())[reason] >= (times ?? 1));
			for (const s of site.sockets.splice(0)) s.disconnect();
			const end = await grown();
			if (times) assert.equal(end[reason], times);
			for (const why of [reason, ...also]) delete end[why];
			assert.deepEqual(end, {}, "counted by another reason too");
		});

	test("have a test each", async () => {
		const words = [...readFileSync(join(top, "ws-daemon/drops.h"), "utf8")
			.matchAll(/X\([A-Z_]+, ([a-z_]+)\)/g)].map(([, word]) => word);
		assert.deepEqual(Object.keys(await drops()).sort(), words.toSorted());
		assert.deepEqual([...rows.map(({ reason }) => reason), ...elsewhere].sort(), words.toSorted());
	});
});
