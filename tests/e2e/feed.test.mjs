// feed.test.mjs: rows that become visible out of order, and the cursor of lists
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Agent, ask, connect, Installation, openChat, record, sleep, until }
	from "./harness.mjs";

const conf = `
feed_poll_ms = 600000
feed_grace_ms = 3000
message_burst = 1000
event_burst = 10000
`;

let site, widget, b, agent;
before(async () => {
	site = await Installation.start({ conf, daemons: ["two"] });
	[b] = site.daemons;
	widget = { embed_token: site.addWidget().token };
	agent = await Agent.login(site);
});
after(() => site?.stop());

const of = (heard, event) =>
	heard.filter(([name]) => name === event).map(([, payload]) => payload);
const hex = (id) => `UNHEX('${id.replaceAll("-", "")}')`;
const upTo = (n) => Array.from({ length: n }, (_, i) => i + 1);

async function open(who) {
	const chat = await openChat(site, who, widget);
	const me = { conversation_id: chat.conversation_id, external_id: who };
	return { id: chat.conversation_id, me };
}

async function member(daemon, chat) {
	const socket = await connect(daemon);
	const heard = record(socket);
	const joined = await ask(socket, "join_conversation", { ...chat.me, since_seq: 0 });
	assert.equal(joined.ok, true, joined.message);
	return { socket, heard };
}

async function queue(daemon, payload = {}) {
	const socket = await connect(daemon, { extraHeaders: { Cookie: agent.cookie } });
	const heard = record(socket);
	const joined = await ask(socket, "join_queue", payload);
	assert.equal(joined.ok, true, joined.message);
	return { socket, heard, joined };
}

const say = async (socket, me, content) => {
	const ack = await ask(socket, "send_message", { ...me, sender_type: "end_user", content });
	assert.equal(ack.ok, true, ack.message);
	return ack.seq;
};

const events = (query) => agent.json("GET", `/api/events${query}`);

/** Another program's transaction: a message and its notification, not committed. */
class Held {
	static async begin(chat, seq, content) {
		const self = new Held();
		self.child = spawn("mariadb", ["--no-defaults", "-uroot", "-N", "-B", "--unbuffered",
			`--socket=${site.env.DB_SOCKET}`, "baraza"], { stdio: ["pipe", "pipe", "inherit"] });
		self.output = "";
		self.child.stdout.on("data", (data) => (self.output += data));
		const where = `WHERE conversation_id = ${hex(chat.id)}`;
		await self.run(`START TRANSACTION;
			UPDATE conversations SET last_seq = ${seq} WHERE id = ${hex(chat.id)};
			INSERT INTO messages (conversation_id, seq, id, workspace_id, session_id, sender_type,
				sender_id, content_type, content, created_at)
			SELECT conversation_id, ${seq}, ${hex(randomUUID())}, workspace_id, id, 'end_user',
				'x', 'text', '${content}', UTC_TIMESTAMP(6) FROM conversation_sessions ${where} LIMIT 1;
			INSERT INTO notifications (workspace_id, conversation_id, kind, seq, created_at)
			SELECT workspace_id, conversation_id, 'message', ${seq}, UTC_TIMESTAMP(6)
				FROM conversation_sessions ${where} LIMIT 1;`);
		self.id = Number((await self.run("SELECT CONCAT('id=', LAST_INSERT_ID());"))
			.match(/id=(\d+)/)[1]);
		return self;
	}

	/** Runs statements and gives all that was printed so far. */
	async run(sql) {
		const mark = `done-${randomUUID()}`;
		this.child.stdin.write(`${sql}\nSELECT '${mark}';\n`);
		await until("the transaction", () => this.output.includes(mark));
		return this.output;
	}

	async end(how) {
		await this.run(`${how};`);
		this.child.stdin.end();
	}
}

/** Asks /api/events again and again; what came, each id once, and how often. */
class Poller {
	constructor(cursor) {
		this.cursor = cursor;
		this.seen = new Map();
		this.cursors = [cursor];
	}

	async poll() {
		const answer = await events(`?after=${this.cursor}&limit=3`);
		assert.ok(answer.cursor >= this.cursor, "the cursor never goes back");
		const ids = answer.events.map(({ id }) => id);
		assert.deepEqual(ids, ids.toSorted((x, y) => x - y), "in the order of ids");
		for (const event of answer.events) {
			assert.ok(event.id > this.cursor);
			if (this.seen.has(event.id))
				assert.deepEqual(event, this.seen.get(event.id), "the same under the same id");
			this.seen.set(event.id, event);
		}
		this.cursor = answer.cursor;
		this.cursors.push(answer.cursor);
		return answer;
	}

	messages(id) {
		return [...this.seen.values()].toSorted((x, y) => x.id - y.id)
			.filter(({ event, payload }) => event === "conversation_updated" &&
				payload.conversation_id === id).map(({ payload }) => payload.seq);
	}
}

describe("a transaction that is held open while others commit", () => {
	test("is skipped by no socket, no poller and no cursor", async () => {
		const slow = await open("slow");
		const quick = await open("quick");
		const poller = new Poller((await events("")).cursor);
		const at = [site, b];
		const inSlow = await Promise.all(at.map((daemon) => member(daemon, slow)));
		const inQuick = await Promise.all(at.map((daemon) => member(daemon, quick)));
		const queues = await Promise.all(at.map((daemon) => queue(daemon)));
		await say(inSlow[0].socket, slow.me, "before");

		const held = await Held.begin(slow, 2, "held");
		for (let i = 0; i < 6; i++) await say(inQuick[i % 2].socket, quick.me, `while ${i}`);
		for (const { heard } of inQuick)
			await until("the others", () => of(heard, "message_received").length === 6);
		for (const { heard } of inSlow)
			assert.deepEqual(of(heard, "message_received").map(({ seq }) => seq), [1]);
		// What is above the gap is given already; the cursor stays below it.
		for (let i = 0; i < 3; i++) await poller.poll();
		assert.ok(poller.cursor < held.id, `${poller.cursor} is safe before ${held.id}`);
		assert.ok(poller.messages(quick.id).length > 0);
		await sleep(1200);
		for (const { heard } of queues)
			for (const { cursor } of of(heard, "queue_cursor")) assert.ok(cursor < held.id);
		const missed = await queue(b, { since: queues[0].joined.cursor });
		assert.ok(missed.joined.cursor < held.id);
		assert.ok(missed.joined.missed.some(({ payload }) => payload.conversation_id === quick.id));

		await held.end("COMMIT");
		// Nobody rang for it: the daemons ask for what is missing by themselves.
		for (const { heard } of inSlow)
			await until("the late one", () => of(heard, "message_received").length >= 2);
		await say(inSlow[1].socket, slow.me, "after");
		for (const { heard } of inSlow) {
			await until("what came after", () => of(heard, "message_received").length >= 3);
			assert.deepEqual(of(heard, "message_received").map(({ seq }) => seq), upTo(3));
		}
		for (const { heard } of inQuick)
			assert.deepEqual(of(heard, "message_received").map(({ seq }) => seq), upTo(6));
		for (const { heard } of queues) {
			const updates = of(heard, "conversation_updated");
			await until("the queues", () => of(heard, "conversation_updated").length >= 9);
			for (const [chat, n] of [[slow, 3], [quick, 6]])
				assert.deepEqual(of(heard, "conversation_updated")
					.filter(({ conversation_id }) => conversation_id === chat.id)
					.map(({ seq }) => seq).toSorted(), upTo(n), `${updates.length}`);
		}
		await until("the poller's cursor", async () => {
			await poller.poll();
			return poller.messages(slow.id).length === 3 && poller.cursor > held.id;
		});
		await until("the rest", async () => !(await poller.poll()).more);
		assert.deepEqual(poller.messages(slow.id), upTo(3));
		assert.deepEqual(poller.messages(quick.id), upTo(6));
		// A queue that comes back with its cursor gets just the same.
		const again = await queue(site, { since: queues[0].joined.cursor });
		const own = again.joined.missed.filter(({ event, payload }) =>
			event === "conversation_updated" && payload.conversation_id === slow.id);
		assert.deepEqual(own.map(({ payload }) => payload.seq), upTo(3));
		assert.ok(own.some(({ id }) => id === held.id));
	});

	test("and rolled back holds the cursor up for no longer than the grace", async () => {
		const chat = await open("refused");
		const { socket } = await member(site, chat);
		const poller = new Poller((await events("")).cursor);
		const held = await Held.begin(await open("never"), 1, "never");
		await say(socket, chat.me, "above it");
		await held.end("ROLLBACK");
		await poller.poll();
		assert.ok(poller.cursor < held.id);
		assert.deepEqual(poller.messages(chat.id), [1]);
		await until("the gap to be given up", async () => {
			await poller.poll();
			return poller.cursor > held.id;
		});
		assert.deepEqual(poller.messages(chat.id), [1]);
	});
});

describe("the cursor of the queue", () => {
	test("is told at most once a second, and leads on from where a queue was left", async () => {
		const chat = await open("left");
		const { socket } = await member(b, chat);
		const first = await queue(site);
		await say(socket, chat.me, "one");
		const told = await until("the cursor", () => of(first.heard, "queue_cursor").at(-1));
		first.socket.disconnect();
		const { heard: other } = await queue(site);
		for (let i = 0; i < 10; i++) await say(socket, chat.me, `more ${i}`);
		await until("a cursor for the others", () => of(other, "queue_cursor").length > 0);
		assert.ok(of(other, "queue_cursor").length <= 3);
		const { joined } = await queue(b, { since: told.cursor });
		const seqs = joined.missed.filter(({ payload }) => payload.conversation_id === chat.id)
			.map(({ payload }) => payload.seq);
		assert.deepEqual(seqs.filter((seq) => seq > 1), upTo(11).slice(1));
		const now = await queue(b, { since: joined.cursor });
		assert.ok(now.joined.missed.every(({ id }) => id > joined.cursor));
	});

	test("that is too old, or of another table, asks for all anew", async () => {
		const far = (await events("")).cursor + 1_000_000;
		assert.equal((await queue(site, { since: far })).joined.reload, true);
		const gone = await agent.request("GET", `/api/events?after=${far}`);
		assert.equal(gone.status, 410);
		assert.equal((await gone.json()).error, "gone");
		site.sql("DELETE FROM notifications ORDER BY id LIMIT 5");
		const { joined } = await queue(site, { since: 0 });
		assert.equal(joined.reload, true);
		assert.ok(joined.cursor > 0 && !joined.missed);
		assert.equal((await agent.request("GET", "/api/events?after=0")).status, 410);
		const bad = await agent.request("GET", "/api/events?after=x");
		assert.equal(bad.status, 400);
	});
});
