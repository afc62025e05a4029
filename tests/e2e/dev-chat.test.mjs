// dev-chat.test.mjs: the Chat API and what it leaves behind, as described
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Agent, Installation } from "./harness.mjs";
import { Api, unasked } from "./openapi.mjs";

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

let site, api, agent;
before(async () => {
	site = await Installation.start({ conf: "chat_session_s = 600" });
	api = await Api.start(site);
	agent = await Agent.login(site);
});
after(() => site?.stop());

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

describe("every operation", () => {
	test("was asked for and answered as described", () => {
		assert.deepEqual(unasked("dev-chat"), []);
	});
});
