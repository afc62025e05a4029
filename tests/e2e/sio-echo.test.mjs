// sio-echo.test.mjs: the conversations and the plain Engine.IO of
// tests/load/sio-echo, and its options
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { io } from "socket.io-client";
import { ask, next, programs, record } from "./harness.mjs";

const WebSocket = createRequire(import.meta.url)("ws");
const program = join(programs, "sio-echo");

async function start(...args) {
	const child = spawn(program, ["--port", "0", ...args], { stdio: ["ignore", "pipe", "inherit"] });
	const port = Number((await once(child.stdout, "data"))[0]);
	return {
		url: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}`,
		async stop() {
			child.kill("SIGTERM");
			assert.deepEqual(await once(child, "exit"), [0, null]);
		},
	};
}

const folder = mkdtempSync(join(tmpdir(), "sio-echo-"));
after(() => rmSync(folder, { recursive: true }));

const sockets = [];

async function connect(url, options = {}) {
	const socket = io(url, { forceNew: true, ...options });
	sockets.push(socket);
	await next(socket, "connect");
	return socket;
}

let server;
before(async () => (server = await start()));
after(async () => {
	sockets.forEach((socket) => socket.disconnect());
	await server.stop();
});

test("messages go to all of the conversation, the sender too", async () => {
	const [anna, ben, carl] = await Promise.all([
		connect(server.url, { transports: ["websocket"] }),
		connect(server.url, { transports: ["polling"] }), connect(server.url)]);
	const heard = [anna, ben, carl].map(record);
	for (const [socket, conversation_id] of [[anna, "one"], [ben, "one"], [carl, "two"]])
		assert.deepEqual(await ask(socket, "join_conversation", { conversation_id }), { ok: true });
	const came = [anna, ben].map((socket) => next(socket, "message_received"));
	const ack = await ask(anna, "send_message", { conversation_id: "one", content: "Hu\"jambo\" €",
		sender_type: "end_user", external_id: "anna" });
	for (const message of await Promise.all(came)) {
		const { created_at, ...rest } = message;
		assert.deepEqual(rest, { id: ack.id, conversation_id: "one", content: "Hu\"jambo\" €",
			sender_type: "end_user", external_id: "anna" });
		assert.ok(Math.abs(Date.parse(created_at) - Date.now()) < 600_000, created_at);
	}
	assert.deepEqual(ack, { ok: true, id: ack.id });
	assert.equal(typeof ack.id, "string");
	const typing = next(ben, "typing_indicator");
	anna.emit("user_typing", { conversation_id: "one", sender_type: "end_user" });
	assert.deepEqual(await typing, { conversation_id: "one", sender_type: "end_user" });
	// What came before its answer is all that came.
	for (const socket of [anna, carl])
		await ask(socket, "message-with-ack", 1);
	assert.deepEqual(heard.map((list) => list.map(([name]) => name).filter((name) => name !== "auth")),
		[["message_received"], ["message_received", "typing_indicator"], []]);
});

test("an id of its own for each message", async () => {
	const socket = await connect(server.url);
	const message = { conversation_id: "three", content: "", sender_type: "agent" };
	const ids = await Promise.all([1, 2, 3].map(() => ask(socket, "send_message", message)));
	assert.equal(new Set(ids.map(({ id }) => id)).size, 3);
});

test("join needs no ack, and fields that are missing are empty", async () => {
	const socket = await connect(server.url);
	socket.emit("join_conversation", { conversation_id: "four" });
	const came = next(socket, "message_received");
	socket.emit("send_message", { conversation_id: "four", content: 5 });
	const { content, sender_type, external_id } = await came;
	assert.deepEqual([content, sender_type, external_id], ["", "", ""]);
});

test("events without a payload, or with another one, end nothing", async () => {
	const socket = await connect(server.url);
	for (const name of ["join_conversation", "send_message", "user_typing"])
		for (const payload of [[], [null], ["text"], [[]], [{ conversation_id: {} }]])
			socket.emit(name, ...payload);
	assert.equal(await ask(socket, "message-with-ack", "still here"), "still here");
});

/** An Engine.IO socket over WebSocket; next() is what comes next. */
async function engine(url) {
	const ws = new WebSocket(`${url}/socket.io/?EIO=4&transport=websocket`);
	const queue = [], waiting = [];
	ws.on("message", (data, isBinary) => {
		const item = isBinary ? data : data.toString();
		if (waiting.length > 0) waiting.shift()(item);
		else queue.push(item);
	});
	ws.next = () => queue.length > 0 ? Promise.resolve(queue.shift())
		: new Promise((resolve) => waiting.push(resolve));
	await once(ws, "open");
	assert.match(await ws.next(), /^0\{"sid"/);
	return ws;
}

test("--engine: text comes back as text, binary as binary, over WebSocket", async () => {
	const plain = await start("--engine", "--connect-timeout", "50", "--ping-interval", "100");
	const ws = await engine(plain.ws);
	for (const text of ["4hello", "4", "40", "42[not json", `4${"x".repeat(70_000)}`, "4€"]) {
		ws.send(text);
		let back;
		do back = await ws.next();
		while (back === "2" && ws.send("3") === undefined);
		assert.equal(back, text);
	}
	for (const bytes of [Buffer.from([0, 1, 2, 255]), Buffer.alloc(0), Buffer.alloc(70_000, 7)]) {
		ws.send(bytes);
		let back;
		do back = await ws.next();
		while (back === "2" && ws.send("3") === undefined);
		assert.deepEqual(back, bytes);
	}
	// Nobody needs a namespace here: pings come after the connect timeout.
	while (await ws.next() !== "2") /* not yet */;
	ws.terminate();
	await plain.stop();
});

test("--engine: the same over polling", async () => {
	const plain = await start("--engine");
	const base = `${plain.url}/socket.io/?EIO=4&transport=polling`;
	const { sid } = JSON.parse((await (await fetch(base)).text()).slice(1));
	const answer = await fetch(`${base}&sid=${sid}`, { method: "POST", body: "4hello\x1ebAQIDBA==" });
	assert.equal(await answer.text(), "ok");
	assert.equal(await (await fetch(`${base}&sid=${sid}`)).text(), "4hello\x1ebAQIDBA==");
	await plain.stop();
});

test("path, sizes, times and origins are options", async () => {
	const other = await start("--path", "/live/", "--ping-interval", "300", "--ping-timeout", "200",
		"--max-payload", "5000", "--cors", "https://a.example https://b.example");
	const ask = (path, origin) => fetch(`${other.url}${path}?EIO=4&transport=polling`,
		{ headers: { Origin: origin } });
	const answer = await ask("/live/", "https://b.example");
	const open = JSON.parse((await answer.text()).slice(1));
	assert.deepEqual([open.pingInterval, open.pingTimeout, open.maxPayload], [300, 200, 5000]);
	assert.equal(answer.headers.get("access-control-allow-origin"), "https://b.example");
	assert.equal((await ask("/live/", "https://c.example")).headers.get("access-control-allow-origin"), null);
	assert.equal((await ask("/socket.io/", "https://a.example")).status, 404);
	await other.stop();
	const any = await start("--cors", "*", "--connect-timeout", "100");
	const ws = await engine(any.ws);
	await once(ws, "close");
	const res = await fetch(`${any.url}/socket.io/?EIO=4&transport=polling`);
	assert.equal(res.headers.get("access-control-allow-origin"), "*");
	await any.stop();
});

test("every bound of the protocol is an option", async () => {
	const bound = await start("--rooms-max", "1", "--namespace-max", "10", "--json-depth-max", "5",
		"--attachments-max", "1", "--attachments-bytes-max", "5", "--post-packets-max", "3",
		"--poll-packets-max", "2", "--acks-max", "1", "--headers-max", "65535");
	const ws = await engine(bound.ws);
	const says = async (text, ...parts) => {
		const one = await engine(bound.ws);
		const end = once(one, "close").then(() => "the end");
		one.send("40");
		await one.next();
		await one.next();
		for (const part of [text, ...parts]) one.send(part);
		const answer = await Promise.race([one.next(), end]);
		one.terminate();
		return answer;
	};
	ws.send("40");
	await ws.next();
	await ws.next();
	ws.send('421["join","a"]');
	ws.send('422["join","b"]');
	assert.deepEqual([await ws.next(), await ws.next()], ["431[true]", "432[false]"]);
	ws.send('42["ask",60000]');
	ws.send('42["ask",60000]');
	assert.deepEqual([await ws.next(), await ws.next()], ['420["question"]', '42["no-answer","refused"]']);
	ws.terminate();
	assert.match(await says(`40/${"x".repeat(9)},`), /^44/);
	assert.equal(await says(`40/${"x".repeat(10)},`), "the end");
	assert.equal(await says('42["message",[[[[]]]]]'), '42["message-back",[[[[]]]]]');
	assert.equal(await says('42["message",[[[[[]]]]]]'), "the end");
	assert.match(await says('451-["message",{"_placeholder":true,"num":0}]', Buffer.alloc(5)), /^451-/);
	assert.equal(await says('451-["message",{"_placeholder":true,"num":0}]', Buffer.alloc(6)), "the end");
	assert.equal(await says('452-["message"]'), "the end");
	const base = `${bound.url}/socket.io/?EIO=4&transport=polling`;
	const { sid } = JSON.parse((await (await fetch(base)).text()).slice(1));
	const post = (body) => fetch(`${base}&sid=${sid}`, { method: "POST", body });
	assert.equal((await post('40\x1e42["message",1]\x1e42["message",2]')).status, 200);
	assert.equal((await (await fetch(`${base}&sid=${sid}`)).text()).split("\x1e").length, 2);
	assert.equal((await fetch(`${base}&sid=${sid}`)).status, 200); // message-back of the second
	await post("3\x1e3\x1e3\x1e3");
	while ((await fetch(`${base}&sid=${sid}`)).status === 200) /* it hears of its end */;
	await bound.stop();
});

test("the log names the client that broke a rule, once it has a name", async () => {
	const told = await start("--verbose", "--log-file", join(folder, "log"));
	const bad = async (...texts) => {
		const ws = await engine(told.ws);
		const end = once(ws, "close");
		for (const text of texts) ws.send(text);
		await end;
	};
	await bad("4no packet");
	await bad("40", "4no packet");
	await told.stop();
	assert.deepEqual([...readFileSync(join(folder, "log"), "utf8").matchAll(/parse_error sid=(\S+) addr=127/g)]
		.map(([, sid]) => sid.length), [1, 20]);
});

test("the longest query that headers_max lets in is read to its end", async () => {
	const wide = await start("--headers-max", "65535");
	for (const length of [10, 16_000, 20_000, 60_000]) {
		const res = await fetch(`${wide.url}/socket.io/?pad=${"x".repeat(length)}&EIO=4&transport=polling`);
		assert.equal(res.status, 200, `${length}`);
	}
	await wide.stop();
});

test("options that are none are refused", () => {
	for (const args of [["--port", "x"], ["--nothing"], ["--port"]])
		assert.equal(spawnSync(program, args).status, 2, args.join(" "));
});
