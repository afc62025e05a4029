// dev-api.test.mjs: the developer API: keys, chatbots and flows, as described
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Installation, http, openChat, programs, until, visitor } from "./harness.mjs";
import { Api, BASE, every, FITS_ALL, idsOf, oneOfEach, operations, routes, spec, unasked } from "./openapi.mjs";

const GREETS = (message) => ({ greeting: { message, transitions: { default: "more" } },
	more: { message: "Tell me more.", transitions: { default: "more" } } });

let site, api, reader, other;
before(async () => {
	site = await Installation.start();
	api = await Api.start(site);
	reader = await Api.start(site, { more: ["--scope", "read"] });
	const workspace = site.ctl(["workspace", "add", "--name", "Elsewhere"]).trim();
	other = await Api.start(site, { workspace });
});
after(() => site?.stop());

let names = 0;
const bot = async (more = {}) => (await api.call("createChatbot",
	{ body: { name: `Bot ${++names}`, ...more } })).body;
const flow = async (chatbot_id, definition, type = "conversation") =>
	(await api.call("createFlow", { params: { chatbot_id },
		body: { name: "Main", type, ...(definition && { flow: definition }) } })).body;

/** A 422's faults as [loc, type]. */
async function refused(id, options) {
	const { body } = await api.call(id, { ...options, status: 422 });
	return body.detail.map((one) => [one.loc.join("."), one.type]);
}

describe("the description", () => {
	test("is what is served, to anybody", async () => {
		const answer = await http(site, "GET", `${BASE}/openapi.json`);
		assert.deepEqual(answer.json, spec);
		assert.equal(answer.json.openapi, "3.1.0");
		await new Api(site).call("getDescription");
	});

	test("has every row of the route table and no other", () => {
		const rows = routes();
		assert.ok(rows.length > 10);
		assert.deepEqual(rows.map(([method, path]) => `${method} ${path}`).sort(),
			operations.map(({ method, path }) => `${method} ${path}`).sort());
		for (const [method, path, who] of rows) {
			const { op } = operations.find((one) => one.method === method && one.path === path);
			assert.equal(who, op.security?.length === 0 ? "anyone" : "key", path);
			assert.equal("403" in op.responses, method !== "GET" && who === "key", path);
		}
	});
});

describe("a key", () => {
	test("tells whose it is", async () => {
		const { body } = await api.call("getMe");
		assert.deepEqual([body.workspace.name, body.workspace.plan], ["Maua & Co.", "self-hosted"]);
		assert.equal(body.api_key.key, `sk-••••••••••••${api.key.slice(-4)}`);
		assert.ok(body.api_key.last_used_at);
		assert.ok(!JSON.stringify(body).includes(api.key));
	});

	test("is needed for every row, in its header", async () => {
		for (const headers of [{}, { Authorization: api.key }, { Authorization: "Bearer sk-no" },
			{ "X-Api-Key": api.key }, { Authorization: `Basic ${api.key}` }])
			for (const { id, method, path, op } of operations) {
				if (op.security) continue;
				const answer = await http(site, method, BASE + path.replace(/\{.*?\}/g, "1"),
					{ headers: { "Content-Length": 0, ...headers } });
				assert.equal(answer.status, 401, id);
				assert.deepEqual(answer.json, { detail: "Invalid or expired API key." });
				assert.equal(answer.headers["www-authenticate"], "Bearer");
			}
	});

	test("that may only read changes nothing", async () => {
		const { id } = await bot();
		for (const one of operations) {
			if (one.method === "GET") continue;
			await reader.call(one.id, { params: every(id), body: FITS_ALL, status: 403 });
		}
		await reader.call("getChatbot", { params: { chatbot_id: id } });
	});

	test("is listed masked and ends at once by barazactl", async () => {
		const mine = await Api.start(site, { more: ["--days", "2"] });
		await mine.call("getMe");
		const list = site.ctl(["key", "list", "--workspace", site.env.WORKSPACE_ID]);
		const line = list.split("\n").find((one) => one.startsWith(mine.id));
		assert.match(line, / sk-•{12}.{4} write created=\S+Z used=\S+Z expires=\S+Z Test$/);
		assert.ok(!list.includes(mine.key));
		site.ctl(["key", "revoke", "--workspace", site.env.WORKSPACE_ID, "--key", mine.id]);
		await mine.call("getMe", { status: 401 });
		assert.throws(() => site.ctl(["key", "revoke", "--workspace", site.env.WORKSPACE_ID,
			"--key", mine.id], { stdio: "pipe" }));
		assert.throws(() => site.ctl(["key", "add", "--workspace", site.env.WORKSPACE_ID,
			"--name", "x", "--scope", "all"], { stdio: "pipe" }));
	});

	test("may be used by pages anywhere, without cookies", async () => {
		const ask = await http(site, "OPTIONS", `${BASE}/chatbots`,
			{ headers: { Origin: "https://a.example", "Access-Control-Request-Method": "POST" } });
		assert.equal(ask.status, 204);
		assert.equal(ask.headers["access-control-allow-origin"], "*");
		assert.match(ask.headers["access-control-allow-headers"], /Authorization/);
		assert.match(ask.headers["access-control-allow-methods"], /PATCH/);
		const { headers } = await api.call("getMe", { headers: { Origin: "https://a.example" } });
		assert.equal(headers["access-control-allow-origin"], "*");
		assert.equal(headers["access-control-allow-credentials"], undefined);
		assert.match(headers["access-control-expose-headers"], /Retry-After.*Idempotency-Replayed/);
	});
});

describe("chatbots", () => {
	test("are made, read, changed and ended", async () => {
		const body = { name: "  Support Bot ", description: "Handles\ntier-1", category: "support" };
		const made = (await api.call("createChatbot", { body })).body;
		assert.deepEqual({ ...made, id: 0, workspace_id: 0, webhook_secret: 0, created_at: 0 }, {
			...body, name: "Support Bot", webhook_url: null, is_active: true, updated_at: null,
			id: 0, workspace_id: 0, webhook_secret: 0, created_at: 0 });
		const params = { chatbot_id: made.id };
		assert.deepEqual((await api.call("getChatbot", { params })).body, made);
		assert.deepEqual((await api.call("updateChatbot", { params, body: {} })).body, made);
		const changed = (await api.call("updateChatbot", { params,
			body: { description: null, webhook_url: "https://a.example/hook" } })).body;
		assert.deepEqual({ ...changed, updated_at: null },
			{ ...made, description: null, webhook_url: "https://a.example/hook" });
		assert.ok(changed.updated_at);
		const stats = (await api.call("getChatbotStats", { params })).body.stats;
		assert.deepEqual(stats, { total_conversations: 0, total_messages: 0, active_users_7d: 0 });
		await api.call("deleteChatbot", { params });
		for (const id of ["getChatbot", "deleteChatbot", "getChatbotStats", "listFlows"])
			await api.call(id, { params, status: 404 });
	});

	test("have names of their own", async () => {
		const first = await bot(), second = await bot();
		const taken = { detail: "Chatbot with this name already exists in workspace." };
		assert.deepEqual((await api.call("createChatbot",
			{ body: { name: first.name }, status: 409 })).body, taken);
		assert.deepEqual((await api.call("updateChatbot", { params: { chatbot_id: second.id },
			body: { name: first.name }, status: 409 })).body, taken);
		await other.call("createChatbot", { body: { name: first.name } });
		await api.call("updateChatbot", { params: { chatbot_id: first.id }, body: { name: first.name } });
	});

	test("of barazactl have a secret too, the same each time", async () => {
		const params = { chatbot_id: site.env.CHATBOT_ID }; // a UUID is understood
		const first = (await api.call("getChatbot", { params })).body;
		assert.deepEqual((await api.call("getChatbot", { params })).body, first);
		const [[stored]] = site.sql(`SELECT webhook_secret LIKE 'whsec%' FROM chatbots
			WHERE name = 'Maua bot'`);
		assert.equal(stored, "0");
	});

	test("are listed in parts that stay right while some are made and ended", async () => {
		for (let i = 0; i < 5; i++) await bot();
		const all = (await api.call("listChatbots")).body;
		assert.equal(all.total, all.items.length);
		assert.equal(all.next_cursor, null);
		const seen = [];
		let cursor, total;
		do {
			const page = (await api.call("listChatbots",
				{ query: { limit: 2, ...(cursor && { cursor }) } })).body;
			seen.push(...page.items.map((one) => one.id));
			cursor = page.next_cursor;
			total = page.total;
			await bot(); // in front of all
			const last = page.items.at(-1);
			if (/^Bot/.test(last.name))
				await api.call("deleteChatbot", { params: { chatbot_id: last.id } });
		} while (cursor);
		assert.deepEqual(seen, all.items.map((one) => one.id));
		assert.ok(total > 0);
	});

	test("that are not described so are 422", async () => {
		const name = ["body.name"];
		for (const [body, want] of [
			[{}, [[...name, "missing"]]], ["", [[...name, "missing"]]],
			[{ name: null }, [[...name, "string_type"]]], [{ name: 7 }, [[...name, "string_type"]]],
			[{ name: " " }, [[...name, "string_too_short"]]],
			[{ name: "é".repeat(101) }, [[...name, "string_too_long"]]],
			[{ name: "a\nb" }, [[...name, "value_error"]]],
			[{ description: 1, category: [] }, [[...name, "missing"],
				["body.description", "string_type"], ["body.category", "string_type"]]],
			["[]", [["body", "model_attributes_type"]]], ["null", [["body", "model_attributes_type"]]],
			["{", [["body", "json_invalid"]]], ['{"name":"\\ud800"}', [["body", "json_invalid"]]],
		])
			assert.deepEqual(await refused("createChatbot", { body }), want, JSON.stringify(body));
		const { id } = await bot();
		const params = { chatbot_id: id };
		for (const [body, want] of [
			[{ name: null }, [[...name, "string_type"]]],
			[{ is_active: "yes" }, [["body.is_active", "bool_type"]]],
			[{ is_active: null }, [["body.is_active", "bool_type"]]],
			[{ webhook_url: "javascript:1" }, [["body.webhook_url", "url_parsing"]]],
			[{ webhook_url: "https://a b" }, [["body.webhook_url", "url_parsing"]]],
		])
			assert.deepEqual(await refused("updateChatbot", { params, body }), want, JSON.stringify(body));
		for (const [limit, type] of [["0", "greater_than_equal"], ["-1", "greater_than_equal"],
			["38", "less_than_equal"], ["x", "int_parsing"], ["", "int_parsing"], ["1.5", "int_parsing"]])
			assert.deepEqual(await refused("listChatbots", { query: { limit } }), [["query.limit", type]]);
		for (const cursor of ["x", "eyJpZCI6MX0", "eyJpZCI6IngifQ==", "bnVsbA"])
			assert.deepEqual(await refused("listChatbots", { query: { cursor } }),
				[["query.cursor", "value_error"]]);
		await api.call("getChatbot", { params: { chatbot_id: "no-id" }, status: 404 });
	});

	test("take all that hangs on them along, and nothing else", async () => {
		const made = await bot();
		await flow(made.id, GREETS("Hello"));
		const widget = site.addWidget({ more: ["--chatbot", made.id] });
		const who = await visitor(site, "ends", { embed_token: widget.token });
		await who.say("hello?");
		const { stats } = (await api.call("getChatbotStats", { params: { chatbot_id: made.id } })).body;
		assert.deepEqual([stats.total_conversations, stats.active_users_7d], [1, 1]);
		assert.ok(stats.total_messages >= 1);
		await openChat(site, "stays");
		const before = site.counts();
		await api.call("deleteChatbot", { params: { chatbot_id: made.id } });
		const now = site.counts();
		assert.deepEqual([now.contacts, now.conversations],
			[before.contacts - 1, before.conversations - 1]);
		assert.ok(now.messages < before.messages);
		const hex = who.id.replaceAll("-", "");
		for (const table of ["conversation_sessions", "messages", "bot_states", "read_cursors"])
			assert.deepEqual(site.sql(`SELECT COUNT(*) FROM ${table}
				WHERE conversation_id = UNHEX('${hex}')`), [["0"]], table);
		assert.deepEqual(site.sql(`SELECT COUNT(*) FROM flows f LEFT JOIN chatbots c
			ON c.id = f.chatbot_id WHERE c.id IS NULL`), [["0"]]);
		const refused = await http(site, "POST", "/chat-widget/open", {
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ embed_token: widget.token, session_id: "late" }) });
		assert.equal(refused.status, 403);
		who.socket.close();
	});
});

describe("flows", () => {
	test("are made, read, changed and ended", async () => {
		const { id: chatbot_id } = await bot();
		const blank = await flow(chatbot_id);
		assert.deepEqual([blank.status, blank.flow, blank.updated_at], ["draft", {}, null]);
		const params = { chatbot_id, flow_id: blank.id };
		const definition = { states: [], mine: [1.5, "é\u2028", null, { a: { b: [] } }] };
		const changed = (await api.call("updateFlow", { params, body: { flow: definition } })).body;
		assert.deepEqual(changed.flow, definition);
		assert.equal(changed.name, "Main");
		assert.ok(changed.updated_at);
		assert.deepEqual((await api.call("getFlow", { params })).body, changed);
		const list = (await api.call("listFlows", { params: { chatbot_id } })).body;
		assert.deepEqual([list.total, list.items[0].id, "flow" in list.items[0]], [1, blank.id, false]);
		await api.call("deleteFlow", { params });
		await api.call("getFlow", { params, status: 404 });
		await api.call("deleteFlow", { params, status: 404 });
	});

	test("are told what is wrong with them, and published without errors only", async () => {
		const { id: chatbot_id } = await bot();
		const bad = await flow(chatbot_id, { a: { message: "1", transitions: { x: "nowhere" } } });
		const params = { chatbot_id, flow_id: bad.id };
		const told = (await api.call("validateFlow", { params })).body;
		assert.equal(told.valid, false);
		assert.deepEqual(told.errors.map((one) => one.path), ["states.a.transitions.x"]);
		assert.deepEqual(told.warnings, [{ path: "states.a.transitions",
			message: "No fallback transition defined - users may get stuck." }]);
		const no = (await api.call("publishFlow", { params, status: 400 })).body;
		assert.match(no.detail, /states\.a\.transitions\.x/);
		assert.equal((await api.call("getFlow", { params })).body.status, "draft");
		const blank = await flow(chatbot_id);
		await api.call("publishFlow", { params: { chatbot_id, flow_id: blank.id }, status: 400 });
	});

	test("of a bot are published one at a time; forms apart", async () => {
		const { id: chatbot_id } = await bot();
		const form = { version: "5.0", screens: [{ id: "ASK", terminal: true, layout: {
			type: "SingleColumnLayout", children: [{ type: "TextBody", text: "Hi" }] } }] };
		const [a, b] = [await flow(chatbot_id, GREETS("a")), await flow(chatbot_id, GREETS("b"))];
		const meta = await flow(chatbot_id, form, "meta");
		const broken = await flow(chatbot_id, { screens: [{ id: "1" }] }, "meta");
		const found = (await api.call("validateFlow",
			{ params: { chatbot_id, flow_id: broken.id } })).body;
		assert.deepEqual(found.errors.map((one) => one.path),
			["version", "screens[0].id", "screens[0].layout", "screens"]);
		for (const { id } of [a, meta, b])
			await api.call("publishFlow", { params: { chatbot_id, flow_id: id } });
		const statuses = Object.fromEntries((await api.call("listFlows", { params: { chatbot_id } }))
			.body.items.map((one) => [one.id, one.status]));
		assert.deepEqual(statuses, { [a.id]: "draft", [b.id]: "published", [meta.id]: "published",
			[broken.id]: "draft" });
	});

	test("run as they were published, and while the bot is active", async () => {
		const { id: chatbot_id } = await bot();
		const { token } = site.addWidget({ more: ["--chatbot", chatbot_id] });
		const { id: flow_id } = await flow(chatbot_id, GREETS("First words"));
		const params = { chatbot_id, flow_id };
		await api.call("publishFlow", { params });
		await api.call("updateFlow", { params, body: { flow: GREETS("Second words"), name: "New" } });
		assert.equal((await api.call("getFlow", { params })).body.status, "published");
		const says = async (who) => {
			let chat;
			await until("the bot's greeting", async () => {
				chat = await openChat(site, who, { embed_token: token });
				return chat.messages.length;
			});
			return chat.messages.map((m) => m.content);
		};
		assert.deepEqual(await says("one"), ["First words"]);
		await api.call("publishFlow", { params });
		assert.deepEqual(await says("two"), ["Second words"]);
		await api.call("updateChatbot", { params: { chatbot_id }, body: { is_active: false } });
		const quiet = await visitor(site, "three", { embed_token: token });
		await quiet.say("hello?");
		await until("its turn to be over", () => site.sql(`SELECT 1 FROM bot_states
			WHERE conversation_id = UNHEX('${quiet.id.replaceAll("-", "")}')
			AND due_at IS NULL AND answered_seq > 0`).length);
		const { messages } = await openChat(site, "three", { embed_token: token });
		assert.deepEqual(messages.map((m) => m.sender_type), ["end_user"]);
		quiet.socket.close();
	});

	test("that are not described so are 422", async () => {
		const { id: chatbot_id } = await bot();
		const params = { chatbot_id };
		for (const [body, want] of [
			[{}, [["body.name", "missing"], ["body.type", "missing"]]],
			[{ name: "x", type: "other" }, [["body.type", "literal_error"]]],
			[{ name: "x", type: "meta", flow: [] }, [["body.flow", "dict_type"]]],
			[{ name: "x", type: "meta", flow: null }, [["body.flow", "dict_type"]]],
		])
			assert.deepEqual((await refused("createFlow", { params, body })).sort(), want.sort());
		const big = { name: "x", type: "meta", flow: { a: "x".repeat(1_100_000) } };
		const sent = await http(site, "POST", `${BASE}/chatbots/${chatbot_id}/flows`, {
			headers: { Authorization: `Bearer ${api.key}`, "Content-Type": "application/json" },
			body: JSON.stringify(big) });
		assert.equal(sent.status, 422);
		const { status } = await http(site, "POST", `${BASE}/chatbots/${chatbot_id}/flows`, {
			headers: { Authorization: `Bearer ${api.key}`, "Content-Type": "text/plain" }, body: "{}" });
		assert.equal(status, 415);
	});
});

describe("a request with an Idempotency-Key", () => {
	const count = async () => (await api.call("listChatbots", { query: { limit: 1 } })).body.total;
	const post = (name, key, options = {}) =>
		api.call("createChatbot", { body: { name }, headers: { "Idempotency-Key": key }, ...options });

	test("takes effect once and has one answer", async () => {
		const before = await count();
		const first = await post("Once", "k-1");
		for (const key of ["k-1", '"k-1"']) {
			const again = await post("Once", key);
			assert.deepEqual([again.status, again.body], [first.status, first.body]);
			assert.equal(again.headers["idempotency-replayed"], "true");
		}
		assert.equal(await count(), before + 1);
		assert.match((await post("Twice", "k-1", { status: 422 })).body.detail, /another request/);
		// of another workspace it is another key
		const theirs = await other.call("createChatbot",
			{ body: { name: "Once" }, headers: { "Idempotency-Key": "k-1" } });
		assert.notEqual(theirs.body.id, first.body.id);
		// what is kept cannot be read in the database
		assert.deepEqual(site.sql(`SELECT COUNT(*) FROM idempotency_keys
			WHERE body LIKE '%whsec%' OR body = ''`), [["0"]]);
	});

	test("takes effect once when many come together", async () => {
		const before = await count();
		const answers = await Promise.all(Array.from({ length: 12 }, () => post("Crowd", "k-2")));
		assert.equal(new Set(answers.map((one) => one.body.id)).size, 1);
		assert.equal(answers.filter((one) => !one.headers["idempotency-replayed"]).length, 1);
		assert.equal(await count(), before + 1);
	});

	test("that failed may be sent again", async () => {
		const { id, name } = await bot();
		await post(name, "k-3", { status: 409 });
		await api.call("deleteChatbot", { params: { chatbot_id: id } });
		await post(name, "k-3");
	});

	test("knows all POSTs, and refuses what is no key", async () => {
		for (const { method, id, op } of operations)
			if (method === "POST")
				assert.ok(op.parameters.some((one) => one.$ref?.endsWith("/idempotency_key")), id);
		for (const key of ["x".repeat(256), "a b", '""', "é"])
			assert.deepEqual(await refused("createChatbot",
				{ body: { name: "x" }, headers: { "Idempotency-Key": Buffer.from(key).toString("latin1") } }),
				[["header.Idempotency-Key", "value_error"]]);
		const { id: chatbot_id } = await bot();
		const { id: flow_id } = await flow(chatbot_id, GREETS("x"));
		const params = { chatbot_id, flow_id };
		const publish = () => api.call("publishFlow", { params, headers: { "Idempotency-Key": "k-4" } });
		assert.deepEqual((await publish()).body, (await publish()).body);
		assert.deepEqual(site.sql(`SELECT version FROM flows
			WHERE published_at IS NOT NULL AND draft LIKE '%"x"%'`), [["1"]]);
	});
});

describe("another workspace", () => {
	test("gets 404 from every row that names something, and changes nothing", async () => {
		const ours = await oneOfEach(api, "Ours"), theirs = await oneOfEach(other, "Theirs");
		const { chatbot_id } = ours;
		await until("the texts to be imported", () => site.sql(
			"SELECT COUNT(*) FROM kb_sources WHERE due_at IS NOT NULL")[0][0] === "0");
		const state = () => [site.sql(`SELECT HEX(c.id), c.name, c.is_active, f.name, f.draft,
			f.published_at FROM chatbots c LEFT JOIN flows f ON f.chatbot_id = c.id ORDER BY 1, 4`),
			...["integrations", "knowledge_bases", "kb_sources", "chatbot_knowledge"].map((table) =>
				site.sql(`SELECT * FROM ${table} ORDER BY 1, 2, 3`))];
		const counts = site.counts();
		const before = state();
		const rows = routes().filter(([, path]) => path.includes("{"));
		assert.ok(rows.length >= 10);
		for (const [method, path] of rows) {
			const { id } = operations.find((one) => one.method === method && one.path === path);
			const body = method === "GET" || method === "DELETE" ? undefined
				: { ...FITS_ALL, kb_id: ours.kb_id };
			const params = idsOf(path, ours), names = Object.keys(params), mine = idsOf(path, theirs);
			const own = names.slice(0, -1).map((_, n) => names.slice(0, n + 1));
			// all of it the other's; one's own bot or base, and the other's thing in it
			for (const kept of [[], ...own]) {
				const mixed = { ...params, ...Object.fromEntries(kept.map((name) => [name, mine[name]])) };
				const answer = await other.call(id, { params: mixed, body, status: 404 });
				assert.match(answer.body.detail, /^[A-Z][A-Za-z ]+ not found\.?$/, path);
			}
		}
		// what a body names as well
		await other.call("attachKnowledgeBase", { params: { chatbot_id: theirs.chatbot_id },
			body: { kb_id: ours.kb_id }, status: 404 });
		assert.deepEqual([state(), site.counts()], [before, counts]);
		const { items } = (await other.call("listChatbots")).body;
		assert.ok(!items.some((one) => one.id === chatbot_id));
		const cursor = (await api.call("listChatbots", { query: { limit: 1 } })).body.next_cursor;
		const rest = (await other.call("listChatbots", { query: { cursor } })).body.items;
		assert.ok(rest.every((one) => items.some((item) => item.id === one.id)));
	});
});

describe("every operation", () => {
	test("was asked for and answered as described", () => {
		assert.deepEqual(unasked("dev-api"), []);
	});
});

/** One request to the program as a CGI server makes it: status and the rest. */
function cgi(where, env) {
	const out = execFileSync(join(programs, "fcgi-app"), [], { encoding: "utf8",
		env: { ...process.env, BARAZA_CONF: where.env.CONF, GATEWAY_INTERFACE: "CGI/1.1",
			REQUEST_METHOD: "GET", REQUEST_URI: `${BASE}/me`, REMOTE_ADDR: "192.0.2.1", ...env },
		stdio: ["ignore", "pipe", "ignore"] });
	return { status: Number(out.match(/^Status: (\d+)/)[1]), text: out };
}

describe("the budget of a key", () => {
	let small;
	before(async () => (small = await Installation.start({ web: "apache",
		conf: "key_read_burst = 8\nkey_read_rate = 1\nkey_write_burst = 2\nkey_write_rate = 1\n" +
			"threads = 4" })));
	after(() => small?.stop());

	test("is one for all processes of the host, also for one that starts anew", async () => {
		const mine = await Api.start(small);
		const header = { HTTP_AUTHORIZATION: `Bearer ${mine.key}` };
		const answers = [];
		const ask = async () => answers.push((await http(small, "GET", `${BASE}/me`,
			{ headers: { Authorization: `Bearer ${mine.key}` } })).status);
		for (let i = 0; i < 4; i++) {
			await ask();
			answers.push(cgi(small, header).status);
		}
		await small.crash("fcgi");
		// One comes back each second: ask faster than that until it is refused.
		await until("a refusal", async () => {
			await ask();
			answers.push(cgi(small, header).status);
			return answers.includes(429);
		});
		assert.ok(answers.slice(0, 8).every((status) => status === 200), `${answers}`);
	});

	test("refuses with the seconds to wait, reads and writes apart", async () => {
		const mine = await Api.start(small);
		let answer, n = 0;
		do answer = await http(small, "POST", `${BASE}/chatbots`, { headers: {
			Authorization: `Bearer ${mine.key}`, "Content-Type": "application/json" }, body: "{}" });
		while (answer.status === 422 && ++n < 1000);
		assert.equal(answer.status, 429);
		assert.ok(n >= 2);
		assert.deepEqual(answer.json, { detail: "Rate limit exceeded." });
		assert.equal(answer.headers["retry-after"], "1");
		await mine.call("getMe"); // through Apache, with a key
	});

	test("belongs to the key under any name of its header", async () => {
		const mine = await Api.start(small);
		const name = { REDIRECT_HTTP_AUTHORIZATION: `Bearer ${mine.key}` };
		assert.equal(cgi(small, { ...name, HTTP_AUTHORIZATION: "" }).status, 200);
		assert.match(cgi(small, {}).text, /^WWW-Authenticate: Bearer\r$/m);
	});
});
