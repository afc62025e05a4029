// socket.test.mjs: every event: its acknowledgement, and who hears of it
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Agent, Installation, ask, connect, next, record, until, visitor }
	from "./harness.mjs";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

let site, amina, juma, people, stranger, heardByStranger;
before(async () => {
	site = await Installation.start({ conf: "typing_timeout_ms = 1500\nmessage_burst = 12\n" +
		"message_refill_ms = 3600000\nevent_burst = 100000" });
	people = site.addWidget();
	amina = await Agent.login(site);
	juma = await Agent.login(site, "CONSOLE2");
	// Another visitor, in a conversation of its own, for the whole file.
	stranger = await someone("stranger");
	heardByStranger = record(stranger.socket);
});
after(() => {
	stranger?.socket.close();
	return site?.stop();
});

const someone = (name) => visitor(site, name, { embed_token: people.token });

/** An agent who has joined the conversation. */
async function join(agent, id) {
	const socket = await agent.socket();
	assert.equal((await ask(socket, "join_conversation", { conversation_id: id })).ok, true);
	return socket;
}

const answer = (socket, id, content, more = {}) => ask(socket, "send_message",
	{ conversation_id: id, sender_type: "agent", content, ...more });

/** An agent in the queue's room, and what is heard there. */
async function queue(agent) {
	const socket = await agent.socket();
	const { cursor, ...joined } = await ask(socket, "join_queue");
	assert.deepEqual(joined, { ok: true });
	assert.equal(typeof cursor, "number");
	return { socket, heard: record(socket) };
}

describe("send_message", () => {
	test("is heard by the conversation, told to the queue, and by nobody else", async () => {
		const v = await someone("sender");
		const agent = await join(amina, v.id);
		const { socket: watcher, heard: inQueue } = await queue(juma);
		const got = [next(v.socket, "message_received"), next(agent, "message_received"),
			next(watcher, "conversation_updated")];
		const media = { value: "v1" };
		const ack = await v.say("hello", { client_id: "first", rich_media: media });
		assert.deepEqual({ ...ack, id: "", created_at: "" },
			{ ok: true, id: "", seq: 1, created_at: "" });
		const [own, other, updated] = await Promise.all(got);
		assert.deepEqual(own, other);
		assert.deepEqual({ ...own, session_id: "" }, { id: ack.id, conversation_id: v.id,
			session_id: "", sender_type: "end_user", sender_id: "sender", content_type: "text",
			content: "hello", rich_media: media, created_at: ack.created_at, seq: 1,
			client_id: "first", ...("read_by" in own ? { read_by: {} } : {}) });
		assert.match(own.created_at, TIME);
		assert.deepEqual(updated, { conversation_id: v.id, sender_type: "end_user",
			content_type: "text", content: "hello", seq: 1, created_at: ack.created_at });

		const back = next(v.socket, "message_received");
		await answer(agent, v.id, "", { content_type: "image",
			rich_media: { url: "https://example.org/a.png", alt: "a" } });
		const image = await back;
		assert.deepEqual([image.sender_type, image.sender_id, image.content_type, image.seq],
			["agent", amina.me.user.id, "image", 2]);
		const told = () => inQueue.filter(([name]) => name !== "queue_cursor");
		await until("both updates", () => told().length >= 2);
		assert.deepEqual(told().map(([name, p]) => [name, p.seq]),
			[["conversation_updated", 1], ["conversation_updated", 2]]);
		for (const socket of [v.socket, agent, watcher]) socket.close();
	});

	test("is stored once for one client_id, whoever asks again", async () => {
		const v = await someone("doubler");
		const heard = record(v.socket);
		const first = await v.say("once", { client_id: "same" });
		const second = await v.say("once", { client_id: "same" });
		assert.deepEqual(second, first);
		const both = await Promise.all([v.say("twin", { client_id: "twin" }),
			v.say("twin", { client_id: "twin" })]);
		assert.deepEqual(both[0], both[1]);
		const last = next(v.socket, "message_received", (m) => m.seq === 3);
		await v.say("last");
		await last;
		assert.deepEqual(heard.filter(([name]) => name === "message_received")
			.map(([, m]) => m.seq), [1, 2, 3]);
		assert.equal(site.sql(`SELECT COUNT(*) FROM messages WHERE client_id IN ('same', 'twin')`)[0][0],
			"2");
		v.socket.close();
	});

	test("is dropped beyond the visitor's budget, and only the visitor's", async () => {
		const v = await someone("hasty");
		const agent = await join(amina, v.id);
		const errors = record(v.socket);
		const acks = await Promise.all(Array.from({ length: 15 }, (_, i) => v.say(`m${i}`)));
		assert.deepEqual(acks.map((ack) => ack.ok || ack.error),
			[...Array(12).fill(true), ...Array(3).fill("rate_limited")]);
		assert.equal((await answer(agent, v.id, "slow down")).seq, 13);
		assert.deepEqual(errors.filter(([name]) => name === "error"), []);
		const second = await connect(site);
		const again = await ask(second, "send_message", { conversation_id: v.id,
			external_id: "hasty", sender_type: "end_user", content: "by another connection" });
		assert.equal(again.error, "rate_limited");
		for (const socket of [v.socket, agent, second]) socket.close();
	});

	test("without an acknowledgement says by an error event what was wrong", async () => {
		const v = await someone("no-ack");
		const told = next(v.socket, "error");
		v.socket.emit("send_message", { conversation_id: v.id, sender_type: "end_user",
			external_id: "somebody else", content: "x" });
		assert.deepEqual(Object.keys(await told), ["message"]);
		v.socket.close();
	});
});

describe("join_conversation", () => {
	test("gives exactly what came after since_seq, 200 at a time", async () => {
		const v = await someone("reader");
		const agent = await join(amina, v.id);
		for (let i = 0; i < 410; i += 82)
			await Promise.all(Array.from({ length: 82 }, () => answer(agent, v.id, "line")));
		const reader = await connect(site);
		const ask1 = (since) => ask(reader, "join_conversation",
			{ conversation_id: v.id, external_id: "reader", since_seq: since });
		let since = 3;
		const pages = [];
		for (;;) {
			const page = await ask1(since);
			assert.equal(page.ok, true);
			assert.equal(page.last_seq, 410);
			assert.deepEqual(page.missed.map((m) => m.seq),
				page.missed.map((_, i) => since + 1 + i));
			pages.push(page.missed.length);
			since += page.missed.length;
			if (!page.more) break;
		}
		assert.deepEqual(pages, [200, 200, 7]);
		assert.deepEqual((await ask1(410)).missed, []);
		const live = next(reader, "message_received");
		await answer(agent, v.id, "live");
		assert.equal((await live).seq, 411);
		const silent = await ask(reader, "join_conversation",
			{ conversation_id: v.id, external_id: "reader" });
		assert.deepEqual([silent.last_seq, silent.missed], [411, []]);
		for (const socket of [v.socket, agent, reader]) socket.close();
	});

	test("loses and doubles nothing while messages pass", async () => {
		const v = await someone("racer");
		const agent = await join(amina, v.id);
		const sending = Promise.all(Array.from({ length: 60 }, (_, i) => answer(agent, v.id, `${i}`)));
		const readers = await Promise.all(Array.from({ length: 6 }, async () => {
			const socket = await connect(site);
			const seqs = [];
			socket.on("message_received", (m) => seqs.push(m.seq));
			await new Promise((resolve) => socket.emit("join_conversation",
				{ conversation_id: v.id, external_id: "racer", since_seq: 0 }, (joined) => {
					seqs.unshift(...joined.missed.map((m) => m.seq));
					resolve();
				}));
			return { socket, seqs };
		}));
		await sending;
		for (const { socket, seqs } of readers) {
			const end = seqs.includes(61) ? null : next(socket, "message_received", (m) => m.seq === 61);
			if (socket === readers[0].socket) await answer(agent, v.id, "end");
			await end;
			assert.deepEqual(seqs, Array.from({ length: 61 }, (_, i) => i + 1));
			socket.close();
		}
		agent.close();
		v.socket.close();
	});

	test("tells who has the conversation, and is for its own visitor alone", async () => {
		const v = await someone("owner");
		await v.say("hello");
		await amina.request("POST", `/api/conversations/${v.id}/assign`);
		assert.deepEqual((await v.ask("join_conversation")).agent, { display_name: "Amina Odhiambo" });
		const thief = await connect(site);
		for (const [payload, error] of [
			[{ conversation_id: v.id, external_id: "thief" }, "forbidden"],
			[{ conversation_id: v.id, external_id: "Owner" }, "forbidden"],
			[{ conversation_id: v.id }, "bad_request"],
			[{ conversation_id: v.id, sender_type: "agent" }, "unauthorized"],
			[{ conversation_id: randomUUID(), external_id: "owner" }, "not_found"],
		]) {
			const told = next(thief, "error");
			const ack = await ask(thief, "join_conversation", payload);
			assert.deepEqual([ack.ok, ack.error], [false, error], JSON.stringify(payload));
			assert.equal((await told).message, ack.message);
		}
		const heard = record(thief);
		await v.say("private");
		await ask(thief, "leave_conversation", { conversation_id: v.id });
		assert.deepEqual(heard, []);
		thief.close();
		v.socket.close();
	});
});

describe("leave_conversation", () => {
	test("ends what one hears of it", async () => {
		const v = await someone("leaver");
		const agent = await join(amina, v.id);
		assert.deepEqual(await v.ask("leave_conversation"), { ok: true });
		const heard = record(v.socket);
		const delivered = next(agent, "message_received");
		await answer(agent, v.id, "are you there?");
		await delivered;
		assert.deepEqual(await v.ask("leave_conversation"), { ok: true });
		assert.deepEqual(heard, []);
		agent.close();
		v.socket.close();
	});
});

describe("mark_read", () => {
	test("is stored, told to the conversation, and lowers the unread count", async () => {
		const v = await someone("read-me");
		const agent = await join(amina, v.id);
		const ids = [(await v.say("1")).id, (await v.say("2")).id];
		const unread = async () => (await amina.json("GET", `/api/conversations/${v.id}`)).unread_count;
		assert.equal(await unread(), 2);
		const told = next(v.socket, "messages_read");
		assert.deepEqual(await ask(agent, "mark_read",
			{ conversation_id: v.id, message_ids: [...ids, randomUUID()] }), { ok: true });
		const read = await told;
		assert.match(read.read_at, TIME);
		assert.deepEqual({ ...read, message_ids: read.message_ids.sort(), read_at: "" },
			{ conversation_id: v.id, message_ids: ids.sort(), seq: 2, reader_type: "agent",
				reader_id: amina.me.user.id, read_at: "" });
		assert.equal(await unread(), 0);
		const [message] = await amina.json("GET", `/api/conversations/${v.id}/history`);
		assert.deepEqual(Object.values(message.read_by), [read.read_at]);

		const reply = await answer(agent, v.id, "read this");
		const seen = next(agent, "messages_read");
		assert.deepEqual(await v.ask("mark_read", { message_ids: [reply.id] }), { ok: true });
		assert.deepEqual([(await seen).reader_type, (await seen).reader_id], ["end_user", "read-me"]);
		for (const bad of [[], "x", ["x"], Array(101).fill(ids[0])])
			assert.equal((await v.ask("mark_read", { message_ids: bad })).error, "bad_request");
		agent.close();
		v.socket.close();
	});
});

describe("mark_delivered", () => {
	test("is told to conversation and queue once, and grows only", async () => {
		const v = await someone("deliver-me");
		const agent = await join(amina, v.id);
		const queue = await amina.socket();
		await ask(queue, "join_queue");
		await v.say("1");
		await v.say("2");
		const both = [next(v.socket, "messages_delivered"), next(queue, "messages_delivered"),
			next(agent, "messages_delivered")];
		assert.deepEqual(await ask(agent, "mark_delivered", { conversation_id: v.id, seq: 2 }),
			{ ok: true, seq: 2 });
		for (const told of await Promise.all(both)) {
			assert.match(told.delivered_at, TIME);
			assert.deepEqual({ ...told, delivered_at: "" }, { conversation_id: v.id, seq: 2,
				receiver_type: "agent", delivered_at: "" });
		}
		const heard = record(v.socket);
		for (const seq of [2, 1, 0, 1000])
			assert.deepEqual(await ask(queue, "mark_delivered", { conversation_id: v.id, seq }),
				{ ok: true, seq: 2 });
		const rejoined = await v.ask("join_conversation", {});
		assert.deepEqual(rejoined.receipts, { delivered_seq: 2, read_seq: 0 });
		// What comes behind is heard alone.
		const mine = next(v.socket, "messages_delivered");
		assert.deepEqual(await v.ask("mark_delivered", { seq: 1 }), { ok: true, seq: 1 });
		assert.equal((await mine).receiver_type, "end_user");
		assert.deepEqual(heard.filter(([name]) => name === "messages_delivered").map(([, e]) =>
			e.receiver_type), ["end_user"]);
		const { receipts } = await amina.json("GET", `/api/conversations/${v.id}`);
		assert.deepEqual(receipts, { visitor: { delivered_seq: 1, read_seq: 0 },
			agent: { delivered_seq: 2, read_seq: 0 } });
		for (const bad of [undefined, -1, "1", 1.5, null])
			assert.equal((await v.ask("mark_delivered", { seq: bad })).error, "bad_request");
		for (const socket of [agent, queue, v.socket]) socket.close();
	});
});

describe("user_typing", () => {
	test("ends by itself after a silence", async () => {
		const v = await someone("writer");
		const agent = await join(amina, v.id);
		const shown = next(agent, "typing_indicator");
		const cleared = next(agent, "typing_cleared");
		assert.deepEqual(await v.ask("user_typing", { sender_type: "end_user" }), { ok: true });
		assert.equal((await shown).sender_type, "end_user");
		assert.equal((await cleared).conversation_id, v.id);
		agent.close();
		v.socket.close();
	});
});

describe("another visitor", () => {
	test("has heard nothing of all this", async () => {
		const own = next(stranger.socket, "message_received");
		await stranger.say("anybody?");
		await own;
		assert.deepEqual([...new Set(heardByStranger.map(([, p]) => p.conversation_id))], [stranger.id]);
	});

	test("is no agent, whatever it says", async () => {
		for (const event of ["join_queue", "join_org_presence", "claim_conversation"]) {
			const told = next(stranger.socket, "error");
			const ack = await stranger.ask(event, { sender_type: "agent" });
			assert.deepEqual([ack.ok, ack.error], [false, "unauthorized"], event);
			await told;
		}
		const ack = await stranger.say("I am the agent", { sender_type: "agent" });
		assert.equal(ack.error, "unauthorized");
		const cross = await amina.socket({ extraHeaders: { Cookie: amina.cookie,
			Origin: "https://evil.example" } });
		assert.equal((await ask(cross, "join_queue")).error, "unauthorized");
		cross.close();
	});
});
