// dev-chat.test.mjs: the Chat API and what it leaves behind, as described
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Agent, Installation, openChat, until, visitor } from "./harness.mjs";
import { Api, unasked } from "./openapi.mjs";
import { json, StandIn } from "./stand-in.mjs";

const CHOICES = [{ id: "faq", title: "FAQ" }, { id: "support", title: "Talk to support" }];
const LIST = { type: "list", text: "Select a topic", button_text: "View topics", sections: [
	{ title: "General", rows: [{ id: "hours", title: "Business hours", description: "When" },
		{ id: "pricing", title: "Pricing" }] }] };
const MENU = {
	greeting: { initial: true, message: ["Hello {{contact_name}}!",
		{ type: "buttons", text: "Choose an option:", buttons: CHOICES }],
	transitions: { faq: "faq_menu", support: "people", default: "other" } },
	faq_menu: { message: ["Sure!", LIST],
		transitions: { hours: "hours", pricing: "pricing", default: "other" } },
	hours: { message: "Nine to five.", transitions: { default: "other" } },
	pricing: { message: "A {{plan}} costs {{price}}.", transitions: { default: "other" } },
	other: { message: "You said {{other}}{{greeting}}.", transitions: { default: "other" } },
	people: { message: "Wait.", actions: [{ type: "HANDOFF", message: "An agent will join." }],
		transitions: {} },
};
const GREETING = [{ type: "text", text: "Hello !" },
	{ type: "buttons", text: "Choose an option:", buttons: CHOICES }];

let site, api, agent, shop;
before(async () => {
	shop = await StandIn.start();
	site = await Installation.start({ conf: `chat_session_s = 600\nthreads = 8\nwaiting_threads = 7
outside_allow = 127.0.0.1:${shop.port}` });
	api = await Api.start(site);
	agent = await Agent.login(site);
});
after(async () => {
	await site?.stop();
	await shop?.stop();
});

let names = 0;
async function makeBot(definition = MENU, publish = true) {
	const { id: chatbot_id } = (await api.call("createChatbot",
		{ body: { name: `Talker ${++names}` } })).body;
	const { id: flow_id } = (await api.call("createFlow", { params: { chatbot_id },
		body: { name: "Main", type: "conversation", flow: definition } })).body;
	if (publish) await api.call("publishFlow", { params: { chatbot_id, flow_id } });
	return { chatbot_id, flow_id };
}

const open = async (chatbot_id, body, more = {}) =>
	(await api.call("createChatSession", { params: { chatbot_id }, body, ...more })).body;
const send = (chatbot_id, session_id, body, more = {}) => api.call("sendChatMessage",
	{ params: { chatbot_id, session_id }, body, ...more });
const say = async (chatbot_id, session_id, message, more = {}) =>
	(await send(chatbot_id, session_id, { message, ...more })).body;

/** The UUID of a ULID, as agents know a conversation. */
function uuid(ulid) {
	let value = 0n;
	for (const c of ulid) value = value * 32n + BigInt("0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(c));
	return value.toString(16).padStart(32, "0").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
const hex = (ulid) => uuid(ulid).replaceAll("-", "");

/** A session looks as if all in it had happened that long ago. */
const age = (session_id, seconds) => site.sql(`UPDATE conversations SET
	updated_at = updated_at - INTERVAL ${seconds} SECOND,
	expires_at = expires_at - INTERVAL ${seconds} SECOND WHERE id = UNHEX('${hex(session_id)}')`);

async function refused(id, options) {
	const { body } = await api.call(id, { ...options, status: 422 });
	return body.detail.map((one) => [one.loc.join("."), one.type]);
}

describe("a session", () => {
	test("begins with what a visitor would see first", async () => {
		const { chatbot_id } = await makeBot();
		const from = Date.now() - 1000;
		const session = await open(chatbot_id);
		assert.deepEqual(session.messages, GREETING);
		assert.equal(session.channel, "api");
		assert.ok(Date.parse(session.created_at) >= from - 1000);
		const other = await open(chatbot_id, {});
		assert.notEqual(other.session_id, session.session_id);
		assert.deepEqual(other.messages, GREETING);
	});

	test("answers text, clicks and rows of lists", async () => {
		const { chatbot_id } = await makeBot();
		const { session_id } = await open(chatbot_id);
		const answer = await say(chatbot_id, session_id, "FAQ", { button_id: "faq" });
		assert.deepEqual({ ...answer, timestamp: 0 }, { session_id, timestamp: 0, messages_count: 2,
			current_state: "faq_menu", messages: [{ type: "text", text: "Sure!" }, LIST] });
		const row = await say(chatbot_id, session_id, "whatever it says",
			{ button_id: "hours", message_type: "text" });
		assert.deepEqual([row.messages, row.current_state],
			[[{ type: "text", text: "Nine to five." }], "hours"]);
		// a click is known by its id alone, a title by its words
		const second = (await open(chatbot_id)).session_id;
		assert.equal((await say(chatbot_id, second, "faq?", { message_type: "button", button_id: "support",
			other: 1 })).current_state, "people");
		const third = (await open(chatbot_id)).session_id;
		assert.equal((await say(chatbot_id, third, "talk to SUPPORT", { button_id: null }))
			.current_state, "people");
		const fourth = (await open(chatbot_id)).session_id;
		const unknown = await say(chatbot_id, fourth, "x", { button_id: "no such" });
		assert.equal(unknown.current_state, "other");
	});

	test("is apart from all others", async () => {
		const { chatbot_id } = await makeBot();
		const [a, b] = [await open(chatbot_id), await open(chatbot_id)];
		await say(chatbot_id, a.session_id, "FAQ", { button_id: "faq" });
		assert.equal((await say(chatbot_id, b.session_id, "hours")).current_state, "other");
		assert.equal((await say(chatbot_id, a.session_id, "hours")).current_state, "hours");
		const second = await makeBot();
		const { body } = await send(second.chatbot_id, a.session_id, { message: "x" }, { status: 404 });
		assert.deepEqual(body, { detail: "Chat session not found" });
	});

	test("knows who the user is, and begins with variables", async () => {
		const { chatbot_id } = await makeBot();
		const session = await open(chatbot_id, { user_id: "+255712345678", contact_name: "Asha",
			variables: { plan: "gold", price: 7, _flow: { end: true }, deep: { a: [1] } } });
		assert.equal(session.messages[0].text, "Hello Asha!");
		await say(chatbot_id, session.session_id, "faq");
		assert.equal((await say(chatbot_id, session.session_id, "pricing")).messages[0].text,
			"A gold costs 7.");
		// the same user again is another session
		const again = await open(chatbot_id, { user_id: "+255712345678", contact_name: null });
		assert.notEqual(again.session_id, session.session_id);
		assert.equal(again.messages[0].text, "Hello !");
	});

	test("made by many at once leaves one integration behind", async () => {
		const { chatbot_id } = await makeBot();
		const all = await Promise.all(Array.from({ length: 8 }, () => open(chatbot_id)));
		assert.equal(new Set(all.map((one) => one.session_id)).size, 8);
		assert.deepEqual(site.sql(`SELECT COUNT(*) FROM integrations
			WHERE chatbot_id = UNHEX('${hex(chatbot_id)}') AND type = 'api_chat'`), [["1"]]);
		await api.call("deleteChatbot", { params: { chatbot_id } });
		assert.deepEqual(site.sql(`SELECT COUNT(*) FROM integrations
			WHERE chatbot_id = UNHEX('${hex(chatbot_id)}')`), [["0"]]);
	});

	test("is refused in the documented words, and nothing is stored", async () => {
		const { chatbot_id, flow_id } = await makeBot(MENU, false);
		const counts = site.counts();
		const opens = async (id, status, detail) => assert.deepEqual((await api.call("createChatSession",
			{ params: { chatbot_id: id }, status })).body, { detail });
		await opens(chatbot_id, 400, "No published flow found for this chatbot");
		await opens("01JMXYZ123ABC", 404, "Chatbot not found");
		await opens("01JMXYZ123ABCDEFGHJKMNPQRS", 404, "Chatbot not found");
		await api.call("updateChatbot", { params: { chatbot_id }, body: { is_active: false } });
		await opens(chatbot_id, 403, "Chatbot is inactive.");
		const params = { chatbot_id };
		for (const [body, want] of [
			[{ user_id: 7 }, [["body.user_id", "string_type"]]],
			[{ user_id: "a\nb" }, [["body.user_id", "value_error"]]],
			[{ user_id: "x".repeat(201) }, [["body.user_id", "string_too_long"]]],
			[{ user_id: "é".repeat(150) }, [["body.user_id", "string_too_long"]]],
			[{ contact_name: "x".repeat(101) }, [["body.contact_name", "string_too_long"]]],
			[{ variables: [] }, [["body.variables", "dict_type"]]],
			[{ variables: { a: "x".repeat(40000) } }, [["body.variables", "too_long"]]],
			["[]", [["body", "model_attributes_type"]]], ["{", [["body", "json_invalid"]]],
		])
			assert.deepEqual(await refused("createChatSession", { params, body }), want);
		assert.deepEqual(site.counts(), counts);
		await api.call("updateChatbot", { params: { chatbot_id }, body: { is_active: true } });
		await api.call("publishFlow", { params: { chatbot_id, flow_id } });
		const { session_id } = await open(chatbot_id);
		const before = site.counts();
		const sends = async (status, detail, ids = {}) => assert.deepEqual((await api.call(
			"sendChatMessage", { params: { chatbot_id, session_id, ...ids }, body: { message: "x" },
				status })).body, { detail });
		await sends(404, "Chat session not found", { session_id: "01JPQ" });
		await sends(404, "Chat session not found", { session_id: chatbot_id });
		await sends(404, "Chatbot not found", { chatbot_id: session_id });
		await sends(404, "Chatbot not found", { chatbot_id: "x" });
		for (const [body, want] of [
			[{}, [["body.message", "missing"]]], [{ message: null }, [["body.message", "string_type"]]],
			[{ message: "" }, [["body.message", "string_too_short"]]],
			[{ message: " \n " }, [["body.message", "string_too_short"]]],
			[{ message: "é".repeat(4097) }, [["body.message", "string_too_long"]]],
			[{ message: "a\u0001b" }, [["body.message", "value_error"]]],
			[{ message: "x", message_type: "image" }, [["body.message_type", "literal_error"]]],
			[{ message: "x", button_id: 1 }, [["body.button_id", "string_type"]]],
			[{ message: "x", button_id: "x".repeat(1001) }, [["body.button_id", "string_too_long"]]],
		])
			assert.deepEqual(await refused("sendChatMessage",
				{ params: { chatbot_id, session_id }, body }), want);
		await api.call("deleteFlow", { params: { chatbot_id, flow_id } });
		await sends(400, "No published flow found for this chatbot");
		await api.call("updateChatbot", { params: { chatbot_id }, body: { is_active: false } });
		await sends(403, "Chatbot is inactive.");
		assert.deepEqual(site.counts(), before);
		// a conversation of the widget is no session
		await api.call("sendChatMessage", { params: { chatbot_id: site.env.CHATBOT_ID,
			session_id: "00000000-0000-0000-0000-000000000001" }, body: { message: "x" }, status: 404 });
	});

	test("takes the longest message", async () => {
		const { chatbot_id } = await makeBot();
		const { session_id } = await open(chatbot_id);
		const answer = await say(chatbot_id, session_id, "é".repeat(4096));
		assert.equal(answer.current_state, "other");
	});

	test("ends for silence, and stays ended", async () => {
		const { chatbot_id } = await makeBot();
		const { session_id } = await open(chatbot_id);
		age(session_id, 500);
		await say(chatbot_id, session_id, "still here");
		age(session_id, 500);
		await say(chatbot_id, session_id, "and again");
		age(session_id, 601);
		const gone = async () => assert.deepEqual((await send(chatbot_id, session_id,
			{ message: "late" }, { status: 410 })).body, { detail: "Chat session has been closed" });
		const before = site.counts();
		await gone();
		assert.deepEqual(site.sql(`SELECT status, is_waiting FROM conversations
			WHERE id = UNHEX('${hex(session_id)}')`), [["4", "0"]]);
		await gone();
		assert.deepEqual(site.counts(), before);
		const [open_] = await agent.json("GET", "/api/conversations/?filter=all&status=open");
		assert.notEqual(open_?.id, uuid(session_id));
	});

	test("is the agents' after the handoff, until they resolve it", async () => {
		const { chatbot_id, flow_id } = await makeBot();
		const { session_id } = await open(chatbot_id, { contact_name: "Juma" });
		const handed = await say(chatbot_id, session_id, "support");
		assert.deepEqual(handed.messages.map((one) => one.text), ["Wait.", "An agent will join."]);
		age(session_id, 5000); // people take their time
		const silent = await say(chatbot_id, session_id, "hello?");
		assert.deepEqual([silent.messages, silent.messages_count, silent.current_state],
			[[], 0, "people"]);
		const path = `/api/conversations/${uuid(session_id)}`;
		const shown = await agent.json("GET", path);
		assert.deepEqual([shown.channel, shown.end_user.display_name, shown.handoff],
			["api", "Juma", true]);
		assert.equal((await agent.request("POST", `${path}/assign`, {})).status, 200);
		assert.equal((await agent.request("POST", `${path}/messages`, { content: "Hi, Juma" })).status, 200);
		await api.call("deleteFlow", { params: { chatbot_id, flow_id } }); // people need none
		assert.deepEqual((await say(chatbot_id, session_id, "thanks")).messages, []);
		const history = await agent.json("GET", `${path}/history`);
		assert.deepEqual(history.slice(-3).map((m) => [m.sender_type, m.content]),
			[["end_user", "hello?"], ["agent", "Hi, Juma"], ["end_user", "thanks"]]);
		assert.equal((await agent.request("POST", `${path}/resolve`, {})).status, 200);
		await api.call("publishFlow", { params: { chatbot_id, flow_id: (await api.call("createFlow",
			{ params: { chatbot_id }, body: { name: "New", type: "conversation", flow: MENU } })).body.id } });
		await send(chatbot_id, session_id, { message: "one thing more" }, { status: 410 });
	});

	test("that is over says so first, whatever became of its bot", async () => {
		const { chatbot_id, flow_id } = await makeBot();
		const [resolved, silent, live] = [await open(chatbot_id), await open(chatbot_id), await open(chatbot_id)];
		await agent.request("POST", `/api/conversations/${uuid(resolved.session_id)}/assign`, {});
		await agent.request("POST", `/api/conversations/${uuid(resolved.session_id)}/resolve`, {});
		age(silent.session_id, 700);
		await api.call("deleteFlow", { params: { chatbot_id, flow_id } });
		const says = async (session_id, status) =>
			(await send(chatbot_id, session_id, { message: "x" }, { status })).body.detail;
		const before = site.counts();
		assert.match(await says(live.session_id, 400), /^No published flow/);
		for (const { session_id } of [resolved, silent])
			assert.equal(await says(session_id, 410), "Chat session has been closed");
		await api.call("updateChatbot", { params: { chatbot_id }, body: { is_active: false } });
		assert.equal(await says(live.session_id, 403), "Chatbot is inactive.");
		assert.equal(await says(resolved.session_id, 410), "Chat session has been closed");
		assert.deepEqual(site.counts(), before);
	});
});

describe("a request with an Idempotency-Key", () => {
	const key = (name) => ({ headers: { "Idempotency-Key": name } });

	test("opens one session", async () => {
		const { chatbot_id } = await makeBot();
		const first = await open(chatbot_id, { user_id: "u" }, key("open-1"));
		const again = await api.call("createChatSession",
			{ params: { chatbot_id }, body: { user_id: "u" }, ...key("open-1") });
		assert.deepEqual([again.status, again.body], [201, first]);
		assert.equal(again.headers["idempotency-replayed"], "true");
		const other = (await api.call("createChatSession", { params: { chatbot_id },
			body: { user_id: "v" }, ...key("open-1"), status: 422 })).body;
		assert.match(other.detail, /another request/);
		// after more was said it is the greeting still
		await say(chatbot_id, first.session_id, "FAQ", { button_id: "faq" });
		assert.deepEqual(await open(chatbot_id, { user_id: "u" }, key("open-1")), first);
		const all = await Promise.all(Array.from({ length: 8 }, () =>
			open(chatbot_id, {}, key("open-2"))));
		assert.equal(new Set(all.map((one) => one.session_id)).size, 1);
		for (const one of all) assert.deepEqual(one.messages, GREETING);
		assert.deepEqual(site.sql(`SELECT COUNT(*), SUM(last_seq) FROM conversations
			WHERE chatbot_id = UNHEX('${hex(chatbot_id)}')`), [["2", "7"]]);
		// one that other POSTs have used is taken
		await api.call("createChatbot", { body: { name: "Taken" }, ...key("open-3") });
		await api.call("createChatSession", { params: { chatbot_id }, ...key("open-3"), status: 422 });
	});

	test("says a thing once and has one answer", async () => {
		const { chatbot_id } = await makeBot();
		const { session_id } = await open(chatbot_id);
		const body = { message: "FAQ", button_id: "faq" };
		const first = await send(chatbot_id, session_id, body, key("say-1"));
		const again = await send(chatbot_id, session_id, body, key('"say-1"'));
		assert.deepEqual(again.body, first.body);
		assert.equal(again.headers["idempotency-replayed"], "true");
		assert.equal(first.headers["idempotency-replayed"], undefined);
		for (const other of [{ message: "faq", button_id: "faq" }, { message: "FAQ" },
			{ message: "FAQ", button_id: "hours" }])
			assert.match((await send(chatbot_id, session_id, other, { ...key("say-1"), status: 422 }))
				.body.detail, /another request/);
		const all = await Promise.all(Array.from({ length: 8 }, () =>
			send(chatbot_id, session_id, { message: "hours" }, key("say-2"))));
		for (const { body: one } of all) assert.deepEqual(one, all[0].body);
		assert.equal(all.filter((one) => !one.headers["idempotency-replayed"]).length, 1);
		// what came later does not change it
		await say(chatbot_id, session_id, "more");
		const late = (await send(chatbot_id, session_id, body, key("say-1"))).body;
		assert.deepEqual(late.messages, first.body.messages);
		assert.equal(late.timestamp, first.body.timestamp);
		assert.deepEqual(site.sql(`SELECT sender_type, COUNT(*) FROM messages
			WHERE conversation_id = UNHEX('${hex(session_id)}') GROUP BY 1 ORDER BY 1`),
			[["bot", "6"], ["end_user", "3"]]);
		// also when the session is over
		age(session_id, 700);
		assert.deepEqual((await send(chatbot_id, session_id, body, key("say-1"))).body.messages,
			first.body.messages);
		await send(chatbot_id, session_id, { message: "new" }, { ...key("say-3"), status: 410 });
		assert.deepEqual(await refused("sendChatMessage", { params: { chatbot_id, session_id },
			body: { message: "x" }, headers: { "Idempotency-Key": "a b" } }),
			[["header.Idempotency-Key", "value_error"]]);
		const name = createHash("sha256").update("say-1").digest("base64url");
		assert.deepEqual(site.sql(`SELECT COUNT(*) FROM messages
			WHERE client_id = 'once:${name}'`), [["1"]]);
	});

	test("of another session is another request", async () => {
		const { chatbot_id } = await makeBot();
		const [a, b] = [await open(chatbot_id), await open(chatbot_id)];
		await send(chatbot_id, a.session_id, { message: "faq" }, key("say-4"));
		const { body } = await send(chatbot_id, b.session_id, { message: "faq" }, key("say-4"));
		assert.equal(body.session_id, b.session_id);
	});
});

describe("conversations", () => {
	const list = async (chatbot_id, query = {}) =>
		(await api.call("listConversations", { params: { chatbot_id }, query })).body;
	const messages = async (chatbot_id, conversation_id, query = {}) =>
		(await api.call("listMessages", { params: { chatbot_id, conversation_id }, query })).body;
	const show = async (chatbot_id, conversation_id) =>
		(await api.call("getConversation", { params: { chatbot_id, conversation_id } })).body;

	test("tell who, where, how far and what last", async () => {
		const { chatbot_id } = await makeBot();
		const { session_id, created_at } = await open(chatbot_id,
			{ user_id: "+255712345678", contact_name: "John" });
		const { timestamp } = await say(chatbot_id, session_id, "hello");
		const one = await show(chatbot_id, session_id);
		assert.deepEqual({ ...one, last_message_id: 0, updated_at: 0 }, {
			id: session_id, chatbot_id, user_phone: "+255712345678", contact_name: "John",
			channel: "api", status: "ACTIVE", last_message_id: 0, last_message_at: timestamp,
			last_message_preview: "You said hello.", unread_count: 1, created_at, updated_at: 0 });
		assert.ok(one.updated_at && one.last_message_id);
		assert.deepEqual(await list(chatbot_id),
			{ count: 1, conversations: [one], next_cursor: null });
		// a session without a user is its own
		const silent = await makeBot({ start: { transitions: { default: "start" } } });
		const session = await open(silent.chatbot_id);
		assert.deepEqual(session.messages, []);
		assert.deepEqual(await show(silent.chatbot_id, session.session_id), {
			id: session.session_id, chatbot_id: silent.chatbot_id, user_phone: session.session_id,
			contact_name: null, channel: "api", status: "ACTIVE", last_message_id: null,
			last_message_at: session.created_at, last_message_preview: null, unread_count: 0,
			created_at: session.created_at, updated_at: null });
	});

	test("are listed by status and channel", async () => {
		const { chatbot_id } = await makeBot();
		const { token } = site.addWidget({ more: ["--chatbot", chatbot_id] });
		const web = await openChat(site, "web visitor", { embed_token: token });
		const api_ = {};
		for (const name of ["active", "pending", "agent", "closed", "silent"])
			api_[name] = (await open(chatbot_id)).session_id;
		for (const name of ["pending", "agent", "closed"])
			await say(chatbot_id, api_[name], "support");
		for (const name of ["agent", "closed"])
			await agent.request("POST", `/api/conversations/${uuid(api_[name])}/assign`, {});
		await agent.request("POST", `/api/conversations/${uuid(api_.closed)}/resolve`, {});
		age(api_.silent, 700);
		const ids = async (query) => (await list(chatbot_id, query)).conversations.map((one) => one.id);
		const closed = [api_.silent, api_.closed];
		assert.deepEqual(await ids({ status: "CLOSED" }), closed);
		assert.deepEqual(await ids({ status: "CLOSED", channel: "api" }), closed);
		assert.deepEqual(await ids({ status: "CLOSED", channel: "web" }), []);
		assert.deepEqual(await ids({ status: "HANDOFF_PENDING" }), [api_.pending]);
		assert.deepEqual(await ids({ status: "AGENT_ACTIVE", channel: "api" }), [api_.agent]);
		assert.deepEqual(await ids({ status: "ACTIVE", channel: "api" }), [api_.active]);
		assert.deepEqual(await ids({ status: "ARCHIVED" }), []);
		assert.deepEqual(await ids({ channel: "sms" }), []);
		const [person] = (await list(chatbot_id, { channel: "web" })).conversations;
		assert.deepEqual([person.channel, person.user_phone, uuid(person.id)],
			["web", "web visitor", web.conversation_id]);
		assert.equal((await ids({ channel: "api" })).length, 5);
		assert.equal((await list(chatbot_id)).count, 6);
		// seen by an agent is read
		assert.equal((await show(chatbot_id, api_.pending)).unread_count, 1);
		const history = await agent.json("GET", `/api/conversations/${uuid(api_.pending)}/history`);
		await agent.request("POST", `/api/conversations/${uuid(api_.pending)}/read`,
			{ message_ids: history.map((m) => m.id) });
		assert.equal((await show(chatbot_id, api_.pending)).unread_count, 0);
	});

	test("that silence has ended are closed for who looks at them alone", async () => {
		const { chatbot_id } = await makeBot();
		const { session_id } = await open(chatbot_id);
		age(session_id, 700);
		const before = site.sql(`SELECT status FROM conversations WHERE id = UNHEX('${hex(session_id)}')`);
		assert.equal((await show(chatbot_id, session_id)).status, "CLOSED");
		assert.deepEqual(before, [["1"]]);
	});

	test("come in parts that stay right while some are added", async () => {
		const { chatbot_id } = await makeBot();
		const made = [];
		for (let i = 0; i < 7; i++) made.unshift((await open(chatbot_id)).session_id);
		const seen = [];
		let cursor;
		do {
			const page = await list(chatbot_id, { limit: 3, channel: "api", ...(cursor && { cursor }) });
			assert.equal(page.count, page.conversations.length);
			seen.push(...page.conversations.map((one) => one.id));
			cursor = page.next_cursor;
			await open(chatbot_id);
		} while (cursor);
		assert.deepEqual(seen, made);
	});

	test("are found by when they began, inclusive", async () => {
		const { chatbot_id } = await makeBot();
		const made = (await open(chatbot_id)).created_at;
		const count = async (query) => (await list(chatbot_id, query)).count;
		const shift = (s) => new Date(Date.parse(made) + s * 1000).toISOString();
		const day = made.slice(0, 10);
		for (const [query, n] of [
			[{ start_time: made }, 1], [{ end_time: made }, 1], [{ start_time: made, end_time: made }, 1],
			[{ start_time: shift(1) }, 0], [{ end_time: shift(-1) }, 0],
			[{ start_time: day, end_time: day }, 1], [{ start_time: "2020-01-01", end_time: "2020-12-31" }, 0],
			[{ start_time: made.replace("Z", "+00:00") }, 1],
			[{ end_time: shift(3600).replace(/\.000Z/, "+02:00") }, 0],
			[{ end_time: shift(3600).replace(/\.000Z/, "+01:00") }, 1],
			[{ start_time: "1066-10-14" }, 1], [{ end_time: "1066-10-14" }, 0],
		])
			assert.equal(await count(query), n, JSON.stringify(query));
		const params = { chatbot_id };
		for (const [query, want] of [
			[{ status: "active" }, ["query.status", "literal_error"]],
			[{ channel: "pigeon" }, ["query.channel", "literal_error"]],
			[{ start_time: "yesterday" }, ["query.start_time", "datetime_parsing"]],
			[{ end_time: "2026-02-30" }, ["query.end_time", "datetime_parsing"]],
			[{ end_time: "2026-02-03T10:00:00+99:00" }, ["query.end_time", "datetime_parsing"]],
			[{ limit: 68 }, ["query.limit", "less_than_equal"]],
			[{ cursor: "x" }, ["query.cursor", "value_error"]],
		])
			assert.deepEqual(await refused("listConversations", { params, query }), [want]);
	});

	test("have their messages in pairs, oldest first", async () => {
		const { chatbot_id } = await makeBot();
		const { session_id: conversation_id } = await open(chatbot_id);
		await say(chatbot_id, conversation_id, "FAQ", { button_id: "faq" });
		await say(chatbot_id, conversation_id, "hello");
		const { count, messages: all, next_cursor } = await messages(chatbot_id, conversation_id);
		assert.deepEqual([count, next_cursor], [3, null]);
		const bare = all.map(({ id, received_at, responded_at, created_at, ...rest }) => {
			assert.ok(id && received_at && responded_at && created_at === received_at);
			return rest;
		});
		const record = { conversation_id, responder: "BOT", status: "delivered" };
		assert.deepEqual(bare, [
			{ ...record, message: null, message_type: "text",
				response: { text: "Hello !", messages: GREETING } },
			{ ...record, message: { text: "FAQ", button_id: "faq" }, message_type: "button",
				response: { text: "Sure!", messages: [{ type: "text", text: "Sure!" }, LIST] } },
			{ ...record, message: { text: "hello" }, message_type: "text",
				response: { text: "You said FAQ.",
					messages: [{ type: "text", text: "You said FAQ." }] } },
		]);
		// in any parts the same, also of one that goes on
		const seen = [];
		let cursor;
		do {
			const page = await messages(chatbot_id, conversation_id, { limit: 1, ...(cursor && { cursor }) });
			assert.equal(page.count, 1);
			seen.push(...page.messages);
			cursor = page.next_cursor;
		} while (cursor);
		assert.deepEqual(seen, all);
		const part = await messages(chatbot_id, conversation_id, { limit: 2 });
		await say(chatbot_id, conversation_id, "more");
		const rest = await messages(chatbot_id, conversation_id, { cursor: part.next_cursor });
		assert.deepEqual(rest.messages.map((one) => one.message.text), ["hello", "more"]);
	});

	/** All records, in parts of that many. */
	const walk = async (chatbot_id, conversation_id, limit) => {
		const seen = [];
		let cursor;
		do {
			const page = await messages(chatbot_id, conversation_id, { limit, ...(cursor && { cursor }) });
			assert.ok(page.count <= limit);
			seen.push(...page.messages);
			cursor = page.next_cursor;
		} while (cursor);
		return seen;
	};
	const texts = (all) => all.map((one) => [one.message?.text ?? null,
		one.response?.messages.map((m) => m.text) ?? null]);

	test("pair each answer with its message, however many are under way", async () => {
		const held = [];
		const tell = (seen, answer) => json(answer, 200, { name: seen.url.slice(1) });
		shop.handler = (...call) => held.push(call);
		const { chatbot_id } = await makeBot({
			ask: { initial: true, message: "Which?", save_to: "name", transitions: { default: "call" } },
			call: { actions: [{ type: "API_CALL", url: `${shop.url}/{{name}}`, save_to: "got",
				success_transition: "told", failure_transition: "told" }], transitions: {} },
			told: { message: ["{{name}}!", "It is {{got.name}}."], save_to: "name",
				transitions: { default: "call" } },
		});
		const { session_id } = await open(chatbot_id);
		const names = ["ant", "bee", "cat", "dog", "elk"];
		const answers = names.map((name) => say(chatbot_id, session_id, name));
		await until("all of them", () => Number(site.sql(`SELECT COUNT(*) FROM messages
			WHERE sender_type = 'end_user' AND conversation_id = UNHEX('${hex(session_id)}')`)[0][0]) === 5);
		shop.handler = tell;
		for (const call of held) tell(...call);
		const want = (name) => [`${name}!`, `It is ${name}.`];
		for (const [i, name] of names.entries())
			assert.deepEqual((await answers[i]).messages.map((m) => m.text), want(name));
		const all = await walk(chatbot_id, session_id, 67);
		assert.deepEqual(texts(all)[0], [null, ["Which?"]]);
		assert.deepEqual(texts(all).slice(1).sort(), names.map((name) => [name, want(name)]));
		for (const limit of [1, 2, 5])
			assert.deepEqual(await walk(chatbot_id, session_id, limit), all);
	});

	test("show what answers a message from afar, and what belongs to none, once", async () => {
		const { chatbot_id } = await makeBot();
		const { session_id } = await open(chatbot_id); // seq 1 and 2
		const rows = [];
		const put = (sender, answers) => rows.push(`SELECT ${rows.length + 3} AS seq, '${sender}' AS sender_type,
			${answers} AS answers`);
		for (let seq = 3; seq <= 260; seq++) put("end_user", null);
		put("bot", 3); // too far behind it
		put("bot", 3);
		put("agent", null);
		put("bot", 258);
		put("bot", 259);
		put("agent", null);
		put("bot", 260);
		put("agent", null);
		site.sql(`INSERT INTO messages (conversation_id, seq, id, workspace_id, session_id, sender_type,
			sender_id, content_type, content, answers, created_at)
			SELECT m.conversation_id, n.seq, UNHEX(MD5(CONCAT(HEX(m.conversation_id), n.seq))),
			m.workspace_id, m.session_id, n.sender_type, '', 'text', CONCAT('m', n.seq), n.answers, UTC_TIMESTAMP(6)
			FROM messages m JOIN (${rows.join(" UNION ALL ")}) n
			WHERE m.conversation_id = UNHEX('${hex(session_id)}') AND m.seq = 1;
			UPDATE conversations SET last_seq = 268 WHERE id = UNHEX('${hex(session_id)}')`);
		const all = await walk(chatbot_id, session_id, 67);
		assert.deepEqual(texts(all).slice(-5), [["m258", ["m264"]], ["m259", ["m265"]], ["m260", ["m267"]],
			[null, ["m261", "m262"]], [null, ["m263", "m266", "m268"]]]);
		assert.equal(texts(all).flatMap(([asked, said]) => [asked, ...(said ?? [])])
			.filter((text) => text?.startsWith("m")).length, 266);
		for (const limit of [1, 2, 50])
			assert.deepEqual(await walk(chatbot_id, session_id, limit), all);
	});

	test("tell people's answers apart, and what waits for one", async () => {
		const { chatbot_id } = await makeBot();
		const { session_id: conversation_id } = await open(chatbot_id);
		const path = `/api/conversations/${uuid(conversation_id)}`;
		await say(chatbot_id, conversation_id, "support");
		await say(chatbot_id, conversation_id, "anybody?");
		const short = async () => (await messages(chatbot_id, conversation_id)).messages
			.map((one) => [one.message?.text ?? null, one.response?.messages.map((m) => m.text) ?? null,
				one.responder, one.status]);
		const before = [[null, ["Hello !", "Choose an option:"], "BOT", "delivered"],
			["support", ["Wait.", "An agent will join."], "BOT", "delivered"]];
		assert.deepEqual(await short(), [...before, ["anybody?", null, "HUMAN", "delivered"]]);
		await agent.request("POST", `${path}/assign`, {});
		await agent.request("POST", `${path}/messages`, { content: "Hi" });
		await agent.request("POST", `${path}/messages`, { content: "What is it?" });
		const after_ = [...before, ["anybody?", ["Hi", "What is it?"], "HUMAN", "sent"]];
		assert.deepEqual(await short(), after_);
		await agent.request("POST", `${path}/messages`, { content_type: "file", content: "Our menu",
			rich_media: { url: "https://a.example/m.pdf", filename: "m.pdf", mime_type: "application/pdf" } });
		const file = (await messages(chatbot_id, conversation_id)).messages.at(-1).response.messages.at(-1);
		assert.deepEqual(file, { type: "document", media_url: "https://a.example/m.pdf",
			media_filename: "m.pdf", media_caption: "Our menu" });
	});

	test("of the widget show what was received and read", async () => {
		const { chatbot_id } = await makeBot();
		const { token } = site.addWidget({ more: ["--chatbot", chatbot_id] });
		const who = await visitor(site, "reader", { embed_token: token });
		await who.say("hello");
		const conversation_id = who.id;
		const all = async () => (await messages(chatbot_id, conversation_id)).messages;
		await until("the answer", async () => (await all()).at(-1).response);
		const last = async () => (await all()).at(-1).status;
		assert.equal(await last(), "sent");
		const seqs = site.sql(`SELECT last_seq FROM conversations WHERE id = UNHEX('${
			conversation_id.replaceAll("-", "")}')`);
		const mark = (column) => site.sql(`UPDATE conversations SET ${column} = ${seqs[0][0]}
			WHERE id = UNHEX('${conversation_id.replaceAll("-", "")}')`);
		mark("visitor_delivered_seq");
		assert.equal(await last(), "delivered");
		mark("visitor_read_seq");
		assert.equal(await last(), "read");
		who.socket.close();
	});

	test("that are large come in shorter parts, and nothing is missing", async () => {
		const { chatbot_id } = await makeBot();
		const { session_id: conversation_id } = await open(chatbot_id);
		await say(chatbot_id, conversation_id, "support");
		await agent.request("POST", `/api/conversations/${uuid(conversation_id)}/assign`, {});
		site.sql(`INSERT INTO messages (conversation_id, seq, id, workspace_id, session_id, sender_type,
			sender_id, content_type, content, created_at)
			SELECT conversation_id, seq.seq + 5, UNHEX(MD5(CONCAT(HEX(conversation_id), seq.seq))),
			workspace_id, session_id, IF(seq.seq % 100 = 0, 'end_user', 'agent'), '', 'text',
			REPEAT('\u00e9', 4000), UTC_TIMESTAMP(6) FROM messages, seq_1_to_400 seq
			WHERE conversation_id = UNHEX('${hex(conversation_id)}') AND messages.seq = 1;
			UPDATE conversations SET last_seq = 405 WHERE id = UNHEX('${hex(conversation_id)}')`);
		let cursor, n = 0, parts = 0;
		do {
			const page = await messages(chatbot_id, conversation_id, cursor ? { cursor } : {});
			for (const one of page.messages)
				n += (one.message ? 1 : 0) + (one.response?.messages.length ?? 0);
			cursor = page.next_cursor;
			parts++;
		} while (cursor);
		assert.equal(n, 405);
		assert.ok(parts > 1 && parts < 10, `${parts}`);
	});

	test("of other bots are not found, in the words of each", async () => {
		const [a, b] = [await makeBot(), await makeBot()];
		const { session_id } = await open(a.chatbot_id);
		for (const id of ["getConversation", "listMessages"]) {
			for (const conversation_id of [session_id, "no-id", a.chatbot_id])
				assert.deepEqual((await api.call(id, { params: { chatbot_id: b.chatbot_id, conversation_id },
					status: 404 })).body, { detail: "Conversation not found." });
			assert.deepEqual((await api.call(id, { params: { chatbot_id: session_id,
				conversation_id: session_id }, status: 404 })).body, { detail: "Chatbot not found." });
		}
		await api.call("listConversations", { params: { chatbot_id: session_id }, status: 404 });
		const cursor = Buffer.from(JSON.stringify({ id: session_id })).toString("base64url");
		assert.deepEqual(await refused("listMessages", { params: { chatbot_id: a.chatbot_id,
			conversation_id: session_id }, query: { cursor } }), [["query.cursor", "value_error"]]);
	});
});

describe("every operation", () => {
	test("was asked for and answered as described", () => {
		assert.deepEqual(unasked("dev-chat"), []);
	});
});
