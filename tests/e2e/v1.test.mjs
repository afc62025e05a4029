// v1.test.mjs: the widget API, as it is described and as its SDK uses it
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ChatBotKit } from "@chatbotkit/sdk";
import { Installation, http, openChat } from "./harness.mjs";
import { V1, operations, rows, spec, unasked } from "./v1.mjs";

const MAX = 30; // widgets of a workspace
let site, api, reader, other, sdk, ours;
before(async () => {
	site = await Installation.start({ conf: `widgets_max = ${MAX}` });
	api = V1.start(site);
	reader = V1.start(site, { more: ["--scope", "read"] });
	ours = site.ctl(["workspace", "add", "--name", "Elsewhere"]).trim();
	other = V1.start(site, { workspace: ours });
	sdk = new ChatBotKit({ secret: api.key, baseUrl: site.url });
});
after(() => site?.stop());

const widget = async (body = {}) => (await api.call("createWidgetIntegration", { body })).id;
const fetched = (id) => api.call("fetchWidgetIntegration", { params: { widgetIntegrationId: id } });
const update = (id, body, more) => api.call("updateWidgetIntegration",
	{ params: { widgetIntegrationId: id }, body, ...more });

/** What opens the rows of each kind. */
const WAYS = { "anyone": [], "key": ["apiKey"], "talk-key": ["apiKey"], "talk": ["apiKey", "sessionToken"] };

describe("the description", () => {
	test("is what is served, to anybody, below both addresses", async () => {
		for (const at of ["/v1", "/api/v1"])
			assert.deepEqual((await http(site, "GET", `${at}/openapi.json`)).json, spec);
		await new V1(site).call("getDescription");
	});

	test("has every row of the route table and no other", () => {
		assert.deepEqual(rows().map(([method, path]) => `${method} ${path}`).sort(),
			operations.map(({ method, path }) => `${method} ${path}`).sort());
		for (const [method, path, who] of rows()) {
			const { op } = operations.find((one) => one.method === method && one.path === path);
			const ways = (op.security ?? spec.security).map((way) => Object.keys(way).join());
			assert.deepEqual(ways, WAYS[who], path);
		}
	});
});

describe("a key", () => {
	test("is needed, and its scope holds", async () => {
		for (const { id, method, path, op } of operations) {
			if (op.security?.length === 0) continue;
			const at = path.replace(/\{.*?\}/g, "1");
			const nobody = await new V1(site).raw(method, at);
			assert.deepEqual([nobody.status, nobody.json], [401,
				{ message: "Invalid or expired API key.", code: "UNAUTHORIZED" }], id);
			const read = await reader.raw(method, at);
			assert.equal(read.status === 403, method !== "GET", id);
			if (method !== "GET")
				assert.deepEqual(read.json, { message: "This API key may only read.", code: "FORBIDDEN" });
		}
	});

	test("may be used by pages anywhere, without cookies", async () => {
		const ask = await http(site, "OPTIONS", "/api/v1/integration/widget/list",
			{ headers: { Origin: "https://a.example", "Access-Control-Request-Method": "GET" } });
		assert.equal(ask.status, 204);
		assert.equal(ask.headers["access-control-allow-origin"], "*");
		for (const name of ["Authorization", "X-Timezone", "X-RunAs-User-Id"])
			assert.ok(ask.headers["access-control-allow-headers"].includes(name));
		const answer = await api.raw("GET", "/integration/widget/list", { headers: { "X-Timezone": "Africa/Nairobi" } });
		assert.equal(answer.headers["access-control-allow-origin"], "*");
		assert.equal(answer.headers["access-control-allow-credentials"], undefined);
	});

	test("reaches nothing where there is nothing, in the API's words", async () => {
		for (const path of ["/no", "/integration/widget", "/integration/widget/x/y/z"])
			assert.deepEqual((await api.raw("GET", path)).json,
				{ message: "There is nothing at this address.", code: "NOT_FOUND" });
		const answer = await api.raw("GET", "/integration/widget/create");
		assert.deepEqual([answer.status, answer.json.code], [405, "METHOD_NOT_ALLOWED"]);
	});
});

const FULL = { name: "Customer Support Widget", description: "On the main website",
	alias: "support", meta: { team: { name: "red", new: true } }, theme: { primaryColor: "#0066cc" },
	title: "How can we help you?", placeholder: "Type your message here...", intro: "a\nb",
	initial: "Hello", origin: "https://shop.example; app.example", sessionDuration: 60000,
	language: "en, sw", plugins: "one", layout: "popout", stream: false, verbose: false, tools: true,
	unfurl: false, math: true, carousel: true, form: true, attachments: true, autoScroll: false,
	startFirst: true, contactCollection: true, exportConversation: false,
	restartConversation: false, maximize: false, messagePeek: false, voiceIn: true, voiceOut: true,
	poweredBy: false };

describe("widgets", () => {
	test("are made with every field, read, and sent back as read", async () => {
		const bot = site.ctl(["chatbot", "add", "--workspace", site.env.WORKSPACE_ID, "--name", "V1"]).trim();
		const id = await widget({ ...FULL, botId: bot });
		const made = await fetched(id);
		assert.deepEqual(made, { ...made, ...FULL,
			origin: "https://shop.example https://app.example http://app.example" });
		assert.ok(Math.abs(made.createdAt - Date.now()) < 60_000);
		assert.equal(made.id, id);
		assert.ok(made.botId);
		assert.equal(Object.keys(made).length, 37);
		for (const name of ["@support", "support", id.toLowerCase()])
			assert.equal((await fetched(name)).id, id);
		await update(id, made);
		const again = await fetched("support");
		assert.deepEqual({ ...again, updatedAt: 0 }, { ...made, updatedAt: 0 });
		assert.ok(again.updatedAt >= made.updatedAt);
	});

	test("without anything have what holds then", async () => {
		const made = await fetched(await widget());
		const { Widget } = spec.components.schemas;
		for (const [name, { default: other }] of Object.entries(Widget.properties))
			if (other !== undefined) assert.deepEqual(made[name], other, name);
		assert.deepEqual([made.alias, made.meta, made.blueprintId, made.botId, made.name, made.origin],
			[null, null, null, null, "", ""]);
	});

	test("let visitors in, until they are gone; what was said stays", async () => {
		const id = await widget({ name: "Gone" });
		site.sql(`UPDATE integrations SET token_hash = UNHEX(SHA2('wk_known', 256)) WHERE name = 'Gone'`);
		const chat = await openChat(site, "somebody", { embed_token: "wk_known" });
		assert.ok(chat.conversation_id);
		const before = site.sql("SELECT COUNT(*) FROM conversations");
		assert.deepEqual(await api.call("deleteWidgetIntegration",
			{ params: { widgetIntegrationId: id }, body: {} }), { id });
		assert.deepEqual(site.sql("SELECT COUNT(*) FROM conversations"), before);
		await update(id, { name: "x" }, { status: 404 });
		await assert.rejects(openChat(site, "another", { embed_token: "wk_known" }));
	});

	test("are copied without alias", async () => {
		const { id, ...old } = await fetched("support");
		const copy = await api.call("cloneWidgetIntegration",
			{ params: { widgetIntegrationId: "support" }, body: {} });
		const made = await fetched(copy.id);
		assert.notEqual(made.id, id);
		assert.deepEqual({ ...made, createdAt: 0, updatedAt: 0 },
			{ ...old, id: copy.id, alias: null, createdAt: 0, updatedAt: 0 });
	});

	test("are made once by one Idempotency-Key", async () => {
		const headers = { "Idempotency-Key": "v1-once" };
		const path = "/integration/widget/create";
		const send = (key, body) => http(site, "POST", `/v1${path}`, { headers: { ...headers,
			Authorization: `Bearer ${key}`, "Content-Type": "application/json" }, body: JSON.stringify(body) });
		const first = await send(api.key, { name: "once" });
		assert.deepEqual((await send(api.key, { name: "once" })).json, first.json);
		const answer = await send(api.key, { name: "twice" });
		assert.deepEqual([answer.status, answer.json.code], [422, "INVALID"]);
	});

	test("are listed in pages, both ways, by meta and as lines", async () => {
		const all = [];
		let cursor = "";
		do {
			const page = await api.call("listWidgetIntegrations", { query: `take=2&cursor=${cursor}` });
			assert.ok(page.items.length <= 2);
			all.push(...page.items);
			({ cursor } = page);
		} while (cursor);
		assert.ok(all.length > 4);
		const { items } = await api.call("listWidgetIntegrations");
		assert.deepEqual(items, all);
		assert.deepEqual((await api.call("listWidgetIntegrations", { query: "take=0&order=asc" })).items,
			all.toReversed());
		for (const query of ["meta[team.name]=red", "meta.team.name=red&meta.team.new=true", "take=1000&meta%5Bteam.new%5D=true"])
			assert.deepEqual((await api.call("listWidgetIntegrations", { query })).items.map(({ name }) => name),
				[FULL.name, FULL.name], query);
		for (const query of ["meta[team.name]=blue", "meta[team.name]=true", "meta[no]=red"])
			assert.deepEqual(await api.call("listWidgetIntegrations", { query }), { items: [], cursor: "" }, query);
		const lines = await api.call("listWidgetIntegrations", { headers: { Accept: "application/jsonl" } });
		assert.deepEqual(lines.map(({ data }) => data), all);
		for (const query of ["take=x", "take=-1", "order=up", "cursor=no", "meta[a..b]=1", "blueprintId=no",
			"meta[a]=1&meta[a]=2"])
			await api.call("listWidgetIntegrations", { query, status: 400 });
	});

	test("that are wrong are refused whole", async () => {
		const id = await widget({ name: "As it was" });
		const was = await fetched(id);
		for (const [body, says] of [
			["{", /JSON/], ["[]", /object/], [{ nonsense: 1 }, /no field nonsense/], [{ name: 1 }, /name/],
			[{ name: "x".repeat(101) }, /name/], [{ alias: "A" }, /alias/], [{ alias: id.toLowerCase() }, /alias/],
			[{ meta: { _a: 1 } }, /meta/], [{ meta: "x" }, /meta/], [{ meta: { a: "x".repeat(17000) } }, /meta/],
			[{ origin: "https://a.example nonsense://'" }, /origin/], [{ sessionDuration: 3600001 }, /sessionDuration/],
			[{ stream: "yes" }, /stream/], [{ layout: "round" }, /layout/], [{ botId: "x" }, /botId/],
			[{ title: "a\nb" }, /title/], [{ theme: 1 }, /theme/], [{ language: "a;b" }, /language/],
			[{ translations: {} }, /translations/], [{ is_active: false }, /is_active/]]) {
			const text = typeof body === "string" ? body : JSON.stringify(typeof body === "object" &&
				!Array.isArray(body) ? { title: "Changed", ...body } : body);
			const told = await update(id, text, { status: 400 });
			assert.equal(told.code, "BAD_REQUEST");
			assert.match(told.message, says);
			assert.equal((await api.raw("POST", "/integration/widget/create", { body: text })).status, 400);
		}
		for (const body of [{ alias: "support" }])
			assert.equal((await update(id, { title: "Changed", ...body }, { status: 409 })).code, "CONFLICT");
		for (const body of [{ botId: id }, { blueprintId: id }])
			await update(id, { title: "Changed", ...body }, { status: 404 });
		assert.deepEqual(await fetched(id), was);
	});

	test("are as many as widgets_max allows", async () => {
		for (let n = 0; n < MAX; n++) await other.call("createWidgetIntegration", { body: {} });
		const told = await other.call("createWidgetIntegration", { body: {}, status: 402 });
		assert.equal(told.code, "PAYMENT_REQUIRED");
		const [{ id }] = (await other.call("listWidgetIntegrations")).items;
		const params = { widgetIntegrationId: id };
		await other.call("cloneWidgetIntegration", { params, body: {}, status: 402 });
		await other.call("deleteWidgetIntegration", { params, body: {} });
		await other.call("createWidgetIntegration", { body: {} });
	});
});

describe("blueprints", () => {
	test("give their widgets what these do not set", async () => {
		const body = { name: "House", alias: "house", visibility: "private", title: "Of the house", math: true };
		const { id } = await api.call("createBlueprint", { body });
		const params = { blueprintId: id };
		const made = await api.call("fetchBlueprint", { params });
		assert.deepEqual(made, { ...body, id, description: "", meta: null,
			createdAt: made.createdAt, updatedAt: made.updatedAt });
		const mine = await widget({ blueprintId: id, math: false });
		const look = async () => (({ title, math, blueprintId }) => [title, math, blueprintId])(await fetched(mine));
		assert.deepEqual(await look(), ["Of the house", false, id]);
		await api.call("updateBlueprint", { params: { blueprintId: "@house" }, body: { title: null, meta: { a: "1" } } });
		assert.deepEqual(await look(), ["", false, id]);
		assert.deepEqual((await api.call("listWidgetIntegrations", { query: `blueprintId=${id}` })).items
			.map((one) => one.id), [mine]);
		assert.deepEqual((await api.call("listBlueprints", { query: "meta[a]=1" })).items.map((one) => one.id), [id]);
		await api.call("createBlueprint", { body: { alias: "house" }, status: 409 });
		for (const wrong of [{ visibility: "public" }, { botId: null }, { origin: "a.example" }])
			await api.call("updateBlueprint", { params, body: wrong, status: 400 });
		await api.call("deleteBlueprint", { params, body: {} });
		assert.deepEqual(await look(), ["", false, null]);
	});
});

describe("another workspace", () => {
	test("sees and changes nothing of this one", async () => {
		const made = { widgetIntegrationId: await widget({ alias: "hidden" }),
			blueprintId: (await api.call("createBlueprint", { body: { name: "hidden" } })).id };
		const botId = site.ctl(["chatbot", "add", "--workspace", site.env.WORKSPACE_ID, "--name", "Hidden"]).trim();
		const session = await api.call("createBotSession", { params: { botId }, body: { messages: [{ type: "user", text: "hidden" }] } });
		Object.assign(made, { botId, conversationId: session.conversationId, messageId: session.messages[0].id });
		const messages = () => site.sql("SELECT COUNT(*) FROM messages UNION ALL SELECT COUNT(*) FROM conversations");
		const said = messages();
		const before = site.sql("SELECT id, name, updated_at FROM integrations UNION SELECT id, name, updated_at FROM blueprints");
		// anybody begins a session, and a channel's name says nothing: v1-talk
		for (const { id, path, op } of operations)
			if (path.includes("{") && op.security?.length !== 0 && !path.startsWith("/channel/"))
				await other.call(id, { params: made, body: { name: "theirs" }, status: 404 });
		assert.deepEqual(messages(), said);
		for (const id of ["listWidgetIntegrations", "listBlueprints"])
			assert.ok(!JSON.stringify(await other.call(id)).includes("hidden"));
		await other.call("fetchWidgetIntegration", { params: { widgetIntegrationId: "hidden" }, status: 404 });
		assert.deepEqual(site.sql("SELECT id, name, updated_at FROM integrations UNION SELECT id, name, updated_at FROM blueprints"), before);
	});
});

describe("the SDK", () => {
	test("lists, makes, fetches, changes and ends widgets", async () => {
		const { id } = await sdk.integration.widget.create({ name: "By the SDK", title: "Hello", meta: { by: "sdk" } });
		assert.equal((await sdk.integration.widget.fetch(id)).title, "Hello");
		await sdk.integration.widget.update(id, { title: "Other" });
		assert.deepEqual((await sdk.integration.widget.list({ meta: { by: "sdk" } })).items
			.map(({ title }) => title), ["Other"]);
		const seen = [];
		for (let cursor;;) {
			const page = await sdk.integration.widget.list({ take: 3, cursor });
			if (!page.items.length) break;
			seen.push(...page.items);
			({ cursor } = page);
		}
		const streamed = [];
		for await (const { type, data } of sdk.integration.widget.list().stream()) {
			assert.equal(type, "item");
			streamed.push(data);
		}
		assert.deepEqual(streamed, seen);
		assert.deepEqual(await sdk.integration.widget.delete(id), { id });
		await assert.rejects(async () => await sdk.integration.widget.fetch(id), { code: "NOT_FOUND" });
		await assert.rejects(async () => await sdk.integration.widget.create({ title: 1 }), { code: "BAD_REQUEST" });
	});

	test("does the same with blueprints", async () => {
		const { id } = await sdk.blueprint.create({ name: "By the SDK" });
		await sdk.blueprint.update(id, { description: "x" });
		assert.equal((await sdk.blueprint.fetch(id)).description, "x");
		assert.ok((await sdk.blueprint.list()).items.some((one) => one.id === id));
		await sdk.blueprint.delete(id);
	});
});

test("every operation was seen to work", () => {
	assert.deepEqual(unasked("v1"), []);
});
