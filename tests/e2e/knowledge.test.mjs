// knowledge.test.mjs: knowledge bases: made, imported, and answered from
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Installation, openChat, top, until, visitor } from "./harness.mjs";
import { Api, unasked } from "./openapi.mjs";

const HOURS = "# Shop\n\n## Opening hours\n\nWe are open from 9 to 18 on workdays.\n\n" +
	"## Delivery\n\nDelivery costs 5 dollars within the city.";

/** Pages at an address that the installation may reach: path -> answer. */
class Pages {
	constructor() {
		this.asked = [];
		this.held = [];
		this.answers = new Map();
		this.server = createServer((request, response) => {
			this.asked.push(request.url);
			const answer = this.answers.get(request.url) ?? { status: 404 };
			if (answer.hold) return void this.held.push(response); // says nothing
			response.writeHead(answer.status ?? 200, answer.headers ?? {
				"Content-Type": answer.type ?? "text/html" });
			response.end(answer.body ?? "");
		});
	}

	async start(host) {
		this.server.listen(0, host);
		await once(this.server, "listening");
		this.url = `http://${host}:${this.server.address().port}`;
		return this;
	}

	/** Who waits gets this page. */
	release(body) {
		for (const response of this.held.splice(0))
			response.writeHead(200, { "Content-Type": "text/html" }).end(body);
	}

	times(path) {
		return this.asked.filter((one) => one === path).length;
	}

	stop() {
		this.server.closeAllConnections();
		this.server.close();
	}
}

let site, api, other, pages, inner;
before(async () => {
	pages = await new Pages().start("127.0.0.2");
	inner = await new Pages().start("127.0.0.1");
	site = await Installation.start({ conf: "outside_allow = 127.0.0.2\n" +
		"outside_http = yes\noutside_ports = 1-65535\nturn_lease_s = 5\n" });
	api = await Api.start(site);
	const workspace = site.ctl(["workspace", "add", "--name", "Elsewhere"]).trim();
	other = await Api.start(site, { workspace });
});
after(async () => {
	pages?.stop();
	inner?.stop();
	await site?.stop();
});

const base = async (on = api, name = "Shop") =>
	(await on.call("createKnowledgeBase", { body: { name } })).body.id;
const text = async (kb_id, content, title = "FAQ", on = api) =>
	(await on.call("createTextSource", { params: { kb_id }, body: { title, content } })).body;
const web = async (kb_id, url, more = {}) =>
	(await api.call("createWebSource", { params: { kb_id }, body: { url, ...more } })).body;
const sources = async (kb_id, on = api) =>
	(await on.call("listSources", { params: { kb_id } })).body.items;
const source = async (kb_id, id) => (await sources(kb_id)).find((one) => one.id === id);
const hex = (column) => `HEX(${column})`;

/** A source once nobody works on it any more. */
async function imported(kb_id, id) {
	let found;
	await until("the import", async () => {
		found = await source(kb_id, id);
		return found.status !== "processing";
	});
	return found;
}

async function refused(id, options) {
	const { body } = await api.call(id, { ...options, status: 422 });
	return body.detail.map((one) => [one.loc.join("."), one.type]);
}

let names = 0;
async function bot(flow, ...kbs) {
	const { id: chatbot_id } =
		(await api.call("createChatbot", { body: { name: `Bot ${++names}` } })).body;
	const params = { chatbot_id };
	for (const kb_id of kbs) await api.call("attachKnowledgeBase", { params, body: { kb_id } });
	const { id: flow_id } = (await api.call("createFlow",
		{ params, body: { name: "Main", type: "conversation", flow } })).body;
	await api.call("publishFlow", { params: { chatbot_id, flow_id } });
	const { token } = site.addWidget({ more: ["--chatbot", chatbot_id] });
	return { chatbot_id, token };
}

/** What the bot says to each of the texts. */
async function talk({ token }, ...texts) {
	const who = `visitor ${++names}`;
	const guest = await visitor(site, who, { embed_token: token });
	const all = async () => (await openChat(site, who, { embed_token: token })).messages
		.filter((m) => m.sender_type === "bot").map((m) => m.content);
	await until("the greeting", async () => (await all()).length);
	const said = [];
	for (const one of texts) {
		const before = (await all()).length;
		assert.equal((await guest.say(one)).ok, true);
		await until(`an answer to ${one}`, async () => (await all()).length > before);
		said.push((await all()).slice(before).join(" | "));
	}
	guest.socket.close();
	return said;
}

describe("knowledge bases", () => {
	test("are made, read, changed and ended", async () => {
		const made = (await api.call("createKnowledgeBase",
			{ body: { name: " Shop ", description: "All of it" } })).body;
		assert.deepEqual({ ...made, id: 0, created_at: 0 }, { id: 0, name: "Shop",
			description: "All of it", source_count: 0, status: "empty", created_at: 0 });
		const params = { kb_id: made.id };
		assert.deepEqual((await api.call("getKnowledgeBase", { params })).body, made);
		assert.deepEqual((await api.call("updateKnowledgeBase", { params, body: {} })).body, made);
		assert.deepEqual((await api.call("updateKnowledgeBase",
			{ params, body: { name: "New", description: null } })).body,
			{ ...made, name: "New", description: null });
		const { items, total } = (await api.call("listKnowledgeBases")).body;
		assert.equal(total, items.length);
		assert.equal(items[0].id, made.id);
		await text(made.id, HOURS);
		await api.call("deleteKnowledgeBase", { params });
		for (const id of ["getKnowledgeBase", "deleteKnowledgeBase", "listSources"])
			await api.call(id, { params, status: 404 });
		assert.deepEqual(site.sql(`SELECT COUNT(*) FROM kb_sources
			WHERE ${hex("kb_id")} NOT IN (SELECT ${hex("id")} FROM knowledge_bases)`), [["0"]]);
	});

	test("that are not described so are 422", async () => {
		const kb_id = await base(), params = { kb_id };
		for (const [id, body, want] of [
			["createKnowledgeBase", {}, [["body.name", "missing"]]],
			["createKnowledgeBase", { name: "x".repeat(101) }, [["body.name", "string_too_long"]]],
			["updateKnowledgeBase", { name: "" }, [["body.name", "string_too_short"]]],
			["createTextSource", {}, [["body.title", "missing"], ["body.content", "missing"]]],
			["createTextSource", { title: "x", content: " \n" }, [["body.content", "string_too_short"]]],
			["createTextSource", { title: "x".repeat(301), content: "x" },
				[["body.title", "string_too_long"]]],
			["createTextSource", { title: "x", content: "é".repeat(250_001) },
				[["body.content", "string_too_long"]]],
			["createWebSource", { title: "x" }, [["body.url", "missing"]]],
			["createWebSource", { url: "ftp://a.example" }, [["body.url", "url_parsing"]]],
		])
			assert.deepEqual(await refused(id, { params, body }), want);
		assert.deepEqual(await sources(kb_id), []);
		const { id: chatbot_id } =
			(await api.call("createChatbot", { body: { name: `Bot ${++names}` } })).body;
		assert.deepEqual(await refused("attachKnowledgeBase", { params: { chatbot_id }, body: {} }),
			[["body.kb_id", "missing"]]);
		for (const kb of ["no", chatbot_id, await base(other)])
			await api.call("attachKnowledgeBase",
				{ params: { chatbot_id }, body: { kb_id: kb }, status: 404 });
	});

	test("are attached to bots once, and stay when they are not any more", async () => {
		const kb_id = await base();
		const { id: chatbot_id } =
			(await api.call("createChatbot", { body: { name: `Bot ${++names}` } })).body;
		const params = { chatbot_id }, body = { kb_id };
		const attached = (await api.call("attachKnowledgeBase", { params, body }));
		assert.equal(attached.status, 201);
		assert.equal(attached.body.id, kb_id);
		await api.call("attachKnowledgeBase", { params, body, status: 409 });
		assert.deepEqual((await api.call("listAttachedKnowledgeBases", { params })).body,
			{ items: [attached.body], total: 1 });
		await api.call("detachKnowledgeBase", { params: { chatbot_id, kb_id } });
		await api.call("detachKnowledgeBase", { params: { chatbot_id, kb_id }, status: 404 });
		assert.equal((await api.call("listAttachedKnowledgeBases", { params })).body.total, 0);
		await api.call("getKnowledgeBase", { params: { kb_id } });
		await api.call("attachKnowledgeBase", { params, body });
		await api.call("deleteKnowledgeBase", { params: { kb_id } });
		assert.equal((await api.call("listAttachedKnowledgeBases", { params })).body.total, 0);
	});
});

describe("a source", () => {
	test("of text is processed at first and ready soon", async () => {
		const kb_id = await base();
		const made = await text(kb_id, HOURS, "Return Policy");
		assert.deepEqual({ ...made, id: 0, created_at: 0 }, { id: 0, kb_id, type: "text",
			title: "Return Policy", status: "processing", created_at: 0 });
		assert.deepEqual(await imported(kb_id, made.id), { ...made, status: "ready" });
		const kb = (await api.call("getKnowledgeBase", { params: { kb_id } })).body;
		assert.deepEqual([kb.status, kb.source_count], ["ready", 1]);
		await api.call("deleteSource", { params: { kb_id, source_id: made.id } });
		await api.call("deleteSource", { params: { kb_id, source_id: made.id }, status: 404 });
		assert.equal((await api.call("getKnowledgeBase", { params: { kb_id } })).body.status, "empty");
	});

	test("that says nothing has failed, and tells why", async () => {
		const kb_id = await base();
		const { id } = await text(kb_id, "# Only a heading");
		assert.deepEqual([(await imported(kb_id, id)).status, (await source(kb_id, id)).error],
			["failed", "There is no text in it to answer from."]);
		assert.equal((await api.call("getKnowledgeBase", { params: { kb_id } })).body.status, "failed");
	});

	test("of the web is fetched: its title, its character set, where it leads", async () => {
		const kb_id = await base();
		pages.answers.set("/latin", { type: "text/html; charset=iso-8859-1", body: Buffer.from(
			"<title>Caf\xE9</title><nav>Menu</nav><h1>Stra\xDFe</h1><p>Gr\xFC\xDFe", "latin1") });
		pages.answers.set("/moved", { status: 301, headers: { Location: "/latin#top" } });
		pages.answers.set("/plain", { type: "text/plain", body: "Plain words." });
		pages.answers.set("/marked", { type: "text/markdown; charset=utf-8", body: HOURS });
		const all = [await web(kb_id, `${pages.url}/latin`), await web(kb_id, `${pages.url}/moved`),
			await web(kb_id, `${pages.url}/plain`, { title: "Mine" }),
			await web(kb_id, `${pages.url}/marked`)];
		assert.deepEqual({ ...all[0], id: 0, created_at: 0 }, { id: 0, kb_id, type: "web", title: null,
			url: `${pages.url}/latin`, status: "processing", created_at: 0 });
		const titles = [];
		for (const { id } of all) titles.push((await imported(kb_id, id)).title);
		assert.deepEqual(titles, ["Café", "Café", "Mine", "Shop"]);
		const stored = site.sql(`SELECT content FROM kb_sources WHERE title = 'Café'`);
		assert.deepEqual(stored, [["# Straße\\n\\nGrüße"], ["# Straße\\n\\nGrüße"]]);
	});

	test("of the web that is no text, or is not there, has failed", async () => {
		const kb_id = await base();
		pages.answers.set("/pdf", { type: "application/pdf", body: "%PDF" });
		pages.answers.set("/big", { body: "<p>" + "x".repeat(1_100_000) });
		for (let i = 0; i < 5; i++)
			pages.answers.set(`/round${i}`, { status: 302, headers: { Location: `/round${i + 1}` } });
		pages.answers.set("/nowhere", { status: 302, headers: {} });
		const why = {};
		for (const path of ["/pdf", "/none", "/big", "/round0", "/nowhere"]) {
			const { id } = await web(kb_id, pages.url + path);
			const found = await imported(kb_id, id);
			assert.equal(found.status, "failed", path);
			why[path] = found.error;
		}
		assert.match(why["/pdf"], /neither HTML nor Markdown/);
		assert.match(why["/none"], /status 404/);
		assert.match(why["/round0"], /more than 3 times/);
		assert.equal(pages.times("/round3"), 1);
		assert.equal(pages.times("/round4"), 0);
	});

	test("of the web that is away is asked again later", async () => {
		const kb_id = await base();
		pages.answers.set("/busy", { status: 503 });
		const { id } = await web(kb_id, `${pages.url}/busy`);
		await until("the first try", () => pages.times("/busy") === 1);
		await until("it to be put off", () => site.sql(`SELECT 1 FROM kb_sources WHERE
			url LIKE '%/busy' AND due_at > UTC_TIMESTAMP() AND job_owner IS NULL`).length);
		assert.equal((await source(kb_id, id)).status, "processing");
		pages.answers.set("/busy", { body: "<p>Here again." });
		site.sql("UPDATE kb_sources SET due_at = UTC_TIMESTAMP(6) WHERE url LIKE '%/busy'");
		assert.equal((await imported(kb_id, id)).status, "ready");
	});

	test("cannot be anywhere inside", async () => {
		const kb_id = await base();
		const port = inner.server.address().port;
		const { urls } = JSON.parse(readFileSync(join(top, "tests/data/ssrf.json"), "utf8"));
		assert.ok(urls.length > 50);
		const taken = [];
		for (const one of urls) {
			const url = one.replaceAll("{port}", port);
			const answer = await api.call("createWebSource",
				{ params: { kb_id }, body: { url }, status: [201, 400, 422] });
			if (answer.status === 201) taken.push(answer.body.id);
		}
		// nor where a page leads
		for (const [i, to] of [inner.url, `//127.0.0.1:${port}/`, "file:///etc/passwd",
			"http://user@127.0.0.2/"].entries()) {
			pages.answers.set(`/lead${i}`, { status: 302, headers: { Location: to } });
			taken.push((await web(kb_id, `${pages.url}/lead${i}`)).id);
		}
		await until("all of them to be tried", () => site.sql(`SELECT COUNT(*) FROM kb_sources
			WHERE tries = 0 OR job_owner IS NOT NULL`)[0][0] === "0");
		const found = (await sources(kb_id)).filter(({ id }) => taken.includes(id));
		assert.equal(found.length, taken.length);
		assert.ok(found.every(({ status }) => status !== "ready"), JSON.stringify(found));
		assert.deepEqual(inner.asked, []);
	});

	test("is imported while the pages of another workspace hang", async () => {
		const mine = await base(), theirs = await base(other, "Theirs");
		const paths = [0, 1, 2, 3].map((i) => `/hang${i}`);
		const asked = () => pages.asked.filter((path) => paths.includes(path)).length;
		for (const path of paths) pages.answers.set(path, { hold: true });
		const hanging = [];
		for (const path of paths) hanging.push((await web(mine, pages.url + path)).id);
		await until("as many as one may have", () => asked() === 2);
		pages.answers.set("/theirs", { body: "<p>Quick." });
		const made = [await text(theirs, HOURS, "FAQ", other), (await other.call("createWebSource",
			{ params: { kb_id: theirs }, body: { url: `${pages.url}/theirs` } })).body];
		await until("the other's to be ready", async () => (await sources(theirs, other))
			.filter((one) => one.status === "ready").length === made.length);
		// nor do they hold up texts of their own workspace
		assert.equal((await imported(mine, (await text(mine, HOURS)).id)).status, "ready");
		assert.equal(asked(), 2);
		for (const id of hanging) assert.equal((await source(mine, id)).status, "processing");
		for (const path of paths) pages.answers.set(path, { body: "<p>At last." });
		pages.release("<p>At last.");
		for (const id of hanging) assert.equal((await imported(mine, id)).status, "ready");
		assert.equal(asked(), 4);
	});

	test("is imported once, whoever dies meanwhile", async () => {
		const kb_id = await base();
		pages.answers.set("/slow", { hold: true });
		const { id } = await web(kb_id, `${pages.url}/slow`);
		await until("the daemon to ask", () => pages.times("/slow") === 1);
		await site.crash("wsd");
		assert.equal((await source(kb_id, id)).status, "processing");
		pages.answers.set("/slow", { body: "<h1>A</h1><p>One.<h1>B</h1><p>Two." });
		assert.equal((await imported(kb_id, id)).status, "ready");
		assert.deepEqual(site.sql(`SELECT COUNT(*), MAX(part) FROM kb_chunks c JOIN kb_sources s
			ON s.id = c.source_id WHERE s.url LIKE '%/slow'`), [["2", "1"]]);
		assert.equal(pages.times("/slow"), 2);
	});
});

describe("a bot with a knowledge base", () => {
	const FLOW = { greeting: { message: "Hello!", transitions: { help: "help", default: "lost" } },
		help: { message: "Helping.", transitions: { default: "lost" } },
		lost: { message: "I do not know.", transitions: { default: "lost" } } };

	test("answers from it what its flow does not, and names the source", async () => {
		const kb_id = await base();
		pages.answers.set("/faq", { body: "<title>Our FAQ</title><h2>Parking</h2>" +
			"<p>You can park behind the house." });
		for (const { id } of [await text(kb_id, HOURS, "Shop rules"),
			await web(kb_id, `${pages.url}/faq`)])
			assert.equal((await imported(kb_id, id)).status, "ready");
		const asked = ["What does delivery cost?", "Where can I park?", "delivery help",
			"Who won the match?"];
		assert.deepEqual(await talk(await bot(FLOW, kb_id), ...asked), [
			"Delivery costs 5 dollars within the city.\n\n— Shop rules",
			`You can park behind the house.\n\n— Our FAQ\n${pages.url}/faq`,
			"Helping.", "I do not know."]);
		assert.deepEqual(await talk(await bot(FLOW), asked[0]), ["I do not know."]);
	});

	test("looks where an action says", async () => {
		const [shop, rest] = [await base(api, "Shop hours"), await base(api, "The rest")];
		await imported(shop, (await text(shop, HOURS)).id);
		await imported(rest, (await text(rest, "Tulips are open flowers.")).id);
		const flow = { ask: { message: "Ask me.", save_to: "question",
			transitions: { default: "look" } },
		look: { actions: [{ type: "KNOWLEDGE", query: "{{question}}", collection: "Shop hours",
			save_to: "found", success_transition: "more", failure_transition: "none" }] },
		more: { message: "From {{found.title}}: {{found.heading}}." },
		none: { message: "Nothing." } };
		const one = await bot(flow, rest);
		assert.deepEqual(await talk(one, "When are you open?"), [
			"We are open from 9 to 18 on workdays.\n\n— FAQ | From FAQ: Shop › Opening hours."]);
		assert.deepEqual(await talk(one, "Tulips?"), ["Nothing."]);
	});
});

describe("where no daemon runs", () => {
	let quiet;
	before(async () => (quiet = await Installation.start({ daemon: false })));
	after(() => quiet?.stop());

	test("barazactl work imports", async () => {
		const mine = await Api.start(quiet);
		const kb_id = await base(mine);
		await text(kb_id, HOURS, "FAQ", mine);
		assert.equal((await sources(kb_id, mine))[0].status, "processing");
		quiet.ctl(["work"]);
		assert.equal((await sources(kb_id, mine))[0].status, "ready");
	});
});

describe("every operation", () => {
	test("was asked for and answered as described", () => {
		assert.deepEqual(unasked("knowledge"), []);
	});
});
