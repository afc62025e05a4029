// live.test.mjs: what others do, as it is heard: typing, presence, the queue
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Agent, Installation, ask, http, next, record, until, visitor } from "./harness.mjs";

let site, amina, juma, people;
before(async () => {
	// Nothing ends by the clock here but an agent's presence.
	site = await Installation.start({
		conf: "typing_timeout_ms = 3600000\npresence_grace_ms = 2000\n" +
			"event_burst = 100000\nqueue_max = 1000000",
	});
	people = site.addWidget();
	amina = await Agent.login(site);
	juma = await Agent.login(site, "CONSOLE2");
});
after(() => site?.stop());

const someone = (name) => visitor(site, name, { embed_token: people.token });

async function join(agent, id) {
	const socket = await agent.socket();
	assert.equal((await ask(socket, "join_conversation", { conversation_id: id })).ok, true);
	return socket;
}

const answer = (socket, id, content) => ask(socket, "send_message",
	{ conversation_id: id, sender_type: "agent", content });

describe("typing", () => {
	/** A visitor who writes, as the agent sees it; what the agent hears then. */
	async function writing(name) {
		const v = await someone(name);
		const agent = await join(amina, v.id);
		const shown = next(agent, "typing_indicator");
		assert.deepEqual(await v.ask("user_typing", { sender_type: "end_user" }), { ok: true });
		assert.deepEqual(await shown, { conversation_id: v.id, sender_type: "end_user" });
		return { v, agent, heard: record(agent) };
	}

	test("shows an agent's name, and nobody hears of his own", async () => {
		const { v, agent } = await writing("named");
		const own = record(agent);
		const shown = next(v.socket, "typing_indicator");
		assert.deepEqual(await ask(agent, "user_typing",
			{ conversation_id: v.id, sender_type: "agent" }), { ok: true });
		assert.deepEqual(await shown,
			{ conversation_id: v.id, sender_type: "agent", sender_name: "Amina Odhiambo" });
		await answer(agent, v.id, "x");
		assert.ok(!own.some(([name]) => name === "typing_indicator"));
		agent.close();
		v.socket.close();
	});

	test("ends with the message", async () => {
		const { v, agent, heard } = await writing("sends");
		const second = next(agent, "message_received", (m) => m.seq === 2);
		await v.say("one");
		await v.say("two");
		await second;
		assert.deepEqual(heard.map(([name]) => name),
			["message_received", "typing_cleared", "message_received"]);
		assert.equal(heard[1][1].conversation_id, v.id);
		agent.close();
		v.socket.close();
	});

	test("ends with leaving", async () => {
		const { v, agent, heard } = await writing("leaves");
		const cleared = next(agent, "typing_cleared");
		await v.ask("leave_conversation");
		await cleared;
		assert.equal(heard.length, 1);
		agent.close();
		v.socket.close();
	});

	test("ends with the connection", async () => {
		const { v, agent } = await writing("closes");
		const cleared = next(agent, "typing_cleared");
		v.socket.close();
		await cleared;
		agent.close();
	});

	test("is for who has joined", async () => {
		const v = await someone("joined");
		const other = await someone("not-joined");
		const heard = record(v.socket);
		for (const external of ["joined", "not-joined"])
			assert.equal((await other.ask("user_typing", { conversation_id: v.id,
				external_id: external, sender_type: "end_user" })).error, "forbidden");
		await v.ask("leave_conversation");
		assert.deepEqual(heard, []);
		other.socket.close();
		v.socket.close();
	});
});

describe("presence", () => {
	test("follows the last connection of an agent, and forgives a short absence", async () => {
		site.addUser("THIRD");
		const third = await Agent.login(site, "THIRD");
		const watcher = await amina.socket();
		const there = await ask(watcher, "join_org_presence");
		assert.deepEqual(there, { ok: true, online: [amina.me.user.id] });
		const heard = [];
		watcher.on("agent_status_changed", (p) => heard.push(`${p.agent_id} ${p.status}`));
		const says = (agent, status) => next(watcher, "agent_status_changed",
			(p) => p.agent_id === agent.me.user.id && p.status === status);

		const online = says(juma, "online");
		let first = await juma.socket();
		await online;
		const second = await juma.socket();
		const comes = says(third, "online");
		const other = await third.socket();
		await comes;
		assert.deepEqual((await ask(watcher, "join_org_presence")).online.sort(),
			[amina, juma, third].map((a) => a.me.user.id).sort());

		// Away and back again, then a second one away for good: had the first
		// counted as gone, it would have been told before the second.
		first.close();
		second.close();
		first = await juma.socket();
		const gone = says(third, "offline");
		other.close();
		await gone;
		assert.deepEqual(heard, [`${juma.me.user.id} online`, `${third.me.user.id} online`,
			`${third.me.user.id} offline`]);
		const left = says(juma, "offline");
		first.close();
		await left;
		assert.deepEqual((await ask(watcher, "join_org_presence")).online, [amina.me.user.id]);
		watcher.close();
	});
});

describe("the queue", () => {
	test("hears that a visitor has asked the bot for a person", async () => {
		const agent = await amina.socket();
		assert.equal((await ask(agent, "join_queue")).ok, true);
		const v = await visitor(site, "asks for a person");
		const told = next(agent, "conversation_handoff");
		await v.say("I want to talk to a person");
		assert.deepEqual(await told, { conversation_id: v.id });
		assert.equal((await amina.json("GET", `/api/conversations/${v.id}`)).handoff, true);
		agent.close();
		v.socket.close();
	});

	test("hears of a claim and a resolution by Socket.IO and by REST alike", async () => {
		const v = await someone("claimed");
		const watcher = await juma.socket();
		await ask(watcher, "join_queue");
		await v.say("help");

		const told = [next(watcher, "conversation_assigned"), next(v.socket, "conversation_assigned")];
		const agent = await amina.socket();
		const claim = await ask(agent, "claim_conversation", { conversation_id: v.id });
		assert.deepEqual(claim, { ok: true, assigned_to: amina.me.user.id });
		const [inQueue, atVisitor] = await Promise.all(told);
		assert.deepEqual({ ...inQueue, assigned_at: "" },
			{ conversation_id: v.id, assigned_to: amina.me.user.id, assigned_at: "",
				agent: { display_name: "Amina Odhiambo" } });
		assert.deepEqual(atVisitor, inQueue);
		// Who claims is in the conversation, without joining.
		await until("the agent to be in", async () => {
			const heard = record(agent);
			await v.say("thanks");
			agent.offAny();
			return heard.some(([name]) => name === "message_received");
		});

		const resolved = [next(watcher, "conversation_resolved"), next(v.socket, "conversation_resolved"),
			next(agent, "conversation_resolved")];
		const done = await (await amina.request("POST", `/api/conversations/${v.id}/resolve`,
			{ tags: ["done"] })).json();
		for (const event of await Promise.all(resolved))
			assert.deepEqual(event,
				{ conversation_id: v.id, session_id: done.session_id, tags: ["done"] });

		await v.say("again");
		const byRest = [next(watcher, "conversation_assigned"), next(v.socket, "conversation_assigned")];
		await juma.request("POST", `/api/conversations/${v.id}/assign`);
		const [q, c] = await Promise.all(byRest);
		assert.deepEqual([q.assigned_to, c.assigned_to], Array(2).fill(juma.me.user.id));
		assert.deepEqual(c.agent, { display_name: "Juma Mwangi" });

		const tagged = next(watcher, "conversation_tagged");
		await juma.request("POST", `/api/conversations/${v.id}/tag`, { tags: ["vip"] });
		assert.deepEqual((await tagged).tags, ["vip"]);
		for (const socket of [v.socket, agent, watcher]) socket.close();
	});

	test("hears of a claim once, and of a repeated one not at all", async () => {
		const v = await someone("claimed-twice");
		const watcher = await juma.socket();
		await ask(watcher, "join_queue");
		const updated = next(watcher, "conversation_updated");
		await v.say("help");
		await updated;
		const heard = record(watcher);
		const agent = await amina.socket();
		for (let i = 0; i < 2; i++)
			assert.equal((await ask(agent, "claim_conversation", { conversation_id: v.id })).ok, true);
		await amina.request("POST", `/api/conversations/${v.id}/assign`);
		const refused = await ask(watcher, "claim_conversation", { conversation_id: v.id });
		assert.deepEqual([refused.ok, refused.error], [false, "conflict"]);
		assert.match(refused.message, /Amina Odhiambo/);
		const end = next(watcher, "conversation_resolved");
		await amina.request("POST", `/api/conversations/${v.id}/resolve`);
		await end;
		assert.deepEqual(heard.map(([name]) => name).filter((name) => name !== "error"),
			["conversation_assigned", "conversation_resolved"]);
		for (const socket of [v.socket, agent, watcher]) socket.close();
	});

	test("stands in no list any more once claimed, and the bot is silent then", async () => {
		const v = await visitor(site, "with-bot");
		await v.say("something no bot knows");
		const agent = await amina.socket();
		assert.equal((await ask(agent, "claim_conversation", { conversation_id: v.id })).ok, true);
		const waiting = await juma.json("GET", "/api/conversations/");
		assert.ok(!waiting.some((item) => item.id === v.id));
		const before = (await amina.json("GET", `/api/conversations/${v.id}`)).last_seq;
		const mine = next(v.socket, "message_received", (m) => m.content === "a person");
		await v.say("and now?");
		await answer(agent, v.id, "a person");
		await mine;
		const after = await amina.json("GET", `/api/conversations/${v.id}/history?after_seq=${before}`);
		assert.deepEqual(after.filter((m) => m.sender_type === "bot"), []);
		agent.close();
		v.socket.close();
	});
});

describe("the unread count", () => {
	test("stops at 99, and is each agent's own", async () => {
		const who = await someone("talker");
		const reader = await juma.socket();
		const ids = [];
		for (let i = 0; i < 3; i++) ids.push((await who.say(`${i}`)).id);
		await ask(reader, "mark_read", { conversation_id: who.id, message_ids: ids.slice(0, 2) });
		const unread = async (by) => (await by.json("GET", `/api/conversations/${who.id}`)).unread_count;
		assert.deepEqual([await unread(juma), await unread(amina)], [1, 3]);
		site.sql(`UPDATE conversations SET last_seq = 150, last_visitor_seq = 150
			WHERE id = UNHEX('${who.id.replaceAll("-", "")}')`);
		site.sql(`INSERT INTO messages (conversation_id, seq, id, workspace_id, session_id,
			sender_type, sender_id, content_type, content, created_at)
			SELECT m.conversation_id, s.seq, UNHEX(MD5(s.seq)), m.workspace_id, m.session_id,
			m.sender_type, m.sender_id, m.content_type, m.content, m.created_at
			FROM messages m JOIN seq_4_to_150 s
			WHERE m.conversation_id = UNHEX('${who.id.replaceAll("-", "")}') AND m.seq = 1`);
		assert.deepEqual([await unread(juma), await unread(amina)], [99, 99]);
		reader.close();
		who.socket.close();
	});
});

describe("a client that never fetches what is said", () => {
	test("is given up, and holds nobody else up", async () => {
		const v = await someone("listener");
		const agent = await join(amina, v.id);
		const base = "/socket.io/?EIO=4&transport=polling";
		const { sid } = JSON.parse((await http(site, "GET", base)).text.slice(1));
		const path = `${base}&sid=${sid}`;
		for (const body of ["40", `42${JSON.stringify(["join_conversation",
			{ conversation_id: v.id, external_id: "listener" }])}`])
			assert.equal((await http(site, "POST", path, { body })).status, 200);
		const heard = record(v.socket);
		// 16 kB each: more than may wait for one connection.
		for (let i = 0; i < 80; i++)
			assert.equal((await answer(agent, v.id, "\u{1f30d}".repeat(4096))).ok, true);
		await until("all to be heard", () => heard.length === 80);
		await until("the silent one to be gone", async () =>
			(await http(site, "GET", path)).status === 400);
		agent.close();
		v.socket.close();
	});
});
