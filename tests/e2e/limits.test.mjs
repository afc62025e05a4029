// limits.test.mjs: what one client, one address and all together may use
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { createRequire } from "node:module";
import net from "node:net";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Installation, ask, connect, openChat, until } from "./harness.mjs";

const require = createRequire(import.meta.url);
const WebSocket = require("ws");
const { io } = require("socket.io-client");
const build = join(dirname(fileURLToPath(import.meta.url)), "../../build");
const QUERY = "/socket.io/?EIO=4&transport=";

/** One request; what came. */
function http(port, method, path, headers = {}, body = undefined) {
	return new Promise((resolve, reject) => {
		const req = request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (res) => {
			let text = "";
			res.on("data", (data) => (text += data));
			res.on("end", () => resolve({ status: res.statusCode, text }));
		});
		req.on("error", reject);
		req.end(body);
	});
}

/** A raw WebSocket: what came, how it ended, or why it was refused. */
function raw(port, headers = {}) {
	const ws = new WebSocket(`ws://127.0.0.1:${port}${QUERY}websocket`, { headers });
	const self = { ws, got: [] };
	ws.on("error", () => {});
	ws.on("message", (data) => self.got.push(String(data)));
	self.opened = new Promise((resolve) => {
		ws.once("open", () => resolve(true));
		ws.once("close", () => resolve(false));
		ws.once("unexpected-response", (req, res) => {
			let text = "";
			res.on("data", (data) => (text += data));
			res.on("end", () => { self.refused = { status: res.statusCode, text }; resolve(false); });
		});
	});
	self.closed = new Promise((resolve) => ws.once("close", resolve));
	return self;
}

describe("the protocol alone", () => {
	let server;
	before(async () => {
		const child = spawn(join(build, "sio-echo"), ["--port", "0", "--connections-max", "20", "--queue-max",
			"1000000", "--packet-burst", "256"], { stdio: ["ignore", "pipe", "pipe"] });
		server = { child, said: "", gone: new Promise((resolve) => child.once("exit", resolve)) };
		child.stderr.on("data", (data) => (server.said += data));
		server.port = await new Promise((resolve) =>
			child.stdout.once("data", (data) => resolve(Number(data))));
	});
	after(async () => {
		server.child.kill("SIGTERM");
		assert.equal(await server.gone, 0, server.said);
	});
	const rss = () => Number(/VmRSS:\s+(\d+)/.exec(
		readFileSync(`/proc/${server.child.pid}/status`, "utf8"))[1]);

	test("connections beyond the limit are closed, and there is room when others go", { timeout: 60000 }, async () => {
		const first = Array.from({ length: 20 }, () => net.connect(server.port, "127.0.0.1"));
		await Promise.all(first.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
		const more = net.connect(server.port, "127.0.0.1");
		more.on("error", () => {});
		await new Promise((resolve) => more.once("close", resolve));
		for (const socket of first) socket.destroy();
		await until("room", () => http(server.port, "GET", `${QUERY}polling`)
			.then(({ status }) => status === 200, () => false));
	});

	test("one that never polls is closed, and its memory comes back", { timeout: 60000 }, async () => {
		const { text } = await http(server.port, "GET", `${QUERY}polling`);
		const path = `${QUERY}polling&sid=${JSON.parse(text.slice(1)).sid}`;
		await http(server.port, "POST", path, {}, "40");
		await http(server.port, "GET", path);
		await http(server.port, "POST", path, {}, '420["join","room"]');
		await http(server.port, "GET", path);
		const before_kb = rss();
		const loud = io(`http://127.0.0.1:${server.port}`, { transports: ["websocket"], forceNew: true });
		await new Promise((resolve) => loud.once("connect", resolve));
		const large = "x".repeat(100_000);
		for (let i = 0; i < 30; i++) loud.emit("all", "room", large);
		assert.equal(await loud.emitWithAck("message-with-ack", 1), 1);
		await until("it to be closed", async () => (await http(server.port, "GET", path)).status === 400);
		assert.match(server.said, /slow_consumer sid=[\w-]{20} addr=127\.0\.0\.1 queue_max=1000000/);
		await until("the memory", () => rss() < before_kb + 2500);
		loud.disconnect();
	});

	test("one that sends too fast waits, hears others meanwhile and loses nothing", { timeout: 60000 }, async () => {
		const fast = raw(server.port);
		assert.ok(await fast.opened);
		fast.ws.send("40");
		fast.ws.send('420["join","room"]');
		await until("the join", () => fast.got.some((text) => text.startsWith("430")));
		for (let i = 0; i < 3000; i++) fast.ws.send(`42${i + 1}["message-with-ack",${i}]`);
		const other = io(`http://127.0.0.1:${server.port}`, { transports: ["websocket"], forceNew: true });
		await new Promise((resolve) => other.once("connect", resolve));
		other.emit("all", "room", "hello");
		await until("all answers", () => fast.got.length >= 3000 + 5);
		const acks = fast.got.filter((text) => /^43[1-9]/.test(text)).map((text) => JSON.parse(text.slice(text.indexOf("[")))[0]);
		assert.deepEqual(acks, Array.from({ length: 3000 }, (none, i) => i));
		assert.ok(fast.got.findIndex((text) => text.includes("hello")) < 3000, "it heard the others last");
		other.disconnect();
		fast.ws.close();
		await fast.closed;
	});

	// 64 packets are counted at once, unless there are never so many.
	for (const burst of [1, 10, 63, 65])
		test(`a burst of ${burst} slows one down and stops none`, { timeout: 60000 }, async () => {
			const child = spawn(join(build, "sio-echo"), ["--port", "0", "--packet-burst", `${burst}`],
				{ stdio: ["ignore", "pipe", "inherit"] });
			const gone = new Promise((resolve) => child.once("exit", resolve));
			const one = raw(await new Promise((resolve) => child.stdout.once("data", (data) => resolve(Number(data)))));
			assert.ok(await one.opened);
			one.ws.send("40");
			for (let i = 0; i < 300; i++) one.ws.send(`42${i}["message-with-ack"]`);
			await until("all answers", () => one.got.filter((text) => text.startsWith("43")).length === 300);
			one.ws.close();
			await one.closed;
			child.kill("SIGTERM");
			assert.equal(await gone, 0);
		});

	test("one that leaves while it waits is forgotten", { timeout: 60000 }, async () => {
		const fast = raw(server.port);
		await fast.opened;
		for (let i = 0; i < 3000; i++) fast.ws.send("3");
		fast.ws.terminate();
		assert.equal((await http(server.port, "GET", `${QUERY}polling`)).status, 200);
	});
});

describe("the listening socket", async () => {
	const answers = (host, port) => new Promise((resolve) => {
		request({ host, port, path: `${QUERY}polling`, agent: false }, (res) => {
			res.resume();
			resolve(res.statusCode === 200);
		}).on("error", () => resolve(false)).end();
	});
	// A machine may have no IPv6 at all.
	const hasIpv6 = await new Promise((resolve) => {
		const probe = net.createServer().on("error", () => resolve(false));
		probe.listen(0, "::1", () => probe.close(() => resolve(true)));
	});
	for (const [host, four, six] of [["*", true, hasIpv6], ["0.0.0.0", true, false], ["localhost", null, null],
		["::1", false, hasIpv6]])
		test(`at ${host}`, { timeout: 60000, skip: host === "::1" && !hasIpv6 }, async () => {
			const child = spawn(join(build, "sio-echo"), ["--host", host, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
			const gone = new Promise((resolve) => child.once("exit", resolve));
			const port = await new Promise((resolve) => child.stdout.once("data", (data) => resolve(Number(data))));
			const got = [await answers("127.0.0.1", port), await answers("::1", port)];
			child.kill("SIGTERM");
			assert.equal(await gone, 0);
			if (four === null) assert.ok(got[0] || got[1]);
			else assert.deepEqual(got, [four, six]);
		});
});

describe("an address, behind a proxy", () => {
	let site, port;
	const from = (address) => ({ "X-Forwarded-For": `6.6.6.6, ${address}` });
	before(async () => {
		site = await Installation.start({ conf: "address_connections_max = 5\n" +
			"handshake_burst = 12\nhandshake_refill_ms = 3600000\naddress_event_burst = 40\n" +
			"address_event_refill_ms = 3600000\npost_packets_max = 5\n" });
		port = Number(/ws_port\s*=\s*(\d+)/.exec(readFileSync(site.env.CONF, "utf8"))[1]);
	});
	after(() => site?.stop());

	test("has so many connections at once", { timeout: 60000 }, async () => {
		const one = from("203.0.113.1");
		const open = Array.from({ length: 5 }, () => raw(port, one));
		for (const { opened } of open) assert.ok(await opened);
		assert.deepEqual(await http(port, "GET", `${QUERY}polling`, one),
			{ status: 403, text: '{"code":4,"message":"Too many connections"}' });
		const refused = raw(port, one);
		assert.equal(await refused.opened, false);
		assert.deepEqual(refused.refused, { status: 400, text: "Too many connections" });
		// Others do not suffer by it, and a place becomes free.
		assert.equal((await http(port, "GET", `${QUERY}polling`, from("203.0.113.2"))).status, 200);
		for (const { ws } of open) ws.close();
		await Promise.all(open.map(({ closed }) => closed));
		await until("a free place", async () => (await raw(port, one).opened));
	});

	test("opens so many in a time, a /64 like one address", { timeout: 60000 }, async () => {
		let status;
		for (let i = 0; i < 13; i++)
			({ status } = await http(port, "GET", `${QUERY}polling`, from(`2001:db8::${i}`)));
		assert.equal(status, 403);
		assert.equal((await http(port, "GET", `${QUERY}polling`, from("2001:db8:0:1::1"))).status, 200);
		// This machine is exempt.
		for (let i = 0; i < 20; i++)
			assert.equal((await http(port, "GET", `${QUERY}polling`, from("127.0.0.1"))).status, 200);
	});

	test("sends so many events over all its connections", { timeout: 60000 }, async () => {
		const url = { url: `http://127.0.0.1:${port}`, sockets: site.sockets };
		const options = { transports: ["websocket"], extraHeaders: from("203.0.113.9") };
		const chat = await openChat(site, "many-events");
		const payload = { conversation_id: chat.conversation_id };
		const sockets = [await connect(url, options), await connect(url, options)];
		const answers = [];
		for (let i = 0; i < 60; i++) answers.push(await ask(sockets[i % 2], "leave_conversation", payload));
		assert.equal(answers.filter(({ ok }) => ok).length, 40);
		assert.ok(answers.slice(40).every(({ error }) => error === "rate_limited"));
		const other = await connect(url, { ...options, extraHeaders: from("203.0.113.10") });
		assert.equal((await ask(other, "leave_conversation", payload)).ok, true);
	});

	test("loses its session by too many packets in a POST", { timeout: 60000 }, async () => {
		const { text } = await http(port, "GET", `${QUERY}polling`, from("203.0.113.11"));
		const path = `${QUERY}polling&sid=${JSON.parse(text.slice(1)).sid}`;
		assert.equal((await http(port, "POST", path, {}, Array(5).fill("3").join("\x1e"))).text, "ok");
		assert.equal((await http(port, "POST", path, {}, Array(6).fill("3").join("\x1e"))).text, "ok");
		assert.equal((await http(port, "GET", path)).status, 400);
	});
});

describe("a page of another site", () => {
	let site, shop;
	before(async () => {
		site = await Installation.start();
		shop = site.addWidget({ more: ["--origins", "https://shop.example"] });
	});
	after(() => site?.stop());
	const page = (origin, auth) => connect(site, { transports: ["websocket"], auth, extraHeaders: { Origin: origin } });

	test("must be allowed by the integration that it names", { timeout: 60000 }, async () => {
		const auth = { embed_token: shop.token };
		assert.ok((await page("https://shop.example", auth)).connected);
		assert.ok((await page(site.url, auth)).connected);
		await assert.rejects(page("https://evil.example", auth), /Origin not allowed/);
		await assert.rejects(page("https://shop.example", { embed_token: "ew_nobody" }), /Origin not allowed/);
		const named = { query: { embed_token: shop.token }, transports: ["websocket"],
			extraHeaders: { Origin: "https://evil.example" } };
		await assert.rejects(connect(site, named), /Origin not allowed/);
	});

	test("must be allowed by the integration of the conversation", { timeout: 60000 }, async () => {
		const chat = await openChat(site, "from-shop", { embed_token: shop.token });
		const who = { conversation_id: chat.conversation_id, external_id: "from-shop" };
		const say = { ...who, sender_type: "end_user", content: "Hello" };
		const good = await page("https://shop.example");
		const bad = await page("https://evil.example");
		const own = await page(site.url);
		for (const [event, payload] of [["join_conversation", who], ["send_message", say]]) {
			const refused = await ask(bad, event, payload);
			assert.deepEqual([refused.ok, refused.error], [false, "forbidden"], event);
			for (const socket of [good, own]) {
				const answer = await ask(socket, event, payload);
				assert.equal(answer.ok, true, answer.message);
			}
		}
		const rows = site.sql(`SELECT COUNT(*) FROM messages WHERE conversation_id = UNHEX('${
			chat.conversation_id.replaceAll("-", "")}') AND sender_type = 'end_user'`);
		assert.equal(rows[0][0], "2");
	});
});
