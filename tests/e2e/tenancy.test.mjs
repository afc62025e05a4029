// tenancy.test.mjs: a second workspace sees nothing of the first, anywhere
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Agent, Installation, ask, connect, next, openChat, programs, record, visitor }
	from "./harness.mjs";

let site, insider, outsider, v, message, ours, other, key, widget;
before(async () => {
	site = await Installation.start({ conf: "event_burst = 100000" });
	ours = site.addWidget();
	const workspace = site.ctl(["workspace", "add", "--name", "Elsewhere"]).trim();
	site.addUser("OTHER", { workspace, role: "admin" });
	other = { workspace, ...site.addWidget({ workspace }) };
	insider = await Agent.login(site);
	outsider = await Agent.login(site, "OTHER");
	v = await visitor(site, "ours", { embed_token: ours.token, customer_name: "Our visitor" });
	message = await v.say("a secret of ours");
	key = await insider.json("POST", "/api/keys", { name: "Key of ours", scope: "read" });
	widget = await insider.json("POST", "/api/widgets", { name: "Widget of ours" });
});
after(() => {
	v?.socket.close();
	return site?.stop();
});

/** All that could have been changed from outside. */
function state() {
	return site.sql(`SELECT HEX(c.id), c.last_seq, c.updated_at, s.status, s.tags,
		HEX(s.assigned_agent_id), (SELECT COUNT(revoked_at) FROM api_keys), (SELECT GROUP_CONCAT(m.read_by) FROM messages m
			WHERE m.conversation_id = c.id), (SELECT COUNT(*) FROM read_cursors),
		(SELECT GROUP_CONCAT(i.name, i.updated_at, i.type, HEX(i.token_hash) ORDER BY i.id) FROM integrations i)
		FROM conversations c JOIN conversation_sessions s ON s.conversation_id = c.id
		ORDER BY c.id, s.id`);
}

describe("an agent of another workspace", () => {
	test("is another workspace's", () => {
		assert.equal(outsider.me.workspace.id, other.workspace);
		assert.equal(outsider.me.workspace.name, "Elsewhere");
		assert.notEqual(insider.me.workspace.id, other.workspace);
	});

	test("gets 404 from every route that names a conversation, a key or a widget", async () => {
		const before = state();
		const rows = execFileSync(join(programs, "fcgi-app"), ["-r"], { encoding: "utf8" })
			.trim().split("\n").map((line) => line.trim().split(/\s+/))
			.filter(([, path, who]) => path.includes(":id") && (who === "agent" || who === "admin"));
		assert.ok(rows.length >= 6);
		for (const [method, path, , , json] of rows)
			for (const body of json !== "yes" ? [undefined] : [undefined, { tags: ["x"] },
				{ force: true }, { agent_id: outsider.me.user.id }, { content: "x" },
				{ seq: 1 }, { message_ids: [message.id] }]) {
				// What a route cannot do without, or else it says 400.
				const needs = { tag: "tags", messages: "content", delivered: "seq",
					read: "message_ids" }[path.split("/").pop()];
				if (needs && !body?.[needs]) continue;
				const answer = await outsider.request(method, path.replace(":id",
					path.startsWith("/api/keys/") ? key.id
						: path.startsWith("/api/widgets/") ? widget.id : v.id), body);
				assert.equal(answer.status, 404, `${method} ${path} ${JSON.stringify(body)}`);
				const text = await answer.text();
				assert.equal(JSON.parse(text).error, "not_found");
				assert.ok(!/secret|Our visitor|ours/.test(text));
			}
		assert.deepEqual(state(), before);
	});

	test("finds nothing in any list", async () => {
		for (const query of ["", "filter=all", "filter=mine", "filter=all&q=ours",
			`filter=all&channel=${ours.channel}`, "filter=all&status=open", "filter=all&tag=x"])
			assert.deepEqual(await outsider.json("GET", `/api/conversations/?${query}`), [], query);
		const team = await outsider.json("GET", "/api/agents");
		assert.deepEqual(team.map((user) => user.id), [outsider.me.user.id]);
		assert.deepEqual(await outsider.json("GET", "/api/keys"), []);
		assert.deepEqual((await outsider.json("GET", "/api/widgets")).filter((w) => w.id === widget.id), []);
		assert.deepEqual((await outsider.json("GET", "/api/chatbots")).length, 0);
	});

	test("gains nothing by a cursor of the first workspace", async () => {
		await openChat(site, "second of ours", { embed_token: ours.token });
		const page = await insider.request("GET", "/api/conversations/?filter=all&limit=1");
		const cursor = page.headers.get("x-next-cursor");
		assert.ok(cursor);
		const answer = await outsider.request("GET",
			`/api/conversations/?filter=all&cursor=${encodeURIComponent(cursor)}`);
		assert.deepEqual(answer.status === 200 ? await answer.json() : [], []);
	});

	test("can neither give away its own conversation nor take an agent from here", async () => {
		const own = await visitor(site, "theirs", { embed_token: other.token });
		await own.say("help");
		const answer = await outsider.request("POST", `/api/conversations/${own.id}/assign`,
			{ agent_id: insider.me.user.id, force: true });
		assert.equal(answer.status, 404);
		own.socket.close();
	});

	test("is told not_found for every event, and hears nothing", async () => {
		// What the daemon remembers of it lets nobody in.
		const own = await insider.socket();
		assert.deepEqual(await ask(own, "mark_delivered", { conversation_id: v.id, seq: 1 }),
			{ ok: true, seq: 1 });
		own.close();
		const before = state();
		const socket = await outsider.socket();
		const errors = [];
		socket.on("error", (e) => errors.push(e.message));
		const events = [
			["join_conversation", { since_seq: 0 }], ["claim_conversation", {}],
			["send_message", { sender_type: "agent", content: "hello from outside" }],
			["mark_read", { message_ids: [message.id] }], ["mark_delivered", { seq: 1 }],
		];
		for (const [event, payload] of events) {
			const ack = await ask(socket, event, { conversation_id: v.id, ...payload });
			assert.deepEqual([ack.ok, ack.error], [false, "not_found"], event);
		}
		const typing = await ask(socket, "user_typing",
			{ conversation_id: v.id, sender_type: "agent" });
		assert.equal(typing.ok, false);
		assert.equal(errors.length, events.length + 1);
		assert.ok((await ask(socket, "leave_conversation", { conversation_id: v.id })).ok);
		assert.deepEqual(state(), before);
		socket.close();
	});

	test("hears nothing of the first one's queue, presence and conversations", async () => {
		const socket = await outsider.socket();
		assert.deepEqual(Object.keys(await ask(socket, "join_queue")), ["ok", "cursor"]);
		const there = await ask(socket, "join_org_presence");
		assert.deepEqual(there.online, [outsider.me.user.id]);
		const heard = record(socket);
		const agent = await insider.socket();
		await ask(agent, "claim_conversation", { conversation_id: v.id });
		await v.ask("user_typing", { sender_type: "end_user" });
		await v.say("another secret");
		await insider.request("POST", `/api/conversations/${v.id}/tag`, { tags: ["x"] });
		const ended = next(v.socket, "conversation_resolved");
		await insider.request("POST", `/api/conversations/${v.id}/resolve`);
		await ended;
		agent.close();
		// What comes after all that is heard alone.
		const own = await visitor(site, "theirs-too", { embed_token: other.token });
		const updated = next(socket, "conversation_updated");
		await own.say("hello");
		assert.equal((await updated).conversation_id, own.id);
		assert.deepEqual(heard.filter(([name, p]) => name !== "queue_cursor" &&
			p.conversation_id !== own.id), []);
		own.socket.close();
		socket.close();
	});
});

describe("a visitor of another workspace", () => {
	test("cannot enter with an id of its own, nor by naming itself alike", async () => {
		const twin = await openChat(site, "ours", { embed_token: other.token });
		assert.notEqual(twin.conversation_id, v.id);
		assert.deepEqual(twin.messages, []);
		const socket = await connect(site);
		const stranger = await openChat(site, "nobody", { embed_token: other.token });
		for (const event of ["join_conversation", "send_message", "mark_read", "mark_delivered"]) {
			const ack = await ask(socket, event, { conversation_id: v.id,
				external_id: stranger.external_id, sender_type: "end_user", content: "x",
				message_ids: [message.id], seq: 1 });
			assert.deepEqual([ack.ok, ack.error], [false, "forbidden"], event);
		}
		socket.close();
	});
});
