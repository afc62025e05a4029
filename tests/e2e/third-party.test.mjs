// third-party.test.mjs: the same stories for each client that no one here wrote
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Agent, Installation, ask, next, openChat, programs, until } from "./harness.mjs";
import { WAYS, clients } from "./third-party.mjs";

const { WebSocket, WebSocketServer } = createRequire(import.meta.url)("ws");
const table = clients();
after(() => table.stop());

/** sio-echo on a port of its own, or on the one that it had before. */
async function serve(port = 0) {
	const child = spawn(join(programs, "sio-echo"), ["--port", `${port}`, "--ping-interval", "2000"],
		{ stdio: ["ignore", "pipe", "inherit"] });
	const gone = once(child, "exit");
	const line = await Promise.race([once(child.stdout, "data"), gone.then(([code]) => {
		throw new Error(`sio-echo ended with ${code}`);
	})]);
	return { child, gone, port: Number(line[0]), url: `http://127.0.0.1:${Number(line[0])}` };
}

async function end(server, signal = "SIGTERM") {
	server.child.kill(signal);
	const [code] = await server.gone;
	if (signal === "SIGTERM") assert.equal(code, 0, "a sanitizer spoke");
}

const BINARY = [{ deep: [Buffer.from([1, 2, 3]), { empty: Buffer.alloc(0) }] }, "text between",
	Buffer.from(Array.from({ length: 1000 }, (_, i) => i & 255)), [[Buffer.from("é")]]];
const ANYTHING = [0, -1.5, 2 ** 53, 1e-7, true, false, null, "", "é \u{1f600} \u2028 \\ \" \u0001",
	[], {}, [[[]]], { a: { "b c": [null, { "": 1 }] }, __proto_: 1 }];

/** By name, for each of them and each way: what happens on one connection. */
const STORIES = {
	"anything that is JSON comes back": async (c) => {
		assert.deepEqual(await c.ask("message-with-ack", ANYTHING), ANYTHING);
		c.emit("message", ANYTHING);
		assert.deepEqual(await c.next("message-back"), ANYTHING);
		c.emit("message");
		assert.deepEqual(await c.next("message-back"), []);
	},
	"binary data goes both ways, in events and acknowledgements": async (c) => {
		assert.deepEqual(await c.ask("message-with-ack", BINARY), BINARY);
		c.emit("message", BINARY);
		c.emit("message", ["behind it"]);
		assert.deepEqual(await c.next("message-back"), BINARY);
		assert.deepEqual(await c.next("message-back"), ["behind it"]);
	},
	"an answer that never comes is given up, and the next one comes": async (c) => {
		assert.equal(await c.call("nobody-listens", ["x"], 50), null);
		assert.deepEqual(await c.call("message-with-ack", ["y"], 60_000), ["y"]);
	},
	"the server asks and is answered": async (c) => {
		for (const args of [[], ["x", { a: [null] }], BINARY]) {
			c.emit("ask", [60_000, ...args]);
			assert.deepEqual(await c.next("answer"), [...args, "is the answer"]);
		}
		const all = Array.from({ length: 50 }, (_, i) => i);
		for (const i of all) c.emit("ask", [60_000, i]);
		const seen = [];
		while (seen.length < all.length) seen.push((await c.next("answer"))[0]);
		assert.deepEqual(seen.sort((a, b) => a - b), all);
	},
	"the server gives up when it is not answered, and goes on": async (c) => {
		c.emit("ask", [1_800_000, "say nothing"]); // still open when all is over
		c.emit("ask", [50, "say nothing"]);
		assert.deepEqual(await c.next("no-answer"), ["timeout"]);
		c.emit("ask", [60_000, 1]);
		assert.deepEqual(await c.next("answer"), [1, "is the answer"]);
	},
	"large packets arrive whole": async (c) => {
		// Python writes six bytes for each of these letters.
		const text = "é".repeat(70_000), bytes = Buffer.alloc(600_000, 7);
		for (const args of [[text], [bytes], [text, text], [bytes.subarray(0, 300_000), text]])
			assert.deepEqual(await c.ask("message-with-ack", args), args);
	},
	"many at once stay in order": async (c) => {
		const all = Array.from({ length: 300 }, (_, i) => i);
		for (const i of all) c.emit("message", [i]);
		const seen = [];
		while (seen.length < all.length) seen.push((await c.next("message-back"))[0]);
		assert.deepEqual(seen, all);
	},
	"a room is heard by who is in it": async (c, open) => {
		const other = open();
		await other.next("auth");
		const room = `room ${Math.random()}`;
		assert.deepEqual(await c.ask("join", [room]), [true]);
		assert.deepEqual(await other.ask("join", [room]), [true]);
		other.emit("all", [room, "both"]);
		assert.deepEqual(await c.next("all"), ["both"]);
		assert.deepEqual(await other.next("all"), ["both"]);
		other.close();
	},
	"the server ends the namespace": async (c) => {
		c.emit("disconnect-me");
		await c.state("disconnect");
	},
	"the server ends the connection": async (c) => {
		c.emit("close-me");
		await c.state("disconnect");
	},
	"the client ends it, and another is as good": async (c, open) => {
		c.close();
		await c.state("disconnect");
		const again = open();
		await again.next("auth");
		assert.deepEqual(await again.ask("message-with-ack", [1]), [1]);
		again.close();
	},
};

describe("with sio-echo", () => {
	let server;
	before(async () => (server = await serve()));
	after(() => end(server));

	for (const { name, make, buffers } of table.rows) {
		for (const [way, transports, last] of WAYS) {
			const open = (more) => make({ url: server.url, transports, ...more });

			for (const [title, story] of Object.entries(STORIES))
				test(`${name} by ${way}: ${title}`, async () => {
					const c = open();
					assert.deepEqual(await c.next("auth"), [{}]);
					await until("the transport", async () => await c.transport() === last);
					await story(c, open);
					c.close();
				});

			test(`${name} by ${way}: namespaces, and what CONNECT carries`, async () => {
				const c = open({ auth: { token: "é", n: [1] }, namespaces: ["/", "/custom"] });
				assert.deepEqual(await c.next("auth"), [{ token: "é", n: [1] }]);
				assert.deepEqual(await c.next("auth", "/custom"), [{ token: "é", n: [1] }]);
				assert.deepEqual(await c.ask("message-with-ack", ["x"]), ["x"]);
				c.close();
			});

			test(`${name} by ${way}: a namespace that there is not is refused, the others work`, async () => {
				const c = open({ namespaces: ["/", "/nope"] });
				await c.next("auth");
				const [error] = await c.state("connect_error", 1, "/nope");
				assert.equal(error.message, "Invalid namespace");
				assert.deepEqual(await c.ask("message-with-ack", ["x"]), ["x"]);
				c.close();
			});

			if (buffers)
				test(`${name} by ${way}: volatile events come too`, async () => {
					const c = open();
					await c.next("auth");
					// What is volatile waits for nothing: not for a poll under way either.
					await until("one of them", () => {
						c.sockets["/"].volatile.emit("message", "volatile");
						return c.events.some(([event]) => event === "message-back");
					});
					c.close();
				});
		}
	}

	test("all of them come back by themselves when the server was killed", async () => {
		const all = table.rows.flatMap(({ name, make, buffers }) => WAYS.map(([way, transports, last]) =>
			({ name: `${name} by ${way}`, c: make({ url: server.url, transports }), buffers, last })));
		await Promise.all(all.map(async ({ c, last }) => {
			await c.next("auth");
			await until("the transport", async () => await c.transport() === last);
		}));
		await end(server, "SIGKILL");
		await Promise.all(all.map(async ({ c, buffers }) => {
			await c.state("disconnect");
			if (buffers) c.emit("message", ["while it was away"]);
		}));
		server = await serve(server.port);
		await Promise.all(all.map(async ({ name, c, buffers, last }) => {
			await c.state("connect", 2);
			await c.next("auth");
			if (buffers) assert.deepEqual(await c.next("message-back"), ["while it was away"], name);
			assert.deepEqual(await c.ask("message-with-ack", BINARY), BINARY, name);
			await until("the transport", async () => await c.transport() === last);
			c.close();
		}));
	});
});

/** Between client and server, WebSockets only: swallows the first acknowledgement. */
async function relay(url) {
	const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
	await once(server, "listening");
	const self = { swallowed: [], url: `http://127.0.0.1:${server.address().port}`,
		stop: () => {
			for (const client of server.clients) client.terminate();
			server.close();
		} };
	server.on("connection", (client, { url: path }) => {
		const behind = new WebSocket(url.replace("http", "ws") + path);
		const early = [];
		client.on("message", (data, binary) =>
			behind.readyState === WebSocket.OPEN ? behind.send(data, { binary }) : early.push([data, binary]));
		behind.on("open", () => early.forEach(([data, binary]) => behind.send(data, { binary })));
		behind.on("message", (data, binary) => {
			if (!self.swallowed.length && String(data).startsWith("43"))
				self.swallowed.push(String(data));
			else
				client.send(data, { binary });
		});
		for (const [one, other] of [[client, behind], [behind, client]]) {
			one.on("close", () => other.terminate());
			one.on("error", () => {});
		}
	});
	return self;
}

describe("with ws-daemon behind lighttpd", () => {
	let site, agent, people, staff;
	before(async () => {
		site = await Installation.start({ conf: "message_burst = 10000\nevent_burst = 100000" });
		people = site.addWidget();
		agent = await Agent.login(site);
		staff = await agent.socket();
	});
	after(() => site?.stop());

	/** A visitor with this client, in a conversation of its own. */
	async function visit(make, options, name) {
		const chat = await openChat(site, name, { embed_token: people.token });
		const who = { conversation_id: chat.conversation_id, external_id: name };
		const c = make({ url: site.url, ...options });
		await c.state("connect");
		return { c, who, id: chat.conversation_id };
	}
	const answer = (socket, id, content) => ask(socket, "send_message",
		{ conversation_id: id, sender_type: "agent", content });
	const seqs = (messages) => messages.map((message) => [message.seq, message.content]);

	for (const { name, make } of table.rows)
		for (const [way, transports, last] of WAYS)
			test(`${name} by ${way}: joins, sends, hears its own and the answer`, async () => {
				const { c, who, id } = await visit(make, { transports }, `${name} by ${way}`);
				await until("the transport", async () => await c.transport() === last);
				const [joined] = await c.ask("join_conversation", [who]);
				assert.deepEqual([joined.ok, joined.last_seq, joined.missed], [true, 0, []]);
				const [ack] = await c.ask("send_message",
					[{ ...who, sender_type: "end_user", content: "Habari \u{1f30d}" }]);
				assert.deepEqual([ack.ok, ack.seq], [true, 1]);
				const [own] = await c.next("message_received");
				assert.deepEqual([own.id, own.content], [ack.id, "Habari \u{1f30d}"]);
				await answer(staff, id, "Nzuri");
				assert.equal((await c.next("message_received"))[0].content, "Nzuri");
				const [refused] = await c.ask("send_message", [{ ...who, sender_type: "agent", content: "x" }]);
				assert.equal(refused.ok, false);
				c.close();
			});

	for (const { name, make, retries } of table.rows)
		test(`${name}: an acknowledgement that got lost leads to no second message`, async () => {
			const between = await relay(site.url);
			const who = await openChat(site, `lost ${name}`, { embed_token: people.token });
			const message = { conversation_id: who.conversation_id, external_id: `lost ${name}`,
				sender_type: "end_user", content: "once", client_id: "the first" };
			await ask(staff, "join_conversation", { conversation_id: who.conversation_id });
			const heard = [];
			const listen = (m) => m.conversation_id === who.conversation_id && heard.push(m.content);
			staff.on("message_received", listen);
			const c = make({ url: between.url, transports: ["websocket"],
				...(retries ? { retries: 50, ackTimeout: 400 } : {}) });
			await c.state("connect");
			// Newer clients send again by themselves, the others are told to.
			const ack = retries
				? await new Promise((resolve) => c.sockets["/"].emit("send_message", message,
					(error, given) => resolve(given)))
				: (await c.insist("send_message", [message], 400)).answer[0];
			assert.equal(between.swallowed.length, 1);
			const first = JSON.parse(between.swallowed[0].replace(/^43\d+/, ""))[0];
			assert.deepEqual(ack, first);
			await answer(staff, who.conversation_id, "end");
			await until("the end", () => heard.at(-1) === "end");
			assert.deepEqual(heard, ["once", "end"]);
			staff.off("message_received", listen);
			c.close();
			between.stop();
		});

	test("all of them go on where they were when the daemon was killed", async () => {
		const all = await Promise.all(table.rows.flatMap(({ name, make }) => WAYS.map(([way, transports]) =>
			visit(make, { transports }, `killed ${name} by ${way}`))));
		await Promise.all(all.map(async ({ c, who }) => {
			await c.ask("join_conversation", [who]);
			const [ack] = await c.ask("send_message", [{ ...who, sender_type: "end_user", content: "before" }]);
			assert.equal(ack.seq, 1);
		}));
		const back = next(staff, "connect");
		await site.crash("wsd");
		await back;
		for (const { id } of all) await answer(staff, id, "meanwhile");
		await Promise.all(all.map(async ({ c, who, id }) => {
			await c.state("connect", 2);
			const [joined] = await c.ask("join_conversation", [{ ...who, since_seq: 1 }]);
			assert.deepEqual(seqs(joined.missed), [[2, "meanwhile"]], who.external_id);
			c.events.length = 0;
			await answer(staff, id, "live");
			assert.deepEqual(seqs(await c.next("message_received")), [[3, "live"]]);
			c.close();
		}));
	});
});
