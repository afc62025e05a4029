// dev-integration.test.mjs: integrations by the developer API, and what they do
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { Installation, http, openChat, until, visitor } from "./harness.mjs";
import { Api, BASE, operations, unasked } from "./openapi.mjs";

/** What must never be seen again once it was sent. */
const SECRETS = ["EAABwzLixnjYBO", "my-webhook-verify-token", "hunter2-bearer", "hunter2-header",
	"hunter2-other"];

let site, api, other, seen = "";
before(async () => {
	site = await Installation.start({ conf: "mcp_servers_max = 3\nlog_level = debug\noutside_allow = 127.0.0.1:9" });
	api = await Api.start(site);
	const workspace = site.ctl(["workspace", "add", "--name", "Elsewhere"]).trim();
	other = await Api.start(site, { workspace });
	for (const one of [api, other]) {
		const { call } = one;
		one.call = async (...args) => {
			const answer = await call.apply(one, args);
			seen += JSON.stringify([answer.body ?? null, answer.headers]);
			return answer;
		};
	}
});
after(() => site?.stop());

let names = 0;
const bot = async () => ({ chatbot_id: (await api.call("createChatbot",
	{ body: { name: `Bot ${++names}` } })).body.id });
const flow = async ({ chatbot_id }, name, states) => ({ chatbot_id,
	flow_id: (await api.call("createFlow", { params: { chatbot_id },
		body: { name, type: "conversation", flow: states } })).body.id });
async function refused(id, options) {
	const { body } = await api.call(id, { ...options, status: 422 });
	return body.detail.map((one) => [one.loc.slice(1).join("."), one.type]);
}
async function detail(id, status, options) {
	return (await api.call(id, { ...options, status })).body.detail;
}
const items = async (params) => (await api.call("listIntegrations", { params })).body.items;

const WHATSAPP = { phone_number_id: "1234567890", access_token: "EAABwzLixnjYBO...",
	verify_token: "my-webhook-verify-token" };
const WEB = { name: "Main Site Widget", allowed_domains: ["yoursite.com"],
	greeting_message: "Hi! How can I help you today?",
	widget_config: { bot_display_name: "Aria", primary_color: "#0066ff", bubble_text: "Need Help?",
		position: "bottom-right", allowed_paths: ["/contact", "/support/*"] } };
const MCP = { name: "github", server_url: "https://api.githubcopilot.com/mcp/", auth_type: "BEARER",
	auth_config: { bearer: "hunter2-bearer" }, description: "Code", timeout: 20,
	tool_allowlist: ["create_issue"], enabled: true };
const BACKEND = { name: "my_backend", base_url: "https://api.example.com/v1", auth_type: "HEADERS",
	auth_config: { "X-Api-Key": "hunter2-header", "X-Other": "hunter2-other" },
	headers: { Accept: "application/json" } };

describe("the samples of the published page", () => {
	const SAMPLES = [
		["GET", "", ""],
		["POST", "whatsapp", `-H "Content-Type: application/json" \\
-d '{
"phone_number_id": "1234567890",
"access_token": "EAABwzLixnjYBO...",
"verify_token": "my-webhook-verify-token"
}'`],
		["POST", "rest-api", `-H "Content-Type: application/json" \\
-d '{
"webhook_url": "https://yourserver.com/chatbot-webhook",
"name": "My REST Integration"
}'`],
		["POST", "web", `-H "Content-Type: application/json" \\
-d '{
"name": "Main Site Widget",
"allowed_domains": ["yoursite.com"],
"greeting_message": "Hi! How can I help you today?",
"widget_config": {
"bot_display_name": "Aria",
"primary_color": "#0066ff",
"bubble_text": "Need Help?",
"position": "bottom-right",
"allowed_paths": ["/contact", "/support/*"]
}
}'`],
		["GET", "", ""],
	];

	test("run with another base URL, and give what is shown", async () => {
		const { chatbot_id } = await bot();
		const answers = SAMPLES.map(([method, path, rest]) => {
			const sample = `curl -X ${method} https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>` +
				`/integrations${path && `/${path}`} \\
-H "Authorization: Bearer <your-api-key>"${rest && ` \\\n${rest}`}`;
			return JSON.parse(execFileSync("bash", ["-c", sample
				.replace("https://beta-api.sarufi.io", site.url).replace("<chatbot-id>", chatbot_id)
				.replace("<your-api-key>", api.key)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
		});
		seen += JSON.stringify(answers);
		const [none, whatsapp, rest, web, all] = answers;
		assert.deepEqual(none, { items: [], total: 0 });
		assert.deepEqual([whatsapp.type, whatsapp.config.access_token], ["whatsapp", "***"]);
		assert.deepEqual([rest.type, rest.name, rest.config], ["rest-api", "My REST Integration",
			{ webhook_url: "https://yourserver.com/chatbot-webhook" }]);
		assert.deepEqual([web.type, web.name, web.is_active], ["web", "Main Site Widget", true]);
		assert.match(web.config.widget_key, /^wk_[A-Za-z0-9_-]{32}$/);
		assert.deepEqual(web.config.allowed_domains, ["yoursite.com"]);
		for (const [name, value] of Object.entries(WEB.widget_config))
			assert.deepEqual(web.config.widget_config[name], value, name);
		assert.equal(all.total, 3);
		assert.deepEqual(all.items.map((one) => one.type), ["web", "rest-api", "whatsapp"]);
		for (const one of all.items)
			for (const name of ["id", "chatbot_id", "type", "is_active", "created_at"])
				assert.ok(name in one, name);
	});
});

describe("the integrations for WhatsApp and for one’s own channel", () => {
	test("are made once, shown masked, changed and ended", async () => {
		const params = await bot();
		await api.call("getWhatsAppIntegration", { params, status: 404 });
		const made = (await api.call("createWhatsAppIntegration", { params, body: WHATSAPP })).body;
		assert.deepEqual({ ...made, id: 0, created_at: 0 }, { id: 0, chatbot_id: params.chatbot_id,
			type: "whatsapp", name: "WhatsApp", config: { phone_number_id: "1234567890",
				access_token: "***", verify_token: "***" }, is_active: true, created_at: 0, updated_at: null });
		assert.match(await detail("createWhatsAppIntegration", 409, { params, body: WHATSAPP }), /already/);
		const stored = () => site.sql(`SELECT HEX(secrets) FROM integrations WHERE type = 'whatsapp'
			AND id = (SELECT MAX(id) FROM integrations WHERE type = 'whatsapp')`)[0][0];
		const before = stored();
		const changed = (await api.call("updateWhatsAppIntegration", { params, body: { name: "Shop",
			access_token: "***", phone_number_id: "99", is_active: false } })).body;
		assert.deepEqual([changed.name, changed.is_active, changed.config.phone_number_id],
			["Shop", false, "99"]);
		assert.ok(changed.updated_at);
		assert.notEqual(stored(), before); // sealed anew, never twice alike
		assert.deepEqual((await api.call("getWhatsAppIntegration", { params })).body, changed);
		const byId = { ...params, integration_id: made.id };
		assert.deepEqual((await api.call("getIntegration", { params: byId })).body, changed);
		await api.call("deleteIntegration", { params: byId });
		await api.call("deleteIntegration", { params: byId, status: 404 });
		await api.call("getWhatsAppIntegration", { params, status: 404 });
		await api.call("createWhatsAppIntegration", { params, body: WHATSAPP });
	});

	test("want what they need, and keep only what is there", async () => {
		const params = await bot();
		assert.deepEqual(await refused("createWhatsAppIntegration", { params, body: {} }),
			[["phone_number_id", "missing"], ["access_token", "missing"], ["verify_token", "missing"]]);
		assert.deepEqual(await refused("createWhatsAppIntegration",
			{ params, body: { ...WHATSAPP, access_token: "***" } }), [["access_token", "value_error"]]);
		for (const [body, want] of [
			[{}, [["webhook_url", "missing"]]], [{ webhook_url: "ftp://a" }, [["webhook_url", "url_parsing"]]],
			[{ webhook_url: null }, [["webhook_url", "string_type"]]],
			[{ webhook_url: "https://a.example", name: "" }, [["name", "string_too_short"]]],
		])
			assert.deepEqual(await refused("createRestApiIntegration", { params, body }), want);
		assert.deepEqual(await items(params), []);
	});

	test("do not reach into this network", async () => {
		const params = await bot();
		const good = { webhook_url: "https://yourserver.com/hook" };
		for (const webhook_url of ["http://yourserver.com/hook", "https://127.0.0.1/", "https://[::1]/",
			"https://169.254.169.254/", "https://localhost/", "https://user:pw@yourserver.com/"])
			await api.call("createRestApiIntegration", { params, body: { webhook_url }, status: 400 });
		await api.call("createRestApiIntegration", { params, body: good });
		await api.call("updateRestApiIntegration",
			{ params, body: { webhook_url: "https://10.0.0.1/" }, status: 400 });
		assert.deepEqual((await api.call("getRestApiIntegration", { params })).body.config, good);
		const { body } = await api.call("updateRestApiIntegration", { params, body: { name: "Mine" } });
		assert.deepEqual([body.name, body.config], ["Mine", good]);
	});
});

const GREETS = { greeting: { message: "Welcome!", transitions: { default: "greeting" } } };

describe("the widget of a bot", () => {
	const open = (token, origin) => http(site, "POST", "/chat-widget/open", {
		headers: { "Content-Type": "application/json", ...(origin && { Origin: origin }) },
		body: JSON.stringify({ embed_token: token, session_id: `s-${Math.random()}` }) });

	test("is opened by its key on the sites that it is for, and speaks", async () => {
		const params = await bot();
		const made = (await api.call("createWebIntegration", { params, body: WEB })).body;
		const key = made.config.widget_key;
		await api.call("publishFlow", { params: await flow(params, "Main", GREETS) });
		for (const [origin, status] of [["https://yoursite.com", 200], ["http://yoursite.com", 200],
			["https://evil.example", 403], ["https://www.yoursite.com", 403]])
			assert.equal((await open(key, origin)).status, status, origin);
		const { settings } = (await open(key)).json;
		assert.deepEqual([settings.title, settings.bot_name, settings.color, settings.greeting],
			["Aria", "Aria", "#0066ff", WEB.greeting_message]);
		const page = await http(site, "GET", `/chat-widget?embed_token=${key}`,
			{ headers: { Referer: "https://yoursite.com/contact" } });
		assert.match(page.headers["content-security-policy"], /frame-ancestors [^;]*https:\/\/yoursite\.com/);
		const who = await visitor(site, "w1", { embed_token: key });
		await until("the greeting", async () => (await openChat(site, "w1", { embed_token: key }))
			.messages.some((one) => one.content === "Welcome!"));
		who.socket.close();
		await api.call("updateWebIntegration", { params, body: { allowed_domains: ["*.shop.example"] } });
		for (const [origin, status] of [["https://yoursite.com", 403], ["https://a.shop.example", 200]])
			assert.equal((await open(key, origin)).status, status, origin);
		await api.call("updateWebIntegration", { params, body: { is_active: false } });
		assert.equal((await open(key)).status, 403);
		const back = (await api.call("updateWebIntegration",
			{ params, body: { is_active: true, allowed_domains: null } })).body;
		assert.deepEqual([back.config.allowed_domains, back.config.widget_key], [[], key]);
		assert.equal((await open(key, "https://anywhere.example")).status, 200);
	});

	test("has a look of its own, with what is not said by default", async () => {
		const params = await bot();
		const made = (await api.call("createWebIntegration", { params, body: { name: "W" } })).body;
		const defaults = { bot_display_name: "Assistant", primary_color: "#0066ff",
			secondary_color: "#f0f4ff", background_color: null, bubble_text: "Need Help?",
			bot_avatar_icon: "", font_size: 13.5, position: "bottom-right", width: 380, height: 600,
			allowed_paths: null };
		assert.deepEqual(made.config.widget_config, defaults);
		assert.deepEqual([made.config.allowed_domains, made.config.greeting_message], [[], null]);
		assert.equal((await open(made.config.widget_key)).json.settings.title, "Assistant");
		const look = { bot_display_name: "Rosa", secondary_color: "#fff", background_color: "#ABCDEF",
			bot_avatar_icon: "robot", font_size: 24, position: "bottom-left", width: 280, height: 800,
			allowed_paths: ["/x"], bubble_text: "" };
		const now = (await api.call("updateWebIntegration", { params, body: { widget_config: look } })).body;
		assert.deepEqual(now.config.widget_config, { ...defaults, ...look });
		const part = (await api.call("updateWebIntegration", { params,
			body: { name: "V", widget_config: { width: null, bot_display_name: null } } })).body;
		assert.deepEqual(part.config.widget_config,
			{ ...defaults, ...look, width: 380, bot_display_name: "Assistant" });
		assert.equal(part.name, "V");
		assert.deepEqual((await api.call("getWebIntegration", { params })).body, part);
	});

	test("is described well or refused", async () => {
		const params = await bot();
		for (const [body, want] of [
			[{}, [["name", "missing"]]],
			[{ name: "x", allowed_domains: "yoursite.com" }, [["allowed_domains", "list_type"]]],
			[{ name: "x", allowed_domains: [1] }, [["allowed_domains", "string_type"]]],
			[{ name: "x", allowed_domains: ["a b"] }, [["allowed_domains", "value_error"]]],
			[{ name: "x", allowed_domains: ["ok.example", "a;b"] }, [["allowed_domains", "value_error"]]],
			[{ name: "x", allowed_domains: Array(101).fill("a.example") }, [["allowed_domains", "too_long"]]],
			[{ name: "x", widget_config: [] }, [["widget_config", "dict_type"]]],
			[{ name: "x", greeting_message: "x".repeat(1001) }, [["greeting_message", "string_too_long"]]],
			...[["primary_color", "red", "string_pattern_mismatch"], ["primary_color", "#12345", "string_pattern_mismatch"],
				["background_color", "#gggggg", "string_pattern_mismatch"], ["bot_avatar_icon", "cat", "literal_error"],
				["position", "left", "literal_error"], ["font_size", 11.9, "greater_than_equal"],
				["font_size", 25, "less_than_equal"], ["font_size", "13", "float_type"],
				["width", 279, "greater_than_equal"], ["width", 601, "less_than_equal"],
				["height", 399, "greater_than_equal"], ["height", 801, "less_than_equal"],
				["allowed_paths", "/x", "list_type"], ["allowed_paths", [null], "string_type"],
				["bot_display_name", "", "string_too_short"], ["bubble_text", "x\u0007", "value_error"],
			].map(([name, value, type]) => [{ name: "x", widget_config: { [name]: value } },
				[[`widget_config.${name}`, type]]]),
		])
			assert.deepEqual(await refused("createWebIntegration", { params, body }), want, JSON.stringify(body));
		assert.deepEqual(await items(params), []);
	});

	test("that barazactl made is the same one, with its token", async () => {
		const params = await bot();
		const { token } = site.addWidget({ more: ["--chatbot", params.chatbot_id, "--origins",
			"https://old.example", "--settings", '{"bot_name":"Old","theme":"dark"}'] });
		const second = site.addWidget({ more: ["--chatbot", params.chatbot_id] });
		const found = (await api.call("getWebIntegration", { params })).body;
		assert.deepEqual([found.config.widget_key, found.config.allowed_domains,
			found.config.widget_config.bot_display_name], [token, ["https://old.example"], "Old"]);
		assert.equal((await items(params)).length, 2);
		await api.call("createWebIntegration", { params, body: WEB, status: 409 });
		await api.call("updateWebIntegration", { params, body: { widget_config: { primary_color: "#010203" } } });
		const { settings } = (await open(token)).json;
		assert.deepEqual([settings.title, settings.theme, settings.color], ["Old", "dark", "#010203"]);
		assert.equal((await open(second.token)).status, 200);
	});

	test("that is deleted lets nobody in and keeps what was said", async () => {
		const params = await bot();
		const { id, config } = (await api.call("createWebIntegration", { params, body: WEB })).body;
		const who = await visitor(site, "gone", { embed_token: config.widget_key });
		await who.say("I was here");
		const before = site.counts();
		await api.call("deleteIntegration", { params: { ...params, integration_id: id } });
		assert.equal((await open(config.widget_key)).status, 403);
		assert.deepEqual(site.counts(), before);
		assert.deepEqual(await items(params), []);
		await api.call("getIntegration", { params: { ...params, integration_id: id }, status: 404 });
		const next = (await api.call("createWebIntegration", { params, body: WEB })).body;
		assert.notEqual(next.config.widget_key, config.widget_key);
		who.socket.close();
		// with the bot all of it goes
		await api.call("deleteChatbot", { params });
		assert.deepEqual(site.sql(`SELECT COUNT(*) FROM integrations i LEFT JOIN chatbots c
			ON c.id = i.chatbot_id WHERE i.chatbot_id IS NOT NULL AND c.id IS NULL`), [["0"]]);
	});
});

describe("MCP servers", () => {
	const add = async (params, more = {}) =>
		(await api.call("createMcpServer",
			{ params, body: JSON.parse(JSON.stringify({ ...MCP, ...more })) })).body; // drops undefined

	test("are kept masked, many per bot, and changed in part", async () => {
		const params = await bot();
		const made = await add(params);
		assert.deepEqual({ ...made, integration_id: 0, created_at: 0, updated_at: 0 }, {
			...MCP, integration_id: 0, chatbot_id: params.chatbot_id, auth_config: { bearer: "***" },
			created_at: 0, updated_at: 0 });
		assert.equal(made.updated_at, made.created_at);
		const raw = await http(site, "GET",
			`${BASE}/chatbots/${params.chatbot_id}/integrations/mcp/${made.integration_id}`,
			{ headers: { Authorization: `Bearer ${api.key}` } });
		assert.match(raw.text, /"timeout":20\.0,/);
		const plain = await add(params, { name: "Plain-1_x", auth_type: undefined, auth_config: undefined,
			description: undefined, timeout: undefined, tool_allowlist: undefined, enabled: undefined });
		assert.deepEqual([plain.auth_type, plain.auth_config, plain.description, plain.timeout,
			plain.tool_allowlist, plain.enabled], ["NONE", {}, null, 30, null, true]);
		const list = (await api.call("listMcpServers", { params })).body;
		assert.deepEqual(list, { count: 2, items: [plain, made] });
		assert.deepEqual((await items(params)).map((one) => [one.type, one.id, one.name]),
			[["mcp", plain.integration_id, "Plain-1_x"], ["mcp", made.integration_id, "github"]]);

		const at = { ...params, integration_id: made.integration_id };
		const same = (await api.call("updateMcpServer", { params: at,
			body: { auth_config: { bearer: "***" }, timeout: 1.5, tool_allowlist: null, enabled: false } })).body;
		assert.deepEqual([same.auth_config, same.timeout, same.tool_allowlist, same.enabled, same.name],
			[{ bearer: "***" }, 1.5, null, false, "github"]);
		assert.deepEqual((await api.call("getMcpServer", { params: at })).body, same);
		const heads = (await api.call("updateMcpServer", { params: at, body: { auth_type: "HEADERS",
			auth_config: { "X-Api-Key": "hunter2-header" } } })).body;
		assert.deepEqual([heads.auth_type, heads.auth_config], ["HEADERS", { "X-Api-Key": "***" }]);
		const none = (await api.call("updateMcpServer", { params: at, body: { auth_type: "NONE" } })).body;
		assert.deepEqual([none.auth_type, none.auth_config], ["NONE", {}]);
		// what is forgotten cannot be kept
		assert.deepEqual(await refused("updateMcpServer", { params: at, body: { auth_type: "BEARER" } }),
			[["auth_config", "missing"]]);
		assert.deepEqual((await api.call("getMcpServer", { params: at })).body, none);
		await api.call("deleteMcpServer", { params: at });
		await api.call("getMcpServer", { params: at, status: 404 });
		await api.call("deleteMcpServer", { params: at, status: 404 });
	});

	test("have names that tools can bear, each once", async () => {
		const params = await bot();
		for (const name of ["1a", "a b", "", "-a", "a.b", "é", "_a", "a/b"])
			assert.equal((await refused("createMcpServer", { params, body: { ...MCP, name } }))[0][0], "name", name);
		assert.deepEqual(await refused("createMcpServer", { params, body: { ...MCP, name: "a__b" } }),
			[["name", "value_error"]]);
		assert.deepEqual(await refused("createMcpServer", { params, body: { ...MCP, name: "a".repeat(101) } }),
			[["name", "string_too_long"]]);
		await add(params, { name: "a".repeat(100) });
		await add(params, { name: "b" });
		const { integration_id } = await add(params, { name: "B" });
		for (const [id, at] of [["createMcpServer", params], ["updateMcpServer", { ...params, integration_id }]])
			assert.match(await detail(id, id === "createMcpServer" ? 402 : 409,
				{ params: at, body: { ...MCP, name: "b" } }), /plan limit|already exists/);
		await api.call("deleteMcpServer", { params: { ...params, integration_id } });
		assert.match(await detail("createMcpServer", 409, { params, body: { ...MCP, name: "b" } }),
			/already exists for this chatbot/);
		// another bot has names of its own
		await add(await bot(), { name: "b" });
	});

	test("are as many as the plan allows", async () => {
		const params = await bot();
		for (const name of ["a", "b", "c"]) await add(params, { name });
		assert.match(await detail("createMcpServer", 402, { params, body: { ...MCP, name: "d" } }), /3/);
		const list = (await api.call("listMcpServers", { params })).body;
		assert.equal(list.count, 3);
		await api.call("deleteMcpServer",
			{ params: { ...params, integration_id: list.items[0].integration_id } });
		await add(params, { name: "d" });
	});

	test("are described well or refused", async () => {
		const params = await bot();
		const headers = (more) => ({ ...MCP, auth_type: "HEADERS", auth_config: more });
		for (const [body, want] of [
			[{}, [["name", "missing"], ["server_url", "missing"]]],
			[{ ...MCP, auth_type: "OAUTH" }, [["auth_type", "literal_error"]]],
			[{ ...MCP, auth_config: undefined }, [["auth_config", "missing"]]],
			[{ ...MCP, auth_config: null }, [["auth_config", "missing"]]],
			[{ ...MCP, auth_config: {} }, [["auth_config", "missing"]]],
			[{ ...MCP, auth_config: { bearer: "***" } }, [["auth_config", "value_error"], ["auth_config", "missing"]]],
			[{ ...MCP, auth_config: { bearer: "x", y: "z" } }, [["auth_config", "extra_forbidden"]]],
			[{ ...MCP, auth_config: { bearer: 1 } }, [["auth_config", "string_type"]]],
			[{ ...MCP, auth_config: { bearer: "a\r\nX: y" } }, [["auth_config", "value_error"]]],
			[{ ...MCP, auth_config: { bearer: "é" } }, [["auth_config", "value_error"]]],
			[headers({}), [["auth_config", "missing"]]],
			[headers({ "X-A": "***" }), [["auth_config", "value_error"]]],
			...["Host", "content-length", "Transfer-Encoding", "CONNECTION", "Mcp-Session-Id",
				"MCP-Protocol-Version", "Accept", "Content-Type", "Last-Event-ID", "Proxy-X", "Expect", "Upgrade", "Proxy-Authorization", "X Y", "X:Y", "é"]
				.map((name) => [headers({ [name]: "x" }), [["auth_config", "value_error"]]]),
			[headers({ "X-A": "a\nb" }), [["auth_config", "value_error"]]],
			[headers({ "X-A": "1", "x-a": "2" }), [["auth_config", "value_error"]]],
			[headers(Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`X-${i}`, "x"]))),
				[["auth_config", "too_long"]]],
			[{ ...MCP, description: "x".repeat(501) }, [["description", "string_too_long"]]],
			[{ ...MCP, timeout: 0.9 }, [["timeout", "greater_than_equal"]]],
			[{ ...MCP, timeout: 121 }, [["timeout", "less_than_equal"]]],
			[{ ...MCP, timeout: "20" }, [["timeout", "float_type"]]],
			[{ ...MCP, tool_allowlist: Array(51).fill("x") }, [["tool_allowlist", "too_long"]]],
			[{ ...MCP, tool_allowlist: [""] }, [["tool_allowlist", "string_too_short"]]],
			[{ ...MCP, tool_allowlist: "x" }, [["tool_allowlist", "list_type"]]],
			[{ ...MCP, enabled: 1 }, [["enabled", "bool_type"]]],
			[{ ...MCP, server_url: "mcp.example" }, [["server_url", "url_parsing"]]],
		])
			assert.deepEqual(await refused("createMcpServer", { params, body }), want, JSON.stringify(body));
		for (const server_url of ["http://mcp.example/", "https://127.0.0.1/mcp", "https://10.1.2.3/",
			"https://localhost/", "https://[::ffff:127.0.0.1]/", "https://metadata.google.internal/"])
			await api.call("createMcpServer", { params, body: { ...MCP, server_url }, status: 400 });
		assert.deepEqual(await items(params), []);
		const { integration_id } = await add(params);
		const at = { ...params, integration_id };
		const before = (await api.call("getMcpServer", { params: at })).body;
		await api.call("updateMcpServer", { params: at, body: { server_url: "http://a.example" }, status: 400 });
		for (const body of [{ name: null }, { timeout: 0 }, { auth_config: { bearer: 1 } }])
			await api.call("updateMcpServer", { params: at, body, status: 422 });
		assert.deepEqual((await api.call("getMcpServer", { params: at })).body, before);
	});

	test("stay while a flow names them, as a draft or as it runs", async () => {
		const params = await bot();
		const { integration_id } = await add(params);
		const at = { ...params, integration_id };
		const agent = { a: { actions: [{ type: "LLM_AGENT", name: "Order Assistant", system_prompt: "x",
			tools: [{ name: "mcp", collection: "github", enabled: true }] }], transitions: { default: "a" } } };
		const first = await flow(params, "Order Assistant", agent);
		const second = await flow(params, "Support Flow", { states: agent });
		await flow(params, "Without", GREETS);
		for (const [id, one] of [["deleteMcpServer", at], ["deleteIntegration", at]])
			assert.equal(await detail(id, 409, { params: one }), "This MCP server is still used by the " +
				'following flows: "Support Flow", "Order Assistant". Remove the MCP tool from those flows ' +
				"before deleting the server.");
		await api.call("publishFlow", { params: first });
		await api.call("updateFlow", { params: first, body: { flow: GREETS } });
		await api.call("deleteFlow", { params: second });
		assert.match(await detail("deleteMcpServer", 409, { params: at }), /flows: "Order Assistant"\. /);
		await api.call("publishFlow", { params: first });
		await api.call("deleteMcpServer", { params: at });
	});
});

describe("an MCP server that many flows name", () => {
	const agent = { a: { actions: [{ type: "LLM_AGENT", name: "A", system_prompt: "x",
		tools: [{ name: "mcp", collection: "github", enabled: true }] }], transitions: { default: "a" } } };
	const said = (names) => `This MCP server is still used by the following flows: ${names}. ` +
		"Remove the MCP tool from those flows before deleting the server.";

	test("is kept, and those that there is no room for are counted", async () => {
		const params = await bot();
		const { integration_id } = (await api.call("createMcpServer", { params, body: MCP })).body;
		const at = { ...params, integration_id };
		const refusal = () => detail("deleteMcpServer", 409, { params: at });
		for (let i = 10; i < 16; i++) await flow(params, `Flow of the number ${i}`, agent);
		assert.equal(await refusal(), said('"Flow of the number 15", "Flow of the number 14", ' +
			'"Flow of the number 13", "Flow of the number 12" and 2 more'));
		// as long as a name can be shown: 25 characters of four bytes
		await flow(params, "\u{1f33b}".repeat(40), agent);
		assert.equal(await refusal(), said(`"${"\u{1f33b}".repeat(25)}" and 6 more`));
		for (let i = 0; i < 4; i++) await flow(params, "x", agent);
		assert.equal(await refusal(), said('"x", "x", "x", "x" and 7 more'));
	});
});

describe("a test of an MCP server", () => {
	/** A server of one tool, which answers by what its path says. */
	const served = createServer((req, res) => {
		let text = "";
		req.on("data", (data) => (text += data));
		req.on("end", () => {
			const say = (status, body, type = "application/json") => {
				res.writeHead(status, { "Content-Type": type });
				res.end(typeof body === "string" ? body : JSON.stringify(body));
			};
			const { id, method } = text ? JSON.parse(text) : {};
			const ok = (result) => say(200, { jsonrpc: "2.0", id, result });
			if (req.url === "/401" || req.headers.authorization !== "Bearer hunter2-bearer") return say(401, "no");
			if (req.url === "/403") return say(403, "no");
			if (req.url === "/429") return say(429, "no");
			if (req.url === "/page") return say(200, "<html>", "text/html");
			if (req.url === "/slow") return undefined;
			if (req.method !== "POST") return say(405, "");
			if (method === "initialize") return ok({ protocolVersion: "2025-06-18", capabilities: { tools: {} },
				serverInfo: { name: "Till", version: "1.2" } });
			if (method === "tools/list") return ok({ tools: [{ name: "sum", description: "Adds",
				inputSchema: { type: "object", properties: { a: { type: "number" } } } }] });
			if (method?.startsWith("notifications/")) return say(202, "");
			return say(200, { jsonrpc: "2.0", id, error: { code: -32601, message: "no such method" } });
		});
	});
	let base, small, mine;
	before(async () => {
		served.listen(0, "127.0.0.1");
		await once(served, "listening");
		base = `http://127.0.0.1:${served.address().port}`;
		small = await Installation.start({ conf: `outside_allow = 127.0.0.1:${served.address().port} 127.0.0.1:1\n` +
			"mcp_probes_per_minute = 9\nlog_level = debug" });
		mine = await Api.start(small);
	});
	after(async () => {
		const logs = small.logs();
		for (const secret of SECRETS) assert.ok(!logs.includes(secret), secret);
		await small?.stop();
		served.closeAllConnections();
		served.close();
	});
	const TOOLS = { server_name: "Till", server_version: "1.2", tool_count: 1, tools: [{ name: "sum",
		description: "Adds", input_schema: { type: "object", properties: { a: { type: "number" } } } }] };
	const CRED = { auth_type: "BEARER", auth_config: { bearer: "hunter2-bearer" } };
	const botOf = async (one, name) => ({ chatbot_id: (await one.call("createChatbot", { body: { name } })).body.id });

	test("tells its tools, kept or not, or why it cannot", async () => {
		const params = await botOf(mine, "A");
		assert.deepEqual((await mine.call("tryMcpServer",
			{ params, body: { server_url: `${base}/`, ...CRED } })).body, TOOLS);
		const { integration_id } = (await mine.call("createMcpServer", { params,
			body: { name: "till", server_url: `${base}/`, tool_allowlist: [], enabled: false, ...CRED } })).body;
		const at = { ...params, integration_id };
		assert.deepEqual((await mine.call("testMcpServer", { params: at })).body, TOOLS);
		for (const [path, status] of [["/401", 401], ["/403", 403], ["/429", 502], ["/page", 400], ["/slow", 502]]) {
			const answer = await mine.call("tryMcpServer", { params, status,
				body: { server_url: base + path, timeout: 1, ...CRED } });
			assert.match(answer.body.detail, /server/i, path);
			assert.ok(!/API key/.test(answer.body.detail), path);
		}
		await mine.call("tryMcpServer", { params, status: 502,
			body: { server_url: "http://127.0.0.1:1/", timeout: 1, ...CRED } });
		await mine.call("tryMcpServer", { params, body: { server_url: "https://10.0.0.1/" }, status: 400 });
		await mine.call("tryMcpServer", { params, body: { server_url: `${base}/`, auth_type: "BEARER" }, status: 422 });
		await mine.call("tryMcpServer", { params, body: { server_url: `${base}/`, timeout: 121 }, status: 422 });
		// faster than they come back, which is one in seven seconds
		const over = await until("the limit", async () => {
			const answer = await http(small, "POST",
				`${BASE}/chatbots/${params.chatbot_id}/integrations/mcp/${integration_id}/test`,
				{ headers: { Authorization: `Bearer ${mine.key}`, "Content-Length": 0 } });
			return answer.status === 429 && answer;
		});
		assert.deepEqual(over.json, { detail: "Rate limit exceeded." });
		assert.ok(Number(over.headers["retry-after"]) >= 1 && Number(over.headers["retry-after"]) <= 7);
		const others = await Api.start(small);
		await others.call("testMcpServer", { params: at });
	});

	test("is not made where no server is allowed", async () => {
		const params = await botOf(mine, "B");
		const { integration_id } = (await mine.call("createMcpServer",
			{ params, body: { name: "till", server_url: `${base}/` } })).body;
		const file = readFileSync(small.env.CONF, "utf8");
		writeFileSync(small.env.CONF, `${file}\nmcp_servers_max = 0\n`);
		process.kill(Number(small.pids().fcgi), "SIGHUP");
		const at = { params: { ...params, integration_id } };
		await until("the limit", async () => (await http(small, "POST",
			`${BASE}/chatbots/${params.chatbot_id}/integrations/mcp/test`, {
				headers: { Authorization: `Bearer ${mine.key}`, "Content-Type": "application/json" },
				body: JSON.stringify({ server_url: `${base}/` }) })).status === 402);
		await mine.call("testMcpServer", { ...at, status: 402 });
		await mine.call("tryMcpServer", { params, body: { server_url: `${base}/` }, status: 402 });
		await mine.call("createMcpServer", { params, body: { name: "b", server_url: `${base}/` }, status: 402 });
		await mine.call("getMcpServer", at);
	});
});

describe("credentials", () => {
	const kept = async (id) => site.sql(`SELECT HEX(secrets) FROM integrations WHERE slot IS NOT NULL AND chatbot_id = (
		SELECT id FROM chatbots ORDER BY id DESC LIMIT 1)`)[0][0] + id;

	for (const [make, change, url, body] of [["createMcpServer", "updateMcpServer", "server_url", MCP],
		["createApiIntegration", "updateApiIntegration", "base_url", BACKEND]])
		test(`stay with the host that they were given for: ${url}`, async () => {
			const params = await bot();
			const made = (await api.call(make, { params, body: { ...body, [url]: "https://a.example/v1" } })).body;
			const at = { ...params, integration_id: made.integration_id ?? made.id };
			const had = await kept(at.integration_id);
			const masked = Object.fromEntries(Object.keys(body.auth_config).map((name) => [name, "***"]));
			for (const to of ["https://evil.example/v1", "https://a.example.evil.example/v1", "https://b.a.example/v1"])
				for (const more of [{}, { auth_config: null }, { auth_config: masked }, { auth_type: body.auth_type },
					{ auth_type: body.auth_type, auth_config: masked }])
					assert.deepEqual(await refused(change, { params: at, body: { [url]: to, ...more } }),
						[["auth_config", "value_error"]], to + JSON.stringify(more));
			assert.equal(await kept(at.integration_id), had, "nothing is changed");
			const moved = (await api.call(change, { params: at, body: { [url]: "https://A.example:443/v2" } })).body;
			assert.deepEqual(moved.auth_config, masked, "another path is no other host");
			const given = (await api.call(change, { params: at,
				body: { [url]: "https://other.example/", auth_config: body.auth_config } })).body;
			assert.deepEqual([given[url], given.auth_config], ["https://other.example/", masked]);
			const none = (await api.call(change, { params: at,
				body: { [url]: "https://third.example/", auth_type: "NONE" } })).body;
			assert.deepEqual([none[url], none.auth_config], ["https://third.example/", {}]);
		});
});

describe("backends for API_CALL", () => {
	test("are kept masked, many per bot, and changed in part", async () => {
		const params = await bot();
		const made = (await api.call("createApiIntegration", { params, body: BACKEND })).body;
		assert.deepEqual({ ...made, id: 0, created_at: 0 }, { ...BACKEND, id: 0, type: "api",
			chatbot_id: params.chatbot_id, auth_config: { "X-Api-Key": "***", "X-Other": "***" },
			is_active: true, created_at: 0, updated_at: null });
		await api.call("createApiIntegration", { params, body: BACKEND, status: 409 });
		const bare = (await api.call("createApiIntegration",
			{ params, body: { name: "Büro, Abt. 2", base_url: "https://b.example" } })).body;
		assert.deepEqual([bare.auth_type, bare.auth_config, bare.headers], ["NONE", {}, {}]);
		assert.deepEqual((await api.call("listApiIntegrations", { params })).body,
			{ items: [bare, made], total: 2 });
		const at = { ...params, integration_id: made.id };
		assert.deepEqual((await api.call("getApiIntegration", { params: at })).body, made);
		const now = (await api.call("updateApiIntegration", { params: at, body: { name: "orders",
			auth_config: { "X-Api-Key": "***" }, headers: null, is_active: false } })).body;
		assert.deepEqual([now.name, now.auth_config, now.headers, now.is_active, now.base_url],
			["orders", { "X-Api-Key": "***" }, {}, false, BACKEND.base_url]);
		// X-Other went: there is nothing to keep
		assert.deepEqual(await refused("updateApiIntegration",
			{ params: at, body: { auth_config: { "X-Other": "***" } } }), [["auth_config", "value_error"]]);
		await api.call("updateApiIntegration", { params: at, body: { name: bare.name }, status: 409 });
		await api.call("updateApiIntegration", { params: at, body: { base_url: "https://192.168.0.1" }, status: 400 });
		await api.call("getMcpServer", { params: at, status: 404 });
		await api.call("deleteMcpServer", { params: at, status: 404 });
		const generic = (await api.call("getIntegration", { params: at })).body;
		assert.deepEqual([generic.type, generic.config.auth_config], ["api", { "X-Api-Key": "***" }]);
		await api.call("deleteApiIntegration", { params: at });
		await api.call("getApiIntegration", { params: at, status: 404 });
	});

	test("have no credentials among the headers that are shown", async () => {
		const params = await bot();
		for (const headers of [{ Authorization: "Bearer x" }, { cookie: "a=b" }, { Host: "x" },
			{ "mcp-session-id": "x" }, { "X-A": "é" }, { "X\r\nY": "z" }, { "X-API-Key": "x" }, { "api-key": "x" },
			{ "Proxy-Authorization": "x" }, { "X-Auth-Token": "x" }, { "X-A": "***" }])
			assert.equal((await refused("createApiIntegration",
				{ params, body: { ...BACKEND, headers } }))[0][0], "headers", JSON.stringify(headers));
		assert.deepEqual(await items(params), []);
	});

	test("have an address that paths can stand behind", async () => {
		const params = await bot();
		for (const base_url of ["https://b.example/v1?x=1", "https://b.example?", "https://b.example/v1#x"])
			await api.call("createApiIntegration", { params, body: { ...BACKEND, base_url }, status: 400 });
		assert.deepEqual(await items(params), []);
		const { id } = (await api.call("createApiIntegration", { params, body: BACKEND })).body;
		assert.match(await detail("updateApiIntegration", 400, { params: { ...params, integration_id: id },
			body: { base_url: "https://api.example.com/v1?key=1" } }), /must not have a query/);
	});

	test("may have headers of many bytes, up to a sum", async () => {
		const params = await bot();
		const many = (n, bytes) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`X-${i}`, "a".repeat(bytes)]));
		const body = { ...BACKEND, headers: null, auth_config: many(20, 8192) };
		assert.deepEqual(await refused("createApiIntegration", { params, body }), [["auth_config", "value_error"]]);
		const { id } = (await api.call("createApiIntegration", { params, body: { ...body, auth_config: many(8, 8178) } })).body;
		const at = { ...params, integration_id: id };
		assert.deepEqual(await refused("updateApiIntegration", { params: at, body: { headers: many(1, 8000) } }),
			[["headers", "value_error"]]);
		assert.deepEqual((await api.call("getApiIntegration", { params: at })).body.headers, {});
	});

	test("must be there for the flows that call them", async () => {
		const params = await bot();
		const at = await flow(params, "Main", { a: { message: "hi", actions: [
			{ type: "LLM_AGENT", name: "x", system_prompt: "x",
				tools: [{ name: "mcp", collection: "github" }, { name: "document_search" }] },
		], transitions: { default: "a" } } });
		const told = (await api.call("validateFlow", { params: at })).body;
		assert.equal(told.valid, false);
		assert.deepEqual(told.errors, [{ path: "states.a.actions[0].tools[0].collection",
			message: "The chatbot has no mcp integration “github”." }]);
		assert.match(await detail("publishFlow", 400, { params: at }), /no mcp integration “github”/);
		await api.call("createMcpServer", { params, body: MCP });
		assert.equal((await api.call("validateFlow", { params: at })).body.valid, true);
		await api.call("publishFlow", { params: at });
	});
});

describe("a flow that could not do all that it says", () => {
	const warned = async (params, actions) => {
		const at = await flow(params, `W ${Math.random()}`, { a: { message: "hi", actions,
			transitions: { default: "a" } } });
		const { valid, warnings } = (await api.call("validateFlow", { params: at })).body;
		assert.equal(valid, true);
		await api.call("publishFlow", { params: at });
		return warnings.map((one) => `${one.path}: ${one.message}`);
	};

	test("is told of URLs that nobody may call", async () => {
		const params = await bot();
		const urls = ["https://api.example.com/x", "http://api.example.com/x", "https://127.0.0.1/{{x}}",
			"https://10.1.2.3", "https://[::1]/", "https://localhost/x", "https://user@api.example.com/",
			"https://{{host}}/", "http://127.0.0.1:9/{{x}}"];
		const told = [];
		for (const url of urls)
			told.push((await warned(params, [{ type: "API_CALL", url }])).join());
		const refused = /^states\.a\.actions\[0\]\.url: This call will be refused: /;
		assert.deepEqual(told.map((text) => refused.test(text)),
			[false, true, true, true, true, true, true, false, false], told.join("\n"));
		assert.match(told[1], /https/);
	});

	test("is told of knowledge bases that its bot does not have", async () => {
		const params = await bot();
		const ask = (collection) => [{ type: "KNOWLEDGE", collection }];
		const none = (where) => [`${where}: The chatbot has no knowledge base “Flowers”: nothing will be found.`];
		assert.deepEqual(await warned(params, ask("Flowers")), none("states.a.actions[0].collection"));
		const { id: kb_id } = (await api.call("createKnowledgeBase", { body: { name: "Flowers" } })).body;
		// not this bot's so far
		assert.deepEqual(await warned(params, ask("Flowers")), none("states.a.actions[0].collection"));
		await api.call("attachKnowledgeBase", { params, body: { kb_id } });
		for (const name of ["Flowers", " flowers ", kb_id])
			assert.deepEqual(await warned(params, ask(name)), []);
		assert.equal((await warned(params, ask("Flower"))).length, 1);
		const agent = [{ type: "LLM_AGENT", name: "x", system_prompt: "x",
			tools: [{ name: "document_search", collection: "Cars" }] }];
		assert.ok((await warned(params, agent)).includes("states.a.actions[0].tools[0].collection: "
			+ "The chatbot has no knowledge base “Cars”: nothing will be found."));
	});

	test("is told that there is no language model", async () => {
		const params = await bot();
		const agent = [{ type: "LLM_AGENT", name: "x", system_prompt: "x" }];
		assert.deepEqual(await warned(params, agent), ["states.a.actions[0]: "
			+ "The workspace has no language model set up: LLM_AGENT will fail."]);
		const ws = ["--workspace", site.env.WORKSPACE_ID];
		site.ctl(["llm", "set", ...ws, "--provider", "openai", "--model", "m", "--no-key",
			"--base-url", "https://models.example/v1"]);
		assert.deepEqual(await warned(params, agent), []);
		site.ctl(["llm", "unset", ...ws]);
	});
});

describe("another workspace", () => {
	test("finds none of them and changes nothing", async () => {
		const params = await bot();
		const made = [
			(await api.call("createMcpServer", { params, body: MCP })).body.integration_id,
			(await api.call("createApiIntegration", { params, body: BACKEND })).body.id,
			(await api.call("createWebIntegration", { params, body: WEB })).body.id];
		await api.call("createWhatsAppIntegration", { params, body: WHATSAPP });
		const mine = (await other.call("createChatbot", { body: { name: "Theirs" } })).body.id;
		const state = () => site.sql("SELECT HEX(id), name, settings, HEX(secrets), disabled_at FROM integrations ORDER BY id");
		const before = state();
		const body = { ...WHATSAPP, ...BACKEND, webhook_url: "https://a.example", server_url: "https://a.example" };
		for (const { id, method, path, op } of operations) {
			if (op.tags[0] !== "Integrations") continue;
			for (const chatbot_id of path.includes("{integration_id}") ? [params.chatbot_id, mine] : [params.chatbot_id])
				for (const integration_id of made)
					await other.call(id, { params: { chatbot_id, integration_id }, status: 404,
						body: method === "GET" || method === "DELETE" ? undefined : body });
		}
		assert.deepEqual(state(), before);
	});
});

describe("what is secret", () => {
	test("is in no answer, no log and no row", () => {
		const rows = JSON.stringify(site.sql("SELECT settings, secrets FROM integrations")) +
			JSON.stringify(site.sql("SELECT body FROM idempotency_keys"));
		const logs = site.logs();
		assert.ok(seen.length > 10_000 && logs.length > 1000);
		for (const secret of SECRETS)
			for (const [where, text] of Object.entries({ seen, logs, rows }))
				assert.ok(!text.includes(secret), `${secret} is in ${where}`);
	});
});

describe("every operation on integrations", () => {
	test("was asked for and answered as described", () => {
		assert.deepEqual(unasked("dev-integration"), []);
	});
});
