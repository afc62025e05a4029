// load-tool.test.mjs: sioload counts right: with sio-echo, and with a server
// that loses, doubles and swaps
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { connect, createServer as listen } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { programs } from "./harness.mjs";

const { WebSocketServer } = createRequire(import.meta.url)("ws");

/** What sioload prints, and how it ended. */
async function sioload(port, ...args) {
	const child = spawn(join(programs, "sioload"), ["--port", port, ...args].map(String),
		{ stdio: ["ignore", "pipe", "pipe"] });
	let out = "", err = "";
	child.stdout.on("data", (data) => (out += data));
	child.stderr.on("data", (data) => (err += data));
	const [code] = await once(child, "close");
	assert.doesNotMatch(err, /Sanitizer|runtime error/);
	return { code, err, out, ...(out.startsWith("{") ? JSON.parse(out) : {}) };
}

const FAULTS = ["refused", "unacknowledged", "lost", "duplicated", "reordered", "stray",
	"unexpected_acks", "malformed", "unconnected", "closed", "lost_by_closed"];

/** The faults are these, all others 0. */
function assertFaults(result, wanted = {}) {
	assert.deepEqual(Object.fromEntries(FAULTS.map((key) => [key, result.total[key]])),
		{ ...Object.fromEntries(FAULTS.map((key) => [key, 0])), ...wanted },
		result.total.first_fault);
}

let echo, echoPort;

before(async () => {
	echo = spawn(join(programs, "sio-echo"), ["--port", "0", "--ping-interval", "200"],
		{ stdio: ["ignore", "pipe", "inherit"] });
	echoPort = Number((await once(echo.stdout, "data"))[0]);
});

after(async () => {
	echo.kill("SIGTERM");
	assert.deepEqual(await once(echo, "exit"), [0, null]);
});

test("every delivery of a closed loop is counted once", async () => {
	const result = await sioload(echoPort, "--clients", 40, "--room-size", 8, "--senders", 10,
		"--outstanding", 3, "--warmup", 0.2, "--seconds", 0.5, "--pid", echo.pid, "--idle", 0.3);
	assert.equal(result.code, 0);
	assertFaults(result);
	const { total, run, connect: joining } = result;
	assert.equal(result.rooms, 5);
	assert.equal(joining.connected, 40);
	assert.equal(joining.joined, 40);
	assert.ok(total.sent > 0);
	assert.equal(total.acked, total.sent);
	assert.equal(total.due, total.sent * 8, "each member of the room");
	assert.equal(total.delivered, total.due);
	assert.ok(run.sent < total.sent, "warming up does not count");
	assert.ok(run.ack_us.p50 > 0 && run.ack_us.p50 <= run.ack_us.p99);
	assert.ok(run.ack_us.p99 <= run.ack_us.max);
	assert.equal(run.processes[0].pid, echo.pid);
	assert.match(run.processes[0].name, /^sio-echo/);
	assert.ok(run.processes[0].cpu_s > 0);
	assert.ok(joining.rss_after >= joining.rss_before && joining.rss_before > 1e6);
});

test("at a rate, as many as asked for", async () => {
	const result = await sioload(echoPort, "--clients", 20, "--rate", 200, "--warmup", 0,
		"--seconds", 1);
	assertFaults(result);
	assert.equal(result.total.sent, 201, "at 0, 5, ..., 1000 ms");
	assert.equal(result.total.delivered, 2010);
});

test("rooms of different sizes, and idle members answer pings", async () => {
	const result = await sioload(echoPort, "--clients", 23, "--rooms", 5, "--senders", 7,
		"--idle", 1, "--seconds", 0.3);
	assertFaults(result);
	assert.equal(result.total.delivered, result.total.due);
});

test("messages larger than the socket's buffer", async () => {
	const result = await sioload(echoPort, "--clients", 4, "--rooms", 2, "--senders", 4,
		"--outstanding", 8, "--payload", 600000, "--warmup", 0, "--seconds", 0.5, "--drain", 60);
	assertFaults(result);
	assert.ok(result.total.sent >= 32);
	assert.ok(result.total.bytes_in > result.total.delivered * 600000);
});

test("conversations from a file", async () => {
	const dir = mkdtempSync(join(tmpdir(), "sioload."));
	const file = join(dir, "conversations");
	writeFileSync(file, "first anna\nsecond ben\n");
	const joins = [], sent = [];
	const server = await misbehave({ hear: (name, payload) =>
		(name === "join_conversation" ? joins : sent).push(payload) });
	const result = await sioload(server.port, "--clients", 4, "--rooms", 2, "--mode", "stored",
		"--conversations", file, "--warmup", 0, "--seconds", 0.2, "--rate", 50);
	await server.stop();
	rmSync(dir, { recursive: true });
	assertFaults(result);
	assert.deepEqual(joins.map((p) => `${p.conversation_id} ${p.external_id}`).sort(),
		["first anna", "first anna", "second ben", "second ben"]);
	assert.equal(new Set(sent.map((p) => p.client_id)).size, sent.length, "each by a name of its own");
	for (const p of sent) {
		assert.equal(p.external_id, p.conversation_id === "first" ? "anna" : "ben");
		assert.equal(p.sender_type, "end_user");
		assert.equal(p.content.length, 64);
	}
	assert.equal(new Set(sent.map((p) => p.conversation_id)).size, 2);
});

/**
 * A server as small as can be, whose `deliver(send, members, text, n)` and
 * `ack(send, id, n)` may do what they should not; n counts messages from 1, and
 * the first of the members is the sender.
 */
async function misbehave({ deliver, ack, hear = () => {}, join: joined = () => true, status } = {}) {
	const http = createServer();
	const wss = new WebSocketServer({ noServer: true });
	const rooms = new Map();
	let n = 0;
	const everybody = (members, text) => members.forEach((ws) => ws.send(text));
	function onEvent(ws, id, name, payload) {
		hear(name, payload);
		const room = rooms.get(payload.conversation_id) ?? [];
		if (name === "join_conversation") {
			rooms.set(payload.conversation_id, [...room, ws]);
			return ws.send(`43${id}[{"ok":${joined(payload)}}]`);
		}
		// They come in any order.
		const members = [ws, ...room.filter((one) => one !== ws)];
		n++;
		if (ack) ack((text) => ws.send(text), id, n, ws);
		else ws.send(`43${id}[{"ok":true,"id":"${n}"}]`);
		(deliver ?? everybody)(members, `42["message_received",${JSON.stringify(payload)}]`, n);
	}
	wss.on("connection", (ws) => {
		ws.send(`0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`);
		ws.on("message", (data) => {
			const [, type, id, rest] = /^(4\d|\d)(\d*)(.*)$/s.exec(data.toString());
			if (type === "40") ws.send(`40{"sid":"y"}`);
			else if (type === "42") onEvent(ws, id, ...JSON.parse(rest));
		});
		ws.on("error", () => {});
	});
	http.on("upgrade", (req, socket, head) => {
		if (status) return socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);
		wss.handleUpgrade(req, socket, head, (ws) => wss.emit("connection", ws));
	});
	http.listen(0, "127.0.0.1");
	await once(http, "listening");
	return {
		port: http.address().port,
		async stop() {
			for (const ws of wss.clients) ws.terminate();
			http.close();
			http.closeAllConnections();
			await once(http, "close");
		},
	};
}

/** One room of 5, one sender, 101 messages to a server that misbehaves. */
async function against(habits, ...args) {
	const server = await misbehave(habits);
	try {
		return await sioload(server.port, "--clients", 5, "--room-size", 5, "--warmup", 0,
			"--seconds", 1, "--rate", 100, "--drain", 0.5, ...args);
	} finally {
		await server.stop();
	}
}

test("a loss in the middle and one at the end are found", async () => {
	const result = await against({ deliver: (members, text, n) =>
		members.forEach((ws, i) => (i === 2 && n % 10 === 0) || n === 101 || ws.send(text)) });
	assertFaults(result, { lost: 10 + 5 });
	assert.equal(result.total.due, 505);
	assert.equal(result.total.delivered, 490);
});

test("doubles are found, near and far", async () => {
	let first;
	const result = await against({ deliver: (members, text, n) => members.forEach((ws, i) => {
		ws.send(text);
		if (n === 1) first = text;
		if (i === 1 && n % 25 === 0) ws.send(text);
		if (i === 3 && n === 100) ws.send(first);
	}) });
	assertFaults(result, { duplicated: 4 + 1 });
	assert.equal(result.total.delivered, 510);
	assert.match(result.total.first_fault, /again/);
});

test("what comes in another order is found, and is neither lost nor double", async () => {
	const kept = new Map();
	const result = await against({ deliver: (members, text, n) => members.forEach((ws, i) => {
		if (i === 4 && n % 20 === 1 && n < 100) return kept.set(ws, text);
		ws.send(text);
		if (kept.has(ws) && n % 20 === 4) {
			ws.send(kept.get(ws));
			kept.delete(ws);
		}
	}) });
	assertFaults(result, { reordered: 5 });
	assert.equal(result.total.delivered, 505);
});

test("what nobody has sent is a stray", async () => {
	const result = await against({ deliver: (members, text, n) => members.forEach((ws) => {
		ws.send(text);
		if (n === 7) ws.send(text.replace(/~sl:..../, "~sl:zzzz"));	// no stamp: another event
		if (n === 8) ws.send(text.replace(/~sl:(....)....../, "~sl:$1000003"));
		if (n === 9) ws.send(text.replace(/(~sl:.{10}).{8}/, "$1000000ff"));
	}) });
	assertFaults(result, { stray: 10 });
});

test("refusals, missing and double acknowledgements are counted", async () => {
	const result = await against({ ack: (send, id, n) => {
		if (n === 5) return send(`43${id}[{"ok":false,"error":"rate_limited"}]`);
		if (n === 6) return undefined;
		send(`43${id}[{"ok":true}]`);
		if (n === 7) send(`43${id}[{"ok":true}]`);
	} });
	assertFaults(result, { refused: 1, unacknowledged: 1, unexpected_acks: 1 });
	assert.equal(result.total.acked, 99);
	assert.equal(result.total.delivered, 505, "they were delivered nevertheless");
});

test("a connection that ends is counted, and its losses apart", async () => {
	const result = await against({ deliver: (members, text, n) => members.forEach((ws, i) => {
		if (i === 4 && n === 51) ws.close(1001);
		if (i === 3 && n === 61) ws.terminate();
		ws.send(text);
	}) });
	assert.equal(result.code, 0);
	assertFaults(result, { closed: 2, lost_by_closed: 51 + 41 });
	assert.match(result.total.first_fault, /closed with code 1001/);
});

test("fragments and control frames between them are put together", async () => {
	const result = await against({ deliver: (members, text) => members.forEach((ws) => {
		ws.send(text.slice(0, 1), { fin: false });
		ws.ping("x");
		ws.send(text.slice(1, 60), { fin: false });
		ws.send("", { fin: false });
		ws.send(text.slice(60), { fin: true });
	}) });
	assertFaults(result);
	assert.equal(result.total.delivered, 505);
});

test("bytes in the smallest pieces are put together", async () => {
	const server = await misbehave();
	const proxy = listen((client) => {
		const upstream = connect(server.port, "127.0.0.1");
		client.setNoDelay(true);
		client.pipe(upstream);
		let turn = Promise.resolve();
		upstream.on("data", (data) => (turn = turn.then(async () => {
			for (let i = 0; i < data.length; i += 7) {
				client.write(data.subarray(i, i + 7));
				await new Promise(setImmediate);
			}
		})));
		for (const [one, other] of [[client, upstream], [upstream, client]]) {
			one.on("error", () => {});
			one.on("close", () => other.destroy());
		}
	}).listen(0, "127.0.0.1");
	await once(proxy, "listening");
	const result = await sioload(proxy.address().port, "--clients", 5, "--room-size", 5,
		"--warmup", 0, "--seconds", 0.5, "--rate", 50);
	await server.stop();
	proxy.close();
	assertFaults(result);
	assert.equal(result.total.delivered, 26 * 5);
});

test("who cannot connect or join is named, and the exit says so", async () => {
	for (const [habits, why] of [
		[{ status: "403 Forbidden" }, /HTTP\/1.1 403 Forbidden/],
		[{ join: ({ external_id }) => external_id !== "v3" }, /client 3 .*"ok":false/],
	]) {
		const result = await against(habits, "--seconds", 0.1);
		assert.equal(result.code, 1);
		assert.equal(result.total.unconnected, habits.status ? 5 : 1);
		assert.match(result.total.first_fault, why);
	}
	const server = await misbehave();
	await server.stop();
	const nobody = await sioload(server.port, "--clients", 3, "--seconds", 0.1);
	assert.equal(nobody.code, 1);
	assertFaults(nobody, { unconnected: 3 });
	assert.match(nobody.total.first_fault, /refused/i);
});

test("options are explained, and wrong ones refused", async () => {
	const { out } = await sioload(1, "--help");
	for (const name of ["--host", "--port", "--clients", "--rate", "--outstanding", "--pid",
		"--conversations", "--payload", "--mode", "--idle", "--warmup", "--drain"])
		assert.ok(out.includes(`${name} `), name);
	for (const wrong of [["--clients", "many"], ["--mode", "loud"], ["--senders", "101"],
		["--no-such-thing"], ["--conversations", "/nowhere"], ["--rate", "-1"], ["--rate", "0"]]) {
		const { code, err } = await sioload(1, ...wrong);
		assert.equal(code, 2, wrong.join(" "));
		assert.match(err, /sioload/);
	}
});

test("sioflood says how it is used", () => {
	const run = (...args) => spawnSync(join(programs, "sioflood"), args, { encoding: "utf8" });
	const help = run("--help");
	assert.equal(help.status, 0);
	for (const name of ["--port", "--pid", "--kinds", "bad_frame,"]) assert.ok(help.stdout.includes(name), name);
	for (const wrong of [[], ["--no-such-thing"], ["--port", "1", "more"]]) {
		assert.equal(run(...wrong).status, 2);
		assert.match(run(...wrong).stderr, /usage: sioflood/);
	}
});
