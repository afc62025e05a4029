// widgets.test.mjs: administrators make, change, copy and delete widgets
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Agent, http, Installation } from "./harness.mjs";

let site, admin, agent, bot;
before(async () => {
	site = await Installation.start();
	admin = await Agent.login(site);
	agent = await Agent.login(site, "CONSOLE2");
	[bot] = (await answer(admin, "GET", "/api/chatbots")).body;
});
after(() => site?.stop());

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

async function answer(who, method, path, body, headers) {
	const got = await who.request(method, path, body, headers);
	const text = await got.text();
	return { status: got.status, body: text && JSON.parse(text) };
}
const make = async (body) => {
	const got = await answer(admin, "POST", "/api/widgets", body);
	assert.equal(got.status, 201, JSON.stringify(got.body));
	return got.body;
};
const show = async (id) => (await answer(admin, "GET", `/api/widgets/${id}`)).body;
const set = (id, body) => answer(admin, "PATCH", `/api/widgets/${id}`, body);
const keyOf = async (id) => (await answer(admin, "GET", `/api/widgets/${id}/key`)).body.key;
const open = (token, session_id = "visitor", headers = {}) => http(site, "POST", "/chat-widget/open", {
	headers: { "Content-Type": "application/json", ...headers },
	body: JSON.stringify({ embed_token: token, session_id }),
});
const stored = () => site.sql(`SELECT HEX(id), name, type, allowed_origins, settings, HEX(secrets),
	HEX(token_hash), disabled_at FROM integrations ORDER BY id`);

describe("a widget", () => {
	test("is made with what it needs, and its key opens a chat", async () => {
		const made = await make({ name: " Shop ", chatbot_id: bot.id, allowed_origins:
			["https://shop.example", "https://Other.example/"], color: "#123456", width: 400 });
		assert.match(made.created_at, TIME);
		assert.deepEqual(made, { ...made, name: "Shop", chatbot_id: bot.id, chatbot_name: bot.name,
			is_active: true, allowed_origins: ["https://shop.example", "https://other.example"],
			last_used_at: null, description: "", has_identity_secret: false,
			settings: { color: "#123456", width: 400 } });
		assert.equal(made.inherited.color, "#0066ff");
		assert.equal(made.inherited.width, 380);
		assert.deepEqual(await show(made.id), made);
		const [row] = (await answer(admin, "GET", "/api/widgets")).body;
		assert.deepEqual(Object.keys(row), ["id", "name", "chatbot_id", "chatbot_name", "is_active",
			"allowed_origins", "created_at", "updated_at", "last_used_at"]);
		assert.equal(row.id, made.id);
		const key = await keyOf(made.id);
		assert.match(key, /^wk_[A-Za-z0-9_-]{32}$/);
		const opened = await open(key, "first", { Origin: "https://shop.example" });
		assert.equal(opened.status, 200);
		assert.equal(JSON.parse(opened.text).settings.color, "#123456");
		assert.equal((await open(key, "first", { Origin: "https://evil.example" })).status, 403);
		assert.match((await show(made.id)).last_used_at, TIME);
		// who has the list has no keys
		assert.ok(!JSON.stringify((await answer(admin, "GET", "/api/widgets")).body).includes(key));
	});

	test("is changed in parts; null takes an option back to what it inherits", async () => {
		const { id } = await make({ name: "Parts" });
		const key = await keyOf(id);
		let got = await set(id, { title: "Ask us", stream: false, allowed_paths: ["/shop/*"],
			translations: { ar: { title: "مرحبا" } } });
		assert.equal(got.status, 200);
		assert.deepEqual(got.body.settings, { title: "Ask us", stream: false,
			allowed_paths: ["/shop/*"], translations: { ar: { title: "مرحبا" } } });
		assert.equal(got.body.chatbot_id, null);
		assert.equal(JSON.parse((await open(key)).text).settings.title, "Ask us");
		got = await set(id, { title: null, translations: null, name: "Parts of it",
			chatbot_id: bot.id });
		assert.deepEqual(got.body.settings, { stream: false, allowed_paths: ["/shop/*"] });
		assert.equal(got.body.name, "Parts of it");
		assert.equal(got.body.chatbot_name, bot.name);
		got = await set(id, { is_active: false });
		assert.equal(got.body.is_active, false);
		assert.equal((await open(key)).status, 403);
		await set(id, { is_active: true });
		assert.equal((await open(key)).status, 200);
	});

	test("is refused what makes no sense, and nothing changes", async () => {
		const { id } = await make({ name: "Careful", color: "#123456" });
		const before = stored();
		for (const [body, why] of [
			[{ color: "red" }, /^color must be/], [{ width: 100 }, /^width must be/],
			[{ width: "400" }, /^width must be/], [{ stream: "yes" }, /^stream must be/],
			[{ title: "x".repeat(101) }, /^title must have/], [{ title: "a\u0007" }, /^title must not/],
			[{ allowed_paths: "x" }, /^allowed_paths must/], [{ theme: 3 }, /^theme must/],
			[{ translations: { de: { title: 3 } } }, /^translations must/],
			[{ unheard_of: 1 }, /^There is no field unheard_of/],
			[{ name: "" }, /^name must not be empty/], [{ name: 7 }, /^name must/],
			[{ name: "x".repeat(101) }, /^name must have/], [{ is_active: 1 }, /^is_active must/],
			[{ chatbot_id: "x" }, /^chatbot_id must/], [{ allowed_origins: ["ftp://x"] }, /not an origin/],
			[{ alias: "mine" }, /^There is no field alias/],
			[{ color: "#fff", width: 1 }, /^width/]]) {
			const got = await set(id, body);
			assert.deepEqual([got.status, got.body.error], [400, "bad_request"], JSON.stringify(body));
			assert.match(got.body.message, why);
		}
		assert.equal((await set(id, { chatbot_id: id })).status, 404);
		for (const body of [{}, { name: " " }, { color: "#fff" }])
			assert.equal((await answer(admin, "POST", "/api/widgets", body)).status, 400);
		assert.equal((await answer(admin, "POST", `/api/widgets/${id}/clone`, { color: "#fff", name: 1 })).status, 400);
		assert.equal((await answer(admin, "GET", "/api/widgets/nothing")).status, 404);
		assert.deepEqual(stored(), before);
	});

	test("gets a new key, and the old one lets nobody in", async () => {
		const { id } = await make({ name: "Keys" });
		const old = await keyOf(id);
		const secret = (await answer(admin, "POST", `/api/widgets/${id}/identity-secret`)).body.secret;
		const { status, body } = await answer(admin, "POST", `/api/widgets/${id}/key`);
		assert.equal(status, 200);
		assert.notEqual(body.key, old);
		assert.equal(await keyOf(id), body.key);
		assert.equal((await open(old)).status, 403);
		assert.equal((await open(body.key)).status, 200);
		assert.equal((await show(id)).has_identity_secret, true);
		assert.ok(secret);
	});

	test("gets a secret that is shown once and kept sealed", async () => {
		const { id } = await make({ name: "Secrets" });
		const key = await keyOf(id);
		assert.equal((await show(id)).has_identity_secret, false);
		const path = `/api/widgets/${id}/identity-secret`;
		const first = await answer(admin, "POST", path);
		assert.match(first.body.secret, /^ws_[A-Za-z0-9_-]{43}$/);
		const shown = await show(id);
		assert.equal(shown.has_identity_secret, true);
		assert.ok(!JSON.stringify(shown).includes(first.body.secret));
		assert.ok(!JSON.stringify(stored()).includes(first.body.secret));
		assert.notEqual((await answer(admin, "POST", path)).body.secret, first.body.secret);
		assert.equal(await keyOf(id), key);
		assert.equal((await open(key)).status, 200);
		assert.equal((await answer(admin, "GET", path)).status, 405);
	});

	test("is copied with all but its key and its secret", async () => {
		const { id } = await make({ name: "First", chatbot_id: bot.id, title: "Hi",
			allowed_origins: ["https://a.example"] });
		await answer(admin, "POST", `/api/widgets/${id}/identity-secret`);
		const { status, body } = await answer(admin, "POST", `/api/widgets/${id}/clone`,
			{ name: "Second" });
		assert.equal(status, 201);
		assert.notEqual(body.id, id);
		assert.deepEqual([body.name, body.settings, body.allowed_origins, body.chatbot_id],
			["Second", { title: "Hi" }, ["https://a.example"], bot.id]);
		assert.equal(body.has_identity_secret, false);
		assert.notEqual(await keyOf(body.id), await keyOf(id));
		assert.equal((await answer(admin, "POST", `/api/widgets/${id}/clone`)).body.name, "First");
	});

	test("is deleted for good; what was said in it stays", async () => {
		const { id } = await make({ name: "Going" });
		const key = await keyOf(id);
		const { conversation_id } = JSON.parse((await open(key)).text);
		assert.equal((await answer(admin, "DELETE", `/api/widgets/${id}`)).status, 204);
		assert.equal((await answer(admin, "DELETE", `/api/widgets/${id}`)).status, 404);
		assert.equal((await answer(admin, "GET", `/api/widgets/${id}`)).status, 404);
		assert.equal((await open(key)).status, 403);
		assert.ok(!(await answer(admin, "GET", "/api/widgets")).body.some((w) => w.id === id));
		assert.equal((await admin.request("GET", `/api/conversations/${conversation_id}`)).status, 200);
		assert.ok((await answer(admin, "GET", "/api/chatbots")).body.some((b) => b.id === bot.id));
	});

	test("is no business of agents, of pages without a token, or of strangers", async () => {
		const { id } = await make({ name: "Kept" });
		const before = stored();
		for (const [method, path, body] of [["GET", ""], ["POST", "", { name: "x" }],
			["GET", `/${id}`], ["PATCH", `/${id}`, { name: "x" }], ["DELETE", `/${id}`],
			["POST", `/${id}/clone`, {}], ["GET", `/${id}/key`], ["POST", `/${id}/key`],
			["POST", `/${id}/identity-secret`]]) {
			const refused = await answer(agent, method, `/api/widgets${path}`, body);
			assert.deepEqual([refused.status, refused.body.error], [403, "forbidden"], method + path);
			assert.equal((await http(site, method, `/api/widgets${path}`)).status, 401);
			if (method === "GET") continue;
			for (const token of ["", "guessed", agent.me.csrf_token]) {
				const unsure = await answer(admin, method, `/api/widgets${path}`, body, { "X-CSRFToken": token });
				assert.deepEqual([unsure.status, unsure.body.error], [400, "bad_request"], method + path);
			}
		}
		for (const path of ["/api/chatbots", "/api/widget-options"])
			assert.equal((await answer(agent, "GET", path)).status, 403);
		assert.deepEqual(stored(), before);
	});
});

describe("a workspace that has all its widgets", () => {
	test("gets no more, by making or by copying", async () => {
		const small = await Installation.start({ conf: "widgets_max = 1" });
		try {
			const owner = await Agent.login(small);
			const [{ id }] = (await answer(owner, "GET", "/api/widgets")).body;
			for (const [path, body] of [["/api/widgets", { name: "More" }], [`/api/widgets/${id}/clone`, {}]]) {
				const got = await answer(owner, "POST", path, body);
				assert.equal(got.status, 402, path);
				assert.match(got.body.message, /widgets_max/);
			}
			assert.equal((await answer(owner, "GET", "/api/widgets")).body.length, 1);
		} finally {
			await small.stop();
		}
	});
});

describe("the table of options", () => {
	test("has what a form needs, for every option", async () => {
		const { options } = (await answer(admin, "GET", "/api/widget-options")).body;
		assert.ok(options.length >= 42);
		for (const o of options) {
			assert.ok(o.label && o.help, o.key);
			assert.ok(["words", "look", "behaviour", "places"].includes(o.group), o.key);
		}
		const { inherited } = await make({ name: "All" });
		assert.deepEqual(Object.keys(inherited).sort(), options.map((o) => o.key).sort());
	});
});

describe("the preview", () => {
	test("stands in the console's frame and no other, for who is logged in", async () => {
		const path = "/console/preview/web-chat";
		const got = await agent.request("GET", path);
		const csp = got.headers.get("content-security-policy");
		assert.equal(got.status, 200);
		assert.match(csp, new RegExp(`frame-ancestors 'self' ${site.url}$`));
		assert.equal(got.headers.get("x-frame-options"), null);
		assert.match(await got.text(), /data-refused="preview"/);
		assert.equal((await http(site, "GET", path)).status, 303);
		const console = await agent.request("GET", "/console/");
		assert.match(console.headers.get("content-security-policy"), /frame-src 'self'/);
	});
});
