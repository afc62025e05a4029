// no-daemon.test.mjs: a whole conversation where no ws-daemon runs
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Agent, Installation, http, openChat } from "./harness.mjs";

let site, agent;
before(async () => {
	site = await Installation.start({ daemon: false, conf: "message_burst = 5" });
	agent = await Agent.login(site);
});
after(() => site?.stop());

/** A visitor who has only REST. */
async function visitor(name) {
	const chat = await openChat(site, name);
	const who = { conversation_id: chat.conversation_id, external_id: name };
	const headers = { "Content-Type": "application/json" };
	return {
		chat, id: chat.conversation_id, seen: chat.last_seq,
		post: (verb, body) => http(site, "POST", `/chat-widget/${verb}`,
			{ headers, body: JSON.stringify({ ...who, ...body }) }),
		async say(content, more) {
			const answer = await this.post("send", { content, ...more });
			assert.equal(answer.status, 200, answer.text);
			return answer.json;
		},
		/** What is new since the last look. */
		async look() {
			const answer = await http(site, "GET",
				`/chat-widget/updates/${this.id}?external_id=${name}&after_seq=${this.seen}`);
			assert.equal(answer.status, 200, answer.text);
			this.last = answer.json;
			this.seen = this.last.last_seq;
			return this.last.missed.map((m) => `${m.sender_type}: ${m.content}`);
		},
	};
}

const post = async (id, verb, body) => {
	const answer = await agent.request("POST", `/api/conversations/${id}/${verb}`, body);
	return { code: answer.status, ...(await answer.json()) };
};

test("nobody serves sockets", async () => {
	const answer = await http(site, "GET", "/socket.io/?EIO=4&transport=polling");
	assert.ok(answer.status >= 500, `${answer.status}`);
});

test("visitor, bot and agent talk, and see how far the other is", async () => {
	const v = await visitor("rest-only");
	assert.deepEqual(v.chat.messages.map((m) => m.sender_type), ["bot"]);
	assert.deepEqual(v.chat.receipts, { delivered_seq: 0, read_seq: 0 });
	assert.deepEqual(await v.look(), []);

	// The bot answers within the request.
	const hello = await v.say("hello", { client_id: "c1" });
	assert.deepEqual(hello, { ok: true, id: hello.id, seq: 2, created_at: hello.created_at });
	const answered = await v.look();
	assert.equal(answered[0], "end_user: hello");
	assert.ok(answered.length > 1 && answered.slice(1).every((line) => /^bot: ./.test(line)),
		answered.join("\n"));
	assert.equal(v.last.resolved, false);
	assert.deepEqual(await v.say("hello", { client_id: "c1" }), hello);
	assert.deepEqual(await v.look(), []);

	// An agent takes it: the bot is silent from then on.
	assert.equal((await post(v.id, "assign")).code, 200);
	await v.say("a person, please");
	assert.deepEqual(await v.look(), ["end_user: a person, please"]);
	assert.deepEqual(v.last.agent, { display_name: agent.me.user.display_name });
	const updates = await agent.json("GET", `/api/conversations/${v.id}/updates?after_seq=0`);
	assert.deepEqual(updates.missed.map((m) => m.seq),
		Array.from({ length: v.seen }, (_, i) => i + 1));
	assert.deepEqual(Object.keys(updates), ["ok", "last_seq", "missed", "agent", "receipts"]);

	// One tick, two ticks, read; in both directions.
	assert.deepEqual(v.last.receipts, { delivered_seq: 0, read_seq: 0 });
	assert.deepEqual(await post(v.id, "delivered", { seq: v.seen }),
		{ code: 200, ok: true, seq: v.seen });
	await v.look();
	assert.deepEqual(v.last.receipts, { delivered_seq: v.seen, read_seq: 0 });
	const asked = updates.missed.at(-1);
	assert.deepEqual(await post(v.id, "read", { message_ids: [asked.id] }), { code: 200, ok: true });
	const reply = await post(v.id, "messages", { content: "here I am", client_id: "a1" });
	assert.deepEqual([reply.code, reply.ok, reply.seq], [200, true, v.seen + 1]);
	assert.equal((await post(v.id, "messages", { content: "here I am", client_id: "a1" })).id,
		reply.id);
	assert.deepEqual(await v.look(), ["agent: here I am"]);
	assert.deepEqual(v.last.receipts, { delivered_seq: asked.seq, read_seq: asked.seq });
	assert.deepEqual(v.last.agents.map((a) => a.display_name), [agent.me.user.display_name]);
	assert.deepEqual((await v.post("delivered", { seq: v.seen })).json, { ok: true, seq: v.seen });
	const ticks = async () => (await agent.json("GET",
		`/api/conversations/${v.id}/updates?after_seq=${v.seen}`)).receipts.visitor;
	assert.deepEqual(await ticks(), { delivered_seq: v.seen, read_seq: 0 });
	assert.deepEqual((await v.post("read", { message_ids: [reply.id] })).json, { ok: true });
	assert.deepEqual(await ticks(), { delivered_seq: v.seen, read_seq: v.seen });

	// And an end, and a new beginning, in which the bot speaks again.
	assert.equal((await post(v.id, "resolve")).code, 200);
	await v.look();
	assert.equal(v.last.resolved, true);
	assert.equal((await post(v.id, "messages", { content: "x" })).code, 409);
	await v.say("hello again");
	assert.ok((await v.look()).some((line) => /^bot: ./.test(line)));
	assert.equal(v.last.resolved, false);
});

test("a visitor who says too much waits, and loses nothing", async () => {
	const v = await visitor("rest-flood");
	let refused;
	let n = 0;
	for (; !refused && n < 100; n++) {
		const answer = await v.post("send", { content: `${n}`, client_id: `n${n}` });
		if (answer.status !== 200) refused = answer;
	}
	assert.deepEqual([refused?.status, refused?.json.error], [429, "rate_limited"]);
	assert.ok(n > 5);
	const wait = Number(refused.headers["retry-after"]);
	assert.ok(wait >= 1 && wait <= 2, `${wait}`);
	assert.equal((await v.say("0", { client_id: "n0" })).ok, true);
	const said = (await v.look()).filter((line) => line.startsWith("end_user"));
	assert.deepEqual(said, Array.from({ length: n - 1 }, (_, i) => `end_user: ${i}`));
});

test("much that was missed comes in parts", async () => {
	const v = await visitor("rest-long");
	const first = (await v.say("hello")).seq;
	const id = `UNHEX('${v.id.replaceAll("-", "")}')`;
	const last = first + 450;
	site.sql(`DELETE FROM messages WHERE conversation_id = ${id} AND seq > ${first};
		INSERT INTO messages (conversation_id, seq, id, workspace_id, session_id,
			sender_type, sender_id, content_type, content, created_at)
		SELECT m.conversation_id, s.seq, UNHEX(MD5(CONCAT(HEX(m.id), s.seq))), m.workspace_id,
			m.session_id, m.sender_type, m.sender_id, m.content_type, s.seq, m.created_at
		FROM messages m JOIN seq_${first + 1}_to_${last} s
		WHERE m.conversation_id = ${id} AND m.seq = ${first};
		UPDATE conversations SET last_seq = ${last} WHERE id = ${id}`);
	const seqs = [];
	for (let since = 0, more = true; more; since = seqs.at(-1)) {
		const { json } = await http(site, "GET",
			`/chat-widget/updates/${v.id}?external_id=rest-long&after_seq=${since}`);
		assert.ok(json.missed.length <= 200);
		assert.equal(json.last_seq, last);
		seqs.push(...json.missed.map((m) => m.seq));
		more = json.more === true;
	}
	assert.deepEqual(seqs, Array.from({ length: last }, (_, i) => i + 1));
});
