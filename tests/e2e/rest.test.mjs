// rest.test.mjs: the agents' routes: lists, history, assign, resolve, tag
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Agent, http, Installation, openChat, visitor } from "./harness.mjs";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

let site, admin, agent, people;
before(async () => {
	site = await Installation.start();
	people = site.addWidget();
	admin = await Agent.login(site);
	agent = await Agent.login(site, "CONSOLE2");
});
after(() => site?.stop());

/** A conversation in which a visitor of the widget without a bot has said `words`. */
async function asked(name, words = ["hello"], more = {}) {
	const who = await visitor(site, name, { embed_token: people.token, ...more });
	for (const word of words) assert.equal((await who.say(word)).ok, true);
	who.socket.close();
	return who.id;
}

async function list(query, who = agent) {
	const answer = await who.request("GET", `/api/conversations/?${query}`);
	assert.equal(answer.status, 200, await answer.clone().text());
	const items = await answer.json();
	return { items, ids: items.map((item) => item.id),
		cursor: answer.headers.get("x-next-cursor") };
}

async function post(who, id, verb, body) {
	const answer = await who.request("POST", `/api/conversations/${id}/${verb}`, body);
	return { status: answer.status, ...(await answer.json()) };
}

function ulid(uuid) {
	let n = BigInt(`0x${uuid.replaceAll("-", "")}`);
	let text = "";
	for (let i = 0; i < 26; i++, n >>= 5n)
		text = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[Number(n & 31n)] + text;
	return text;
}

describe("a conversation", () => {
	test("has the documented shape, in the list and alone", async () => {
		const id = await asked("shape", ["first", "second"], { customer_name: "Wanjiru" });
		const { sessions, contact_details, ...one } = await agent.json("GET", `/api/conversations/${id}`);
		assert.deepEqual(contact_details, {});
		const [item] = (await list("filter=all&q=shape")).items;
		assert.deepEqual(sessions,
			[{ ...one.active_session, handoff_at: null, resolved_by: null }]);
		assert.deepEqual(Object.keys(one).sort(), ["active_session", "bot", "channel", "channel_id", "created_at",
			"end_user", "handoff", "id", "last_message", "last_seq", "organization_id",
			"receipts", "unread_count", "updated_at"]);
		assert.equal(one.id, id);
		assert.deepEqual(one.end_user,
			{ id: one.end_user.id, display_name: "Wanjiru", external_id: "shape" });
		assert.equal(ulid(one.channel_id), ulid(item.channel_id));
		for (const text of [one.id, one.channel_id, one.organization_id, one.end_user.id,
			one.active_session.id])
			assert.match(text, UUID);
		for (const text of [one.created_at, one.updated_at, one.active_session.first_message_at])
			assert.match(text, TIME);
		assert.deepEqual({ ...one.active_session, id: "", first_message_at: "" }, { id: "",
			status: "open", assigned_agent_id: null, tags: [], first_message_at: "",
			assigned_at: null, resolved_at: null });
		assert.deepEqual([one.last_seq, one.unread_count, one.handoff], [2, 2, false]);
		assert.equal(one.bot, null);
		assert.equal(item.last_message.content, "second");
		assert.equal(item.last_message.seq, 2);
		assert.equal(item.last_message.sender_type, "end_user");
		assert.deepEqual({ ...item, last_message: null }, { ...one, last_message: null });
	});

	test("is found by its ULID as by its UUID, in either case", async () => {
		const id = await asked("by-ulid");
		for (const spelt of [ulid(id), ulid(id).toLowerCase(), id.toUpperCase()])
			assert.equal((await agent.json("GET", `/api/conversations/${spelt}`)).id, id);
		const taken = await post(agent, ulid(id), "assign", { agent_id: ulid(agent.me.user.id) });
		assert.equal(taken.id, id);
		assert.equal(taken.assigned_agent_id, agent.me.user.id);
	});
});

describe("the list", () => {
	test("shows to each what is to do, what is his, and all", async () => {
		const silent = (await openChat(site, "silent", { embed_token: people.token }))
			.conversation_id;
		const waiting = await asked("waiting");
		const mine = await asked("claimed");
		await post(agent, mine, "assign");
		const where = async (id, who = agent) => {
			const found = [];
			for (const filter of ["unassigned", "mine", "all"])
				if ((await list(`filter=${filter}`, who)).ids.includes(id)) found.push(filter);
			return found.join();
		};
		assert.equal(await where(silent), "all");
		assert.equal(await where(waiting), "unassigned,all");
		assert.equal(await where(mine), "mine,all");
		assert.equal(await where(mine, admin), "all");
		assert.deepEqual((await list("")).ids, (await list("filter=unassigned")).ids);
		await post(agent, mine, "resolve");
		assert.equal(await where(mine), "all");
		await asked("claimed", ["again"]);
		assert.equal(await where(mine), "unassigned,all");
	});

	test("is narrowed by name, tag, channel and status", async () => {
		const a = await asked("filter-a", ["x"], { customer_name: "Ann 100%_sure" });
		const b = await asked("filter-b", ["x"], { customer_name: "Björk" });
		const other = site.addWidget();
		const c = (await openChat(site, "filter-c", { embed_token: other.token })).conversation_id;
		await post(agent, a, "tag", { tags: ["urgent", "été"] });
		await post(agent, b, "resolve", { tags: ["urgent"] });
		const find = async (query) => (await list(`filter=all&limit=200&${query}`)).ids
			.filter((id) => [a, b, c].includes(id));
		assert.deepEqual(await find("q=filter-"), [b, a, c]);
		assert.deepEqual(await find("q=ann%20100"), [a]);
		assert.deepEqual(await find("q=100%25_"), [a]);
		assert.deepEqual(await find("q=%25"), [a]);
		assert.deepEqual(await find("q=bj%C3%B6rk"), [b]);
		assert.deepEqual(await find("q=%27%20OR%20%271%27%3D%271"), []);
		assert.deepEqual(await find("tag=urgent"), [a]);
		assert.deepEqual(await find("tag=%C3%A9t%C3%A9"), [a]);
		assert.deepEqual(await find("tag=urg"), []);
		assert.deepEqual(await find(`channel=${other.channel}`), [c]);
		assert.deepEqual(await find(`channel=${people.channel}`),
			(await find("")).filter((id) => id !== c));
		assert.deepEqual(await find("status=resolved"), [b]);
		assert.ok(!(await find("status=open")).includes(b));
	});

	test("pages through 120 conversations without a double or a hole", async () => {
		const widget = site.addWidget();
		const made = [];
		for (let i = 0; i < 120; i++)
			made.push((await openChat(site, `page-${i}`, { embed_token: widget.token }))
				.conversation_id);
		const seen = [];
		let cursor = "";
		for (let page = 0; ; page++) {
			const got = await list(`filter=all&channel=${widget.channel}&limit=35` +
				(cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""));
			assert.equal(got.items.length, page < 3 ? 35 : 14);
			seen.push(...got.ids);
			const times = got.items.map((item) => item.updated_at);
			assert.deepEqual(times, [...times].sort().reverse());
			// What moves to the top meanwhile pushes nothing out of the pages below.
			if (page === 0) await asked("page-40", ["up"], { embed_token: widget.token });
			cursor = got.cursor;
			if (!cursor) break;
		}
		const moved = made[40];
		assert.deepEqual(seen.filter((id) => id !== moved),
			[...made].reverse().filter((id) => id !== moved));
		assert.equal(new Set(seen).size, seen.length);
	});
});

describe("the history", () => {
	const history = (id, query) => agent.json("GET", `/api/conversations/${id}/history?${query}`);

	test("counts limit and offset from the newest, and after_seq from the oldest", async () => {
		const id = await asked("history", ["1", "2", "3", "4", "5", "6", "7"]);
		const seqs = async (query) => (await history(id, query)).map((m) => m.seq);
		assert.deepEqual(await seqs(""), [1, 2, 3, 4, 5, 6, 7]);
		assert.deepEqual(await seqs("limit=3"), [5, 6, 7]);
		assert.deepEqual(await seqs("limit=3&offset=3"), [2, 3, 4]);
		assert.deepEqual(await seqs("limit=3&offset=6"), [1]);
		assert.deepEqual(await seqs("offset=7"), []);
		assert.deepEqual(await seqs("after_seq=5"), [6, 7]);
		assert.deepEqual(await seqs("after_seq=0&limit=2"), [1, 2]);
		assert.deepEqual(await seqs("after_seq=7"), []);
		assert.deepEqual(await seqs("after_seq=9223372036854775807"), []);
	});

	test("has messages of the documented shape", async () => {
		const who = await visitor(site, "history-shape", { embed_token: people.token });
		const media = { value: "é".repeat(3), n: 1.5, deep: [{ a: null }] };
		const sent = await who.say("a \u{1f600} é", { client_id: "c1", rich_media: media });
		assert.equal(sent.ok, true, sent.message);
		who.socket.close();
		const [message] = await history(who.id, "");
		assert.deepEqual(Object.keys(message).sort(), ["client_id", "content", "content_type",
			"conversation_id", "created_at", "id", "read_by", "rich_media", "sender_id",
			"sender_type", "seq", "session_id"]);
		assert.match(message.session_id, UUID);
		assert.deepEqual({ ...message, session_id: "" }, { id: sent.id, conversation_id: who.id,
			session_id: "", seq: 1, sender_type: "end_user", sender_id: "history-shape",
			content_type: "text", content: "a \u{1f600} é", rich_media: media, read_by: {},
			client_id: "c1", created_at: sent.created_at });
		assert.match(message.created_at, TIME);
	});
});

describe("assign", () => {
	test("claims once, and again for the same agent", async () => {
		const id = await asked("assign");
		const first = await post(agent, id, "assign");
		assert.deepEqual(Object.keys(first).sort(), ["assigned_agent_id", "assigned_at", "id", "status"]);
		assert.equal(first.status, 200);
		assert.equal(first.assigned_agent_id, agent.me.user.id);
		assert.match(first.assigned_at, TIME);
		assert.deepEqual(await post(agent, id, "assign", {}), first);
		const session = (await agent.json("GET", `/api/conversations/${id}`)).active_session;
		assert.equal(session.assigned_agent_id, agent.me.user.id);
		assert.equal(session.assigned_at, first.assigned_at);
	});

	test("does not take from another, but by force of an admin", async () => {
		const id = await asked("force");
		await post(admin, id, "assign");
		const refused = await post(agent, id, "assign");
		assert.deepEqual([refused.status, refused.error], [409, "conflict"]);
		assert.match(refused.message, /Amina Odhiambo/);
		const forced = await post(agent, id, "assign", { force: true });
		assert.deepEqual([forced.status, forced.error], [409, "conflict"]);
		const handed = await post(admin, id, "assign", { agent_id: agent.me.user.id });
		assert.deepEqual([handed.status, handed.assigned_agent_id], [200, agent.me.user.id]);
		assert.equal((await post(admin, id, "assign")).status, 409);
		const back = await post(admin, id, "assign", { force: true });
		assert.deepEqual([back.status, back.assigned_agent_id], [200, admin.me.user.id]);
	});

	test("knows no agent who is none of the workspace", async () => {
		const id = await asked("nobody");
		const answer = await post(agent, id, "assign", { agent_id: randomUUID() });
		assert.deepEqual([answer.status, answer.error], [404, "not_found"]);
		const wrong = await post(agent, id, "assign", { agent_id: "Juma" });
		assert.deepEqual([wrong.status, wrong.error], [400, "bad_request"]);
	});
});

describe("resolve and tag", () => {
	test("close a session once, with its tags, and the next message opens another", async () => {
		const id = await asked("resolve");
		const tagged = await post(agent, id, "tag", { tags: [" a ", "b", "a"] });
		assert.deepEqual([tagged.status, tagged.id, tagged.tags], [200, id, ["a", "b"]]);
		const done = await post(agent, id, "resolve");
		assert.deepEqual({ ...done, session_id: "", resolved_at: "" }, { status: "resolved",
			id, session_id: "", tags: ["a", "b"], resolved_at: "" });
		assert.equal(done.session_id, tagged.session_id);
		assert.match(done.resolved_at, TIME);
		for (const verb of ["resolve", "assign"])
			assert.equal((await post(agent, id, verb)).error, "conflict");
		assert.equal((await post(agent, id, "tag", { tags: [] })).error, "conflict");
		assert.equal((await agent.json("GET", `/api/conversations/${id}`)).active_session, null);
		await asked("resolve", ["one more thing"]);
		const now = (await agent.json("GET", `/api/conversations/${id}`)).active_session;
		assert.notEqual(now.id, done.session_id);
		assert.deepEqual(now.tags, []);
		const { sessions } = await admin.json("GET", `/api/conversations/${id}`);
		assert.deepEqual(sessions.map((s) => [s.id, s.status, s.tags, s.resolved_at, s.resolved_by]), [
			[done.session_id, "resolved", ["a", "b"], done.resolved_at, agent.me.user.id],
			[now.id, "open", [], null, null]]);
	});

	test("take at most 20 tags of 1 to 50 characters", async () => {
		const id = await asked("tags");
		const twenty = Array.from({ length: 20 }, (_, i) => `é${i}`.padEnd(50, "é"));
		assert.deepEqual((await post(agent, id, "tag", { tags: twenty })).tags, twenty);
		for (const tags of [[...twenty, "x"], ["x".repeat(51)], [""], [" "], [1], [null], [["a"]],
			"a", {}, null, undefined, ["a\u0000"], ["a\nb"]])
			for (const verb of ["tag", "resolve"]) {
				if (verb === "resolve" && (tags === null || tags === undefined)) continue;
				const answer = await post(agent, id, verb, { tags });
				assert.deepEqual([answer.status, answer.error], [400, "bad_request"],
					`${verb} ${JSON.stringify(tags)}`);
			}
		const { active_session: session } = await agent.json("GET", `/api/conversations/${id}`);
		assert.deepEqual(session.tags, twenty);
		assert.deepEqual((await post(agent, id, "resolve", { tags: [] })).tags, []);
	});
});

describe("the team", () => {
	test("is listed with its roles", async () => {
		const team = await agent.json("GET", "/api/agents");
		assert.deepEqual(team.map(({ id, ...rest }) => rest), [
			{ display_name: "Amina Odhiambo", email: "amina@maua.example", role: "admin" },
			{ display_name: "Juma Mwangi", email: "juma@maua.example", role: "agent" },
		]);
	});
});

describe("refusals", () => {
	test("name the member in a sentence, and bytes where bytes count", async () => {
		const chat = await openChat(site, "sentences", { embed_token: people.token });
		const who = { conversation_id: chat.conversation_id, external_id: "sentences" };
		const told = async (path, body) => {
			const answer = await http(site, "POST", path, {
				headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...who, ...body }) });
			assert.equal(answer.status, 400);
			return JSON.parse(answer.text).message;
		};
		assert.equal(await told("/chat-widget/send", { content: "x", content_type: "movie" }),
			"content_type is unknown.");
		assert.equal(await told("/chat-widget/send", { content: "x", client_id: "c".repeat(65) }),
			"client_id must have at most 64 bytes.");
		assert.equal(await told("/chat-widget/send", { content: "x", client_id: "é".repeat(33) }),
			"client_id must have at most 64 bytes.");
		assert.equal(await told("/chat-widget/read", { message_ids: [] }), "message_ids must be 1 to 100 ids.");
		assert.equal(await told("/chat-widget/delivered", {}), "seq is missing.");
		const { text } = await http(site, "GET", `/chat-widget/updates/${chat.conversation_id}?after_seq=0`);
		assert.equal(JSON.parse(text).message, "external_id is missing.");
	});

	test("of a cursor that never was say so", async () => {
		const answer = await agent.request("GET", "/api/events?after=4000000000");
		assert.equal(answer.status, 410);
		assert.match((await answer.json()).message, /^There is no such cursor/);
	});
});
