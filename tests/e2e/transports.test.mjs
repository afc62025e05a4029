// transports.test.mjs: the official client by each transport and web server
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Agent, Installation, ask, connect, next, openChat, until } from "./harness.mjs";

const WAYS = [
	["polling", { transports: ["polling"] }, "polling"],
	["websocket", { transports: ["websocket"] }, "websocket"],
	["its default", {}, "websocket"],
];

function suite(web) {
	let site, agent, people;
	before(async () => {
		site = await Installation.start({ web });
		people = site.addWidget();
		agent = await Agent.login(site);
	});
	after(() => site?.stop());

	const transportOf = (socket) => socket.io.engine.transport.name;

	/** A visitor and an agent in one conversation, both by `options`. */
	async function pair(name, options) {
		const chat = await openChat(site, name, { embed_token: people.token });
		const who = { conversation_id: chat.conversation_id, external_id: name };
		const a = await connect(site, options);
		const b = await agent.socket(options);
		const joined = await ask(a, "join_conversation", who);
		assert.deepEqual(joined, { ok: true, last_seq: 0, missed: [], agent: null, agents: [],
			receipts: { delivered_seq: 0, read_seq: 0 }, resolved: false });
		assert.equal((await ask(b, "join_conversation",
			{ conversation_id: who.conversation_id })).ok, true);
		return { a, b, who, close: () => { a.close(); b.close(); } };
	}
	const say = (socket, who, content) => ask(socket, "send_message",
		{ ...who, sender_type: "end_user", content });
	const answer = (socket, who, content) => ask(socket, "send_message",
		{ conversation_id: who.conversation_id, sender_type: "agent", content });

	for (const [title, options, expected] of WAYS) {
		test(`by ${title}, two clients in a conversation hear each other`, async () => {
			const { a, b, who, close } = await pair(`talk by ${title}`, options);
			await until("the transport", () => transportOf(a) === expected);
			const heard = [next(a, "message_received"), next(b, "message_received")];
			const ack = await say(a, who, "Habari \u{1f30d} é \u{1f600} \\ \" </script>");
			assert.deepEqual(Object.keys(ack), ["ok", "id", "seq", "created_at"]);
			assert.deepEqual([ack.ok, ack.seq], [true, 1]);
			for (const message of await Promise.all(heard)) {
				assert.equal(message.id, ack.id);
				assert.equal(message.content, "Habari \u{1f30d} é \u{1f600} \\ \" </script>");
			}
			const back = next(a, "message_received", (m) => m.seq === 2);
			assert.equal((await answer(b, who, "Nzuri")).seq, 2);
			assert.equal((await back).sender_type, "agent");
			close();
		});

		test(`by ${title}, a burst arrives whole and in order on both sides`, async () => {
			const { a, b, who, close } = await pair(`burst by ${title}`, options);
			const seen = { a: [], b: [] };
			a.on("message_received", (m) => seen.a.push(m.seq));
			b.on("message_received", (m) => seen.b.push(m.seq));
			const acks = await Promise.all(Array.from({ length: 40 }, (_, i) => i % 2
				? answer(b, who, `b${i}`) : say(a, who, `a${i}`)));
			assert.ok(acks.every((ack) => ack.ok), JSON.stringify(acks.find((ack) => !ack.ok)));
			const all = Array.from({ length: 40 }, (_, i) => i + 1);
			assert.deepEqual(acks.map((ack) => ack.seq).sort((x, y) => x - y), all);
			await until("all of them", () => seen.a.length >= 40 && seen.b.length >= 40);
			assert.deepEqual(seen, { a: all, b: all });
			close();
		});

		test(`by ${title}, 200 kB are refused politely and the connection lives`, async () => {
			const { a, who, close } = await pair(`large by ${title}`, options);
			const id = a.id;
			const refused = await say(a, who, "é".repeat(100_000));
			assert.deepEqual([refused.ok, refused.error], [false, "bad_request"]);
			const longest = next(a, "message_received");
			assert.equal((await say(a, who, "\u{1f30d}".repeat(4096))).ok, true);
			assert.equal((await longest).content, "\u{1f30d}".repeat(4096));
			assert.equal(a.id, id, "it is the same connection");
			close();
		});

		test(`by ${title}, more than the largest packet ends the connection alone`, async () => {
			const { a, b, who, close } = await pair(`oversized by ${title}`, options);
			await until("the transport", () => transportOf(a) === expected);
			const left = new Promise((resolve) => a.once("disconnect", resolve));
			a.emit("send_message", { ...who, sender_type: "end_user", content: "x".repeat(1_100_000) });
			await left;
			await until("a new connection", () => a.connected);
			assert.equal((await ask(a, "join_conversation", who)).last_seq, 0);
			const heard = next(b, "message_received");
			assert.equal((await say(a, who, "small")).seq, 1);
			assert.equal((await heard).content, "small");
			close();
		});

		test(`by ${title}, a client that lost its connection gets what it missed`, async () => {
			const { a, b, who, close } = await pair(`reconnect by ${title}`, options);
			assert.equal((await say(a, who, "before")).seq, 1);
			const again = next(a, "connect");
			a.io.engine.close();
			assert.equal((await answer(b, who, "meanwhile")).seq, 2);
			await again;
			const joined = await ask(a, "join_conversation", { ...who, since_seq: 1 });
			assert.deepEqual(joined.missed.map((m) => [m.seq, m.content]), [[2, "meanwhile"]]);
			const live = next(a, "message_received");
			await answer(b, who, "after");
			assert.equal((await live).seq, 3);
			close();
		});
	}

	test("each client comes back by itself after the daemon was killed", async () => {
		const pairs = [];
		for (const [title, options] of WAYS) pairs.push(await pair(`killed by ${title}`, options));
		const back = pairs.map(({ a }) => next(a, "connect"));
		const agents = pairs.map(({ b }) => next(b, "connect"));
		await site.crash("wsd");
		await Promise.all([...back, ...agents]);
		for (const { a, b, who, close } of pairs) {
			assert.equal((await ask(a, "join_conversation", who)).ok, true);
			const heard = next(a, "message_received");
			assert.equal((await answer(b, who, "here again")).seq, 1);
			assert.equal((await heard).content, "here again");
			close();
		}
	});
}

for (const web of ["lighttpd", "apache"])
	describe(`behind ${web}`, () => suite(web));
