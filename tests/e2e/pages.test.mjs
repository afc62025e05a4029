// pages.test.mjs: pages, the widget's routes, and what every answer carries
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Agent, Installation, ask, http, openChat, visitor } from "./harness.mjs";

const SHOP = "https://shop.example";

let site, agent, listed, people;
before(async () => {
	site = await Installation.start();
	people = site.addWidget();
	listed = site.addWidget({ more: ["--origins",
		"https://Shop.example/ https://*.branches.example http://intra.example:80/path"] });
	agent = await Agent.login(site);
});
after(() => site?.stop());

const get = (path, headers = {}) => http(site, "GET", path, { headers });
const asAgent = () => ({ Cookie: agent.cookie });
const widget = (token, more = "") => `/chat-widget?embed_token=${token}&session_id=v1${more}`;

/** The directives of a Content-Security-Policy. */
function csp(answer) {
	const text = answer.headers["content-security-policy"];
	assert.ok(text, "no Content-Security-Policy");
	return Object.fromEntries(text.split("; ").map((part) => {
		const [name, ...values] = part.split(" ");
		return [name, values.join(" ")];
	}));
}

describe("the pages", () => {
	test("run only scripts of their own, and talk only to their own site", async () => {
		for (const answer of [await get("/auth/login"), await get("/console/", asAgent()),
			await get(widget(people.token))]) {
			assert.equal(answer.status, 200);
			assert.equal(answer.headers["content-type"], "text/html; charset=utf-8");
			const policy = csp(answer);
			assert.equal(policy["default-src"], "'none'");
			assert.equal(policy["script-src"], "'self'");
			assert.equal(policy["style-src"], "'self'");
			assert.equal(policy["object-src"], "'none'");
			assert.equal(policy["base-uri"], "'none'");
			assert.equal(policy["form-action"], "'self'");
			assert.equal(policy["connect-src"], `'self' ${site.url.replace("http", "ws")}`);
			assert.equal(answer.headers["cache-control"], "no-store");
			assert.equal(answer.headers["x-content-type-options"], "nosniff");
			assert.equal(answer.headers["referrer-policy"], "strict-origin-when-cross-origin");
			assert.doesNotMatch(answer.text, /<script(?![^>]*\bsrc=)[^>]*>|\son\w+=|style="/);
		}
	});

	test("of the console and the login stand in nobody's frame", async () => {
		for (const answer of [await get("/auth/login"), await get("/console/", asAgent())]) {
			assert.equal(csp(answer)["frame-ancestors"], "'none'");
			assert.equal(answer.headers["x-frame-options"], "DENY");
			assert.equal(answer.headers["cross-origin-opener-policy"], "same-origin");
		}
	});

	test("of the console are one shell for every path below it", async () => {
		const first = await get("/console", asAgent());
		for (const path of ["/console/", `/console/${randomUUID()}`, "/console/a/b/c"]) {
			const answer = await get(path, asAgent());
			assert.equal(answer.status, 200, path);
			assert.equal(answer.text.replace(/content="[\w-]{40,}"/, ""),
				first.text.replace(/content="[\w-]{40,}"/, ""));
		}
	});

	test("load only files that are there, kept for good by browsers", async () => {
		for (const page of [await get("/auth/login"), await get("/console/", asAgent()),
			await get(widget(people.token))]) {
			const files = [...page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((m) => m[1]);
			assert.ok(files.length >= 1, page.text);
			for (const file of files) {
				const answer = await get(file);
				assert.equal(answer.status, 200, file);
				if (!file.startsWith("/assets/")) continue;
				assert.match(answer.headers["cache-control"], /immutable/);
				assert.equal(answer.headers["x-content-type-options"], "nosniff");
			}
		}
	});

	test("are no files to be fetched unfilled", async () => {
		for (const path of ["/widget/index.html", "/widget/embed.js"])
			assert.notEqual((await get(path)).status, 200, path);
	});
});

describe("the widget's page", () => {
	test("may stand in the frames of its list, and anywhere without one", async () => {
		const open = await get(widget(people.token));
		assert.equal(csp(open)["frame-ancestors"], "*");
		assert.equal(open.headers["x-frame-options"], undefined);
		const some = await get(widget(listed.token), { Referer: `${SHOP}/page?x=1` });
		assert.equal(some.status, 200, some.text);
		assert.equal(csp(some)["frame-ancestors"],
			"'self' https://shop.example https://*.branches.example http://intra.example");
		assert.equal(some.headers["x-frame-options"], undefined);
	});

	test("is refused to sites outside the list, and to who does not say", async () => {
		const ask = async (headers) => (await get(widget(listed.token), headers)).status;
		for (const origin of [SHOP, "https://a.branches.example", "https://a.b.branches.example",
			"http://intra.example", site.url])
			for (const headers of [{ Origin: origin }, { Referer: `${origin}/a/b?c` }])
				assert.equal(await ask(headers), 200, JSON.stringify(headers));
		for (const headers of [{}, { Origin: "null" }, { Referer: "about:blank" },
			{ Origin: "http://shop.example" }, { Origin: "https://shop.example:8443" },
			{ Referer: "https://shop.example.evil.example/" },
			{ Referer: "https://shop.example@evil.example/" },
			{ Origin: "https://evil.example", Referer: `${SHOP}/` },
			{ Origin: "https://branches.example" }, { Origin: "https://xbranches.example" }])
			assert.equal(await ask(headers), 403, JSON.stringify(headers));
		const refused = await get(widget(listed.token), { Referer: "https://evil.example/" });
		assert.match(refused.headers["content-type"], /^text\/html/);
	});

	test("needs a token that exists", async () => {
		for (const path of ["/chat-widget", "/chat-widget?embed_token=",
			"/chat-widget?embed_token=ew_none&session_id=1", widget(`${people.token}x`),
			widget(people.token.toLowerCase() === people.token
				? people.token.toUpperCase() : people.token.toLowerCase())]) {
			const answer = await get(path);
			assert.equal(answer.status, 403, path);
			assert.match(answer.headers["content-type"], /^text\/html/);
		}
	});

	test("never holds what stands in its query", async () => {
		const evil = encodeURIComponent("\"><script>alert(1)</script>");
		const answer = await get(widget(people.token, `&title=${evil}&customer_name=${evil}`));
		assert.equal(answer.status, 200);
		assert.ok(!answer.text.includes("alert(1)"));
	});
});

describe("opening a chat", () => {
	const open = (body, headers = {}) => http(site, "POST", "/chat-widget/open", {
		headers: { "Content-Type": "application/json", ...headers },
		body: JSON.stringify({ embed_token: people.token, session_id: "opener", ...body }),
	});

	test("finds the same conversation again", async () => {
		const first = await openChat(site, "twice", { embed_token: people.token });
		assert.deepEqual(Object.keys(first).sort(), ["agent", "agents", "conversation_id", "external_id",
			"last_seq", "messages", "organization_id", "receipts", "settings"]);
		assert.deepEqual([first.external_id, first.last_seq, first.messages, first.agent],
			["twice", 0, [], null]);
		assert.equal(first.settings.title, "People only");
		const all = await Promise.all(Array.from({ length: 6 }, () =>
			openChat(site, "at-once", { embed_token: people.token })));
		assert.equal(new Set(all.map((chat) => chat.conversation_id)).size, 1);
		assert.deepEqual(await openChat(site, "twice", { embed_token: people.token }), first);
	});

	test("names the agents who wrote what it shows", async () => {
		const who = await visitor(site, "answered", { embed_token: people.token });
		await who.say("hello");
		const socket = await agent.socket();
		await ask(socket, "send_message", { conversation_id: who.id, content: "hi" });
		const agents = [{ id: agent.me.user.id, display_name: "Amina Odhiambo" }];
		const again = await openChat(site, "answered", { embed_token: people.token });
		assert.deepEqual(again.agents, agents);
		assert.equal(again.messages[1].sender_id, agents[0].id);
		// As well in what a client has missed, and only there.
		assert.deepEqual((await who.ask("join_conversation", { since_seq: 1 })).agents, agents);
		assert.deepEqual((await who.ask("join_conversation", { since_seq: 2 })).agents, []);
		assert.equal((await ask(socket, "join_conversation",
			{ conversation_id: who.id, since_seq: 0 })).agents, undefined);
		for (const one of [who.socket, socket]) one.close();
	});

	test("lets the bot greet, once", async () => {
		const first = await openChat(site, "greeted");
		assert.ok(first.messages.length >= 1);
		assert.ok(first.messages.every((m) => m.sender_type === "bot"));
		assert.deepEqual(first.messages.map((m) => m.seq),
			first.messages.map((_, i) => i + 1));
		assert.ok(first.messages.some((m) => m.rich_media?.buttons?.length > 0));
		assert.deepEqual((await openChat(site, "greeted")).messages, first.messages);
	});

	test("is for the sites of the list", async () => {
		for (const [origin, status] of [[SHOP, 200], [site.url, 200],
			["https://evil.example", 403], ["null", 403]]) {
			const answer = await open({ embed_token: listed.token }, { Origin: origin });
			assert.equal(answer.status, status, origin);
		}
		assert.equal((await open({ embed_token: "ew_unknown" })).status, 403);
	});

	test("keeps two widgets' visitors of one name apart", async () => {
		const a = await openChat(site, "same-name", { embed_token: people.token });
		const b = await openChat(site, "same-name", { embed_token: site.addWidget().token });
		assert.notEqual(a.conversation_id, b.conversation_id);
	});
});

describe("the visitor's history", () => {
	test("is the visitor's own, without what is for agents", async () => {
		const who = await visitor(site, "historian", { embed_token: people.token });
		for (let i = 1; i <= 12; i++) await who.say(`m${i}`);
		const ask = (id, query) => get(`/chat-widget/history/${id}?${query}`);
		const all = await ask(who.id, "external_id=historian");
		assert.equal(all.status, 200);
		assert.deepEqual(all.json.map((m) => m.content),
			Array.from({ length: 12 }, (_, i) => `m${i + 1}`));
		assert.deepEqual(Object.keys(all.json[0]).sort(), ["client_id", "content", "content_type",
			"conversation_id", "created_at", "id", "rich_media", "sender_id", "sender_type", "seq"]);
		const rest = await ask(who.id, "external_id=historian&after_seq=10");
		assert.deepEqual(rest.json.map((m) => m.seq), [11, 12]);
		for (const [id, query, status] of [[who.id, "external_id=other", 403], [who.id, "", 400],
			[who.id, "external_id=Historian", 403], [randomUUID(), "external_id=historian", 404],
			["none", "external_id=historian", 404]])
			assert.equal((await ask(id, query)).status, status, `${id} ${query}`);
		who.socket.close();
	});
});

describe("the frame of the loaders", () => {
	const id = () => site.sql(`SELECT LOWER(HEX(id)) FROM integrations
		WHERE allowed_origins LIKE '${SHOP}%' AND type = 'web_chat'`)[0][0]
		.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

	test("is named by the widget's id and stands on the sites of its list", async () => {
		const page = await get(`/integrations/widget/${id()}/frame`);
		assert.equal(page.status, 200);
		assert.ok(csp(page)["frame-ancestors"].includes(SHOP));
		assert.equal(page.headers["cache-control"], "no-store");
		assert.equal(page.headers["x-frame-options"], undefined);
	});

	test("of a widget that is none leads to a page that says so, anywhere", async () => {
		for (const none of [randomUUID(), "none"]) {
			const away = await get(`/integrations/widget/${none}/frame`);
			assert.equal(away.status, 303);
			assert.equal(away.headers.location, `/integrations/widget/${none}/404`);
			const page = await get(away.headers.location);
			assert.equal(page.status, 404);
			assert.match(page.text, /data-refused="not_found"/);
			assert.equal(csp(page)["frame-ancestors"], "*");
		}
	});

	test("that knows no widget may stand anywhere; its chat asks where", async () => {
		const page = await get("/chat-widget/frame");
		assert.equal(page.status, 200);
		assert.equal(csp(page)["frame-ancestors"], "*");
		for (const [page_origin, status] of [[SHOP, 200], ["https://evil.example", 403],
			["null", 403], [undefined, 200]]) {
			const body = { widget_id: id(), session_id: "framed", page_origin };
			const answer = await http(site, "POST", "/chat-widget/open", { body: JSON.stringify(body),
				headers: { "Content-Type": "application/json" } });
			assert.equal(answer.status, status, page_origin);
		}
	});
});

describe("what the loader asks for", () => {
	const ask = (body, origin = "https://any.example") => http(site, "POST", "/chat-widget/config",
		{ body: JSON.stringify(body), headers: { "Content-Type": "text/plain", Origin: origin } });

	test("is given to any site of the list, in the visitor's language", async () => {
		const answer = await ask({ key: people.token, languages: ["xx", "sw-KE", "en"] });
		assert.equal(answer.status, 200, answer.text);
		assert.equal(answer.headers["access-control-allow-origin"], "*");
		assert.equal(answer.json.language, "sw");
		assert.equal(answer.json.words.launcher_open, "Fungua gumzo");
		assert.equal(answer.json.settings.color, "#0066ff");
		// what is for the open chat alone is not told
		assert.equal("greeting" in answer.json.settings, false);
		const same = await ask({ widget: answer.json.widget_id });
		assert.equal(same.json.widget_id, answer.json.widget_id);
		assert.equal(same.json.language, "en");
	});

	test("is refused to other sites and for widgets that are none, in the same way", async () => {
		for (const [body, origin] of [[{ key: "ew_none" }], [{ widget: randomUUID() }], [{}],
			[{ key: listed.token }, "https://evil.example"], [{ key: listed.token }, "null"]]) {
			const answer = await ask(body, origin);
			assert.equal(answer.status, 403, JSON.stringify(body));
			assert.equal(answer.headers["access-control-allow-origin"], "*");
		}
		assert.equal((await ask({ key: listed.token }, SHOP)).status, 200);
		assert.equal((await ask("no object")).status, 400);
	});
});

describe("the loader", () => {
	test("has a plugin for each name that is shipped", async () => {
		for (const name of ["datalayer", "shortcuts"]) {
			const answer = await get(`/integrations/widget/plugins/${name}.js`);
			assert.equal(answer.status, 200);
			assert.equal(answer.headers["access-control-allow-origin"], "*");
			assert.match(answer.text, /export\s*\{/);
		}
		for (const name of ["none.js", "datalayer", "..%2fembed.js"])
			assert.equal((await get(`/integrations/widget/plugins/${name}`)).status, 404, name);
	});

	test("with the element is another script, kept alike", async () => {
		const answer = await get("/integrations/widget/v2.js");
		assert.ok(answer.text.includes("chatbotkit-widget"));
		assert.equal((await get("/integrations/widget/v2.js",
			{ "If-None-Match": answer.headers.etag })).status, 304);
	});

	test("is a script that any site may load and browsers may keep", async () => {
		const answer = await get("/chat-widget/embed.js");
		assert.equal(answer.status, 200);
		assert.equal(answer.headers["content-type"], "text/javascript; charset=utf-8");
		assert.equal(answer.headers["cross-origin-resource-policy"], "cross-origin");
		assert.match(answer.headers["cache-control"], /max-age=\d+/);
		assert.ok(answer.text.includes("/chat-widget/config"));
		const again = await get("/chat-widget/embed.js", { "If-None-Match": answer.headers.etag });
		assert.deepEqual([again.status, again.text], [304, ""]);
	});
});

describe("every answer", () => {
	test("has a length and a request id of its own, and no session in the log", async () => {
		const ids = new Set();
		for (const [method, path] of [["GET", "/healthz"], ["GET", "/auth/me"], ["GET", "/nothing"],
			["GET", "/api/nothing"], ["POST", "/chat-widget/open"], ["GET", "/console/"]]) {
			const answer = await http(site, method, path, { headers: asAgent() });
			if (!path.startsWith("/nothing")) {
				assert.equal(Number(answer.headers["content-length"]),
					Buffer.byteLength(answer.text), path);
				assert.equal(answer.headers["x-content-type-options"], "nosniff");
				ids.add(answer.headers["x-request-id"]);
			}
		}
		assert.equal(ids.size, 5);
		assert.ok(!ids.has(undefined));
		assert.ok(!site.logs().includes(agent.cookie.slice("session=".length)));
	});

	test("to HEAD is that to GET without its body", async () => {
		for (const path of ["/healthz", "/auth/login", "/chat-widget/embed.js", "/api/agents"]) {
			const full = await get(path, asAgent());
			const head = await http(site, "HEAD", path, { headers: asAgent() });
			assert.deepEqual([head.status, head.text], [full.status, ""], path);
			assert.deepEqual(Object.keys(head.headers).sort(), Object.keys(full.headers).sort());
			assert.equal(head.headers["content-type"], full.headers["content-type"]);
		}
	});

	test("to a method that the address does not know names those it does", async () => {
		for (const [method, path, allow] of [
			["PUT", "/api/conversations/", "GET, HEAD, OPTIONS"],
			["GET", `/api/conversations/${randomUUID()}/assign`, "POST, OPTIONS"],
			["DELETE", "/auth/login", "GET, HEAD, POST, OPTIONS"],
			["POST", "/healthz", "GET, HEAD, OPTIONS"], ["BREW", "/healthz", "GET, HEAD, OPTIONS"],
		]) {
			const answer = await http(site, method, path, { headers: asAgent() });
			// A web server may refuse what is no method of HTTP by itself.
			if (method === "BREW" && answer.status !== 405) continue;
			assert.equal(answer.status, 405, `${method} ${path}`);
			assert.equal(answer.headers.allow, allow);
			assert.equal(answer.json.error, "method_not_allowed");
		}
		const options = await http(site, "OPTIONS", "/api/agents");
		assert.deepEqual([options.status, options.headers.allow], [204, "GET, HEAD, OPTIONS"]);
		assert.equal(options.headers["access-control-allow-origin"], undefined);
	});
});
