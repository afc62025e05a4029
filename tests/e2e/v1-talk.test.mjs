// v1-talk.test.mjs: sessions of the widget API: tokens, answers, streams, functions
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, beforeEach, describe, test } from "node:test";
import { Agent, ask, connect, next, openChat, record, until, visitor } from "./harness.mjs";
import { StrictLlm } from "./strict-llm.mjs";
import { all, call, session, setOptions, startTalk } from "./talk.mjs";
import { unasked } from "./v1.mjs";

const FUNCTION = { name: "basket", description: "What is in the basket.",
	parameters: { type: "object", properties: { at: { type: "string" } } } };
const CALL = { calls: [{ id: "c1", name: "basket", args: "{\"at\":\"top\"}" }] };
const types = (lines) => lines.map(({ type }) => type);
const of = (lines, type) => lines.filter((line) => line.type === type).map(({ data }) => data);
const typed = (lines) => of(lines, "token").map(({ token }) => token).join("");

let llm, site;
before(async () => {
	llm = await StrictLlm.start();
	site = await startTalk(llm);
});
beforeEach(() => {
	llm.release();
	llm.will();
	setOptions(site, {});
});
after(async () => {
	llm.stop();
	await site?.stop();
});

const said = (s) => site.sql(`SELECT sender_type, content FROM messages WHERE conversation_id =
	(SELECT id FROM conversations WHERE contact_id = (SELECT id FROM contacts WHERE external_id = '${s.session_id}'))
	ORDER BY seq`).map(([who, text]) => `${who === "bot" ? "B" : who === "agent" ? "A" : "V"} ${text}`);

describe("a session", () => {
	test("is an ordinary conversation: greeted, answered, seen by agents", async () => {
		setOptions(site, { initial: "Hello.\n\nWelcome!" });
		llm.will({ text: "Five thousand." });
		const s = await session(site, { messages: [{ type: "user", text: "roses?" }], meta: { page: "shop" } });
		assert.equal(s.id.length, 26);
		assert.match(s.token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
		assert.deepEqual(s.messages.map(({ type, text }) => [type, text]), [["bot", "Hello."], ["bot", "Welcome!"],
			["bot", "Ask me."], ["user", "roses?"], ["bot", "Five thousand."]]);
		assert.ok(Math.abs(s.expiresAt - Date.now() - 3600e3) < 60e3, "an hour when nobody says anything");
		const [[meta]] = site.sql(`SELECT meta FROM conversations WHERE meta LIKE '%shop%'`);
		assert.deepEqual(JSON.parse(meta), { page: "shop", app: "widget", widgetIntegrationId: s.id });
		const agent = await Agent.login(site);
		const list = await (await agent.request("GET", "/api/conversations/?filter=all")).json();
		const mine = list.find(({ end_user: of_ }) => of_.external_id === s.session_id);
		assert.equal(mine.last_message.content, "Five thousand.");
	});

	test("lasts as asked, within what the widget allows", async () => {
		const lasts = async (options, body) => {
			setOptions(site, options);
			const s = await session(site, body);
			return Math.round((s.expiresAt - Date.now()) / 60e3);
		};
		assert.equal(await lasts({}, { durationInSeconds: 1800 }), 30);
		assert.equal(await lasts({}, { durationInSeconds: 86400 }), 60);
		assert.equal(await lasts({ session_duration: 0 }, {}), 60);
		assert.equal(await lasts({ session_duration: 600000 }, {}), 10);
		assert.equal(await lasts({ session_duration: 2400000 }, { durationInSeconds: 86400 }), 40);
		assert.equal(await lasts({ session_duration: 2400000 }, { durationInSeconds: 1800 }), 30);
	});

	test("refuses what it should not take, and makes nothing then", async () => {
		const before = site.counts();
		const path = `/integration/widget/${site.widget}/session/create`;
		const bad = [{ durationInSeconds: 1799 }, { durationInSeconds: 86401 }, { durationInSeconds: "x" },
			{ messages: [{ type: "bot", text: "I am the bot" }] }, { messages: [{ type: "user" }] },
			{ messages: [{ type: "user", text: " " }] }, { messages: Array(11).fill({ type: "user", text: "x" }) },
			{ contact: { email: "nobody" } }, { contact: { phone: "12" } }, { contact: 7 }, { meta: { _a: 1 } }, { meta: [] },
			{ meta: { a: "x".repeat(20000) } }];
		for (const body of bad) {
			const got = await call(site, "POST", path, { body });
			assert.equal(got.status, 400, JSON.stringify(body));
			assert.deepEqual(Object.keys(got.body), ["message", "code"]);
		}
		const nobody = site.addWidget().channel;
		assert.equal((await call(site, "POST", `/integration/widget/${nobody}/session/create`, { body: {} })).status, 409);
		for (const id of ["nothing", "01ARZ3NDEKTSV4RRFFQ69G5FAV"])
			assert.equal((await call(site, "POST", `/integration/widget/${id}/session/create`, { body: {} })).status, 404);
		assert.deepEqual(site.counts(), before);
	});

	test("is for the widget's own pages", async () => {
		const { channel } = site.addWidget({ more: ["--chatbot", site.chatbot, "--origins", "https://shop.example"] });
		const path = `/integration/widget/${channel}/session/create`;
		const from = (Origin) => call(site, "POST", path, { body: {}, headers: Origin ? { Origin } : {} });
		assert.equal((await from("https://evil.example")).status, 403);
		assert.equal((await from("null")).status, 403);
		const good = await from("https://shop.example");
		assert.equal(good.status, 200);
		assert.equal(good.headers.get("access-control-allow-origin"), "*");
		assert.equal((await from()).status, 200);
		const at = `/conversation/${good.body.conversationId}`;
		const say = (Origin) => call(site, "POST", `${at}/complete`, { token: good.body.token, body: { text: "x" }, headers: { Origin } });
		assert.equal((await say("https://evil.example")).status, 403);
		assert.equal((await say("https://shop.example")).body.text, "X");
	});

	test("keeps the visitor's name only where the widget collects it", async () => {
		const contact = { name: "Neema", email: "neema@shop.example", phone: "+255 700 000 001" };
		const name = async (options) => {
			setOptions(site, options);
			const s = await session(site, { contact });
			return site.sql(`SELECT display_name FROM contacts WHERE external_id = '${s.session_id}'`)[0]?.[0] ?? "";
		};
		assert.equal(await name({}), "");
		assert.equal(await name({ contact_collection: true }), "Neema");
	});
});

describe("a token", () => {
	const part = (v) => Buffer.from(typeof v === "string" ? v : JSON.stringify(v)).toString("base64url");
	const open = (token) => token.split(".").map((p) => Buffer.from(p, "base64url").toString());

	test("opens its own conversation and nothing else", async () => {
		const [a, b] = [await session(site), await session(site)];
		assert.equal((await a.post("/complete", { text: "hello" })).body.text, "HELLO");
		assert.equal((await call(site, "POST", `${b.at}/complete`, { token: a.token, body: { text: "x" } })).status, 403);
		const rows = readFileSync(new URL("../../fcgi-app/routes.c", import.meta.url), "utf8");
		assert.match(rows, /WHO_TALK/);
		for (const [method, path] of [["GET", `${a.at}/message/list`], ["POST", `${a.at}/message/create`],
			["POST", `${a.at}/session/create`], ["POST", `/bot/${site.chatbot}/session/create`]])
			assert.equal((await call(site, method, path, { token: a.token, ...(method === "POST" && { body: {} }) })).status,
				path.includes("/bot/") ? 401 : 403, path);
		for (const base of ["/api/dev/v1/me", "/api/dev/v1/chatbots", "/api/conversations/", "/api/events"])
			assert.equal((await call(site, "GET", "", { base, token: a.token })).status, 401, base);
	});

	test("is refused when anything about it is not ours", async () => {
		const s = await session(site);
		const other = await session(site);
		const [head, claims, mac] = s.token.split(".");
		const [h, c] = open(s.token).map((text, i) => (i < 2 ? JSON.parse(text) : text));
		const sign = (hh, cc, key) => `${part(hh)}.${part(cc)}.${createHmac("sha256", key).update(`${part(hh)}.${part(cc)}`).digest("base64url")}`;
		const forged = {
			"no signature": `${head}.${claims}.`,
			"another's signature": `${head}.${claims}.${other.token.split(".")[2]}`,
			"claims of another": `${head}.${other.token.split(".")[1]}.${mac}`,
			"alg none": `${part({ ...h, alg: "none" })}.${claims}.`,
			"alg none, signed": `${part({ ...h, alg: "none" })}.${claims}.${mac}`,
			"alg RS256": `${part({ ...h, alg: "RS256" })}.${claims}.${mac}`,
			"an empty key": sign(h, c, ""),
			"a guessed key": sign(h, c, "secret"),
			"the workspace as key": sign(h, c, h.kid),
			"another workspace": sign({ ...h, kid: "01ARZ3NDEKTSV4RRFFQ69G5FAV" }, c, "x"),
			"no kid": sign({ alg: "HS256", typ: "JWT" }, c, "x"),
			"a later end": `${head}.${part({ ...c, exp: c.exp + 9e6 })}.${mac}`,
			"too long": `${head}.${part({ ...c, pad: "x".repeat(4000) })}.${mac}`,
			"dots": "..",
			"an embed token": site.env.EMBED_TOKEN,
		};
		for (const [what, token] of Object.entries(forged)) {
			const got = await call(site, "POST", `${s.at}/complete`, { token, body: { text: "x" } });
			assert.equal(got.status, 401, what);
		}
		assert.deepEqual(said(s), ["B Ask me."]);
		assert.equal((await call(site, "POST", `${s.at}/complete`, { body: { text: "x" } })).status, 401);
		assert.equal((await call(site, "POST", "/channel/0123456789abcdef/publish", { body: { message: {} } })).status, 401);
	});

	test("ends with its widget", async () => {
		const { channel } = site.addWidget({ more: ["--chatbot", site.chatbot] });
		const s = await session(site, {}, channel);
		site.sql(`UPDATE integrations SET disabled_at = NOW(6) WHERE id = UNHEX('${channel.replaceAll("-", "")}')`);
		assert.equal((await s.post("/complete", { text: "x" })).status, 401);
	});
});

describe("the bot", () => {
	test("answers in JSON, and tells what it took", async () => {
		const s = await session(site);
		llm.will({ text: "Five thousand." });
		const { status, body } = await s.post("/complete", { text: "roses?" });
		assert.equal(status, 200);
		assert.equal(body.text, "Five thousand.");
		assert.deepEqual(body.usage, { token: 18 });
		assert.deepEqual(body.end, { reason: "stop" });
		assert.equal(body.handledBy, "bot");
		assert.deepEqual(said(s), ["B Ask me.", "V roses?", "B Five thousand."]);
	});

	test("answers line by line, while it is thinking", async () => {
		const s = await session(site);
		llm.will({ text: "I would say that it is five thousand.", hold: 900 });
		const { lines } = await s.post("/complete", { text: "roses?" }, { lines: true });
		const seen = [];
		for await (const line of lines) {
			seen.push(line);
			// it is held in the middle: what came before is here already
			if (line.type === "token" && llm.held.length) llm.release();
		}
		assert.deepEqual([...new Set(types(seen))], ["completeBegin", "token", "message", "usage", "completeEnd", "result"]);
		assert.ok(of(seen, "token").length > 1);
		assert.equal(typed(seen), "I would say that it is five thousand.");
		assert.deepEqual(of(seen, "message").map(({ type, text }) => [type, text]), [["bot", "I would say that it is five thousand."]]);
		assert.deepEqual(of(seen, "usage"), [{ model: "m-1", inputTokensUsed: 11, outputTokensUsed: 7 }]);
		assert.equal(of(seen, "result")[0].text, "I would say that it is five thousand.");
		assert.equal(of(seen, "result")[0].id, of(seen, "message")[0].id);
	});

	test("sends no pieces where the widget's option stream is off", async () => {
		const s = await session(site);
		setOptions(site, { stream: false });
		llm.will({ text: "Five thousand." });
		const { lines } = await s.post("/complete", { text: "roses?" }, { lines: true });
		assert.deepEqual(types(await all(lines)), ["completeBegin", "message", "usage", "completeEnd", "result"]);
	});

	test("answers what was sent before, to who receives", async () => {
		const s = await session(site);
		llm.will({ text: "Five thousand." });
		const sent = await s.post("/send", { text: "roses?" });
		assert.equal(sent.status, 200);
		assert.deepEqual(sent.body.entities, []);
		const { lines } = await s.post("/receive", {}, { lines: true });
		assert.equal(of(await all(lines), "result")[0].text, "Five thousand.");
		assert.equal((await s.post("/receive")).body.text, "Five thousand.");
		assert.equal((await s.post("/complete", {})).body.text, "Five thousand.");
		assert.deepEqual(said(s), ["B Ask me.", "V roses?", "B Five thousand."]);
		assert.equal(llm.requests.length, 1);
	});

	test("keeps to what the owner has set, whatever the page wishes", async () => {
		const s = await session(site);
		for (const extensions of [{ datasets: [{ records: [] }] }, { skillsets: [{ abilities: [] }] }, { features: [{ name: "form" }] }])
			assert.equal((await s.post("/complete", { text: "x", extensions })).status, 403);
		assert.equal((await s.post("/complete", { text: "x", functions: [FUNCTION] }, { lines: true })).status, 403);
		for (const body of [{ text: "x".repeat(4097) }, { text: "  " }, { text: 7 }, { text: "x", limits: { iterations: 0 } },
			{ text: "x", extensions: { backstory: 7 } }, { text: "x", functions: {} }, "[]", "{"])
			assert.equal((await s.post("/complete", body)).status, 400, JSON.stringify(body));
		assert.equal((await s.post("/send", {})).status, 400);
		assert.deepEqual(said(s), ["B Ask me."]);
		llm.will({ text: "Yes." });
		await s.post("/complete", { text: "x", extensions: { backstory: "The visitor looks at roses." } });
		assert.match(llm.requests[0].body.messages[0].content, /sell flowers[^]*page[^]*looks at roses/);
		llm.will(CALL, CALL, { text: "No." });
		await s.post("/complete", { text: "x", limits: { iterations: 1 } });
		assert.equal(llm.requests.length, 1);
	});

	test("is silent while an agent has the conversation, and the answer says so", async () => {
		const s = await session(site);
		const agent = await Agent.login(site);
		const list = await (await agent.request("GET", "/api/conversations/?filter=all")).json();
		const { id } = list.find(({ end_user: of_ }) => of_.external_id === s.session_id);
		assert.equal((await agent.request("POST", `/api/conversations/${id}/assign`, {})).status, 200);
		const { body } = await s.post("/complete", { text: "is there anybody?" });
		assert.equal(body.handledBy, "agent");
		assert.equal(body.text, "");
		const { lines } = await s.post("/complete", { text: "hello?" }, { lines: true });
		assert.deepEqual(types(await all(lines)), ["completeBegin", "completeEnd", "result"]);
		assert.equal((await s.post("/send", { text: "I wait." })).body.handledBy, "agent");
		assert.equal((await s.post("/receive")).body.handledBy, "agent");
		assert.equal(llm.requests.length, 0);
		assert.deepEqual(said(s), ["B Ask me.", "V is there anybody?", "V hello?", "V I wait."]);
	});

	test("answers each once, however many ask at once", async () => {
		const s = await session(site);
		const words = Array.from({ length: 6 }, (_, i) => `word ${i}`);
		const answers = await Promise.all(words.map((text) => s.post("/complete", { text })));
		// the model reads what was asked before, and answers the last
		for (const [i, { body }] of answers.entries()) assert.ok(body.text.endsWith(words[i].toUpperCase()), body.text);
		assert.equal(said(s).length, 13);
	});

	test("has one answer, whoever dies in the middle of it", async () => {
		const s = await session(site);
		llm.will({ text: "I would say that it", hold: 0 }, { text: "Five thousand." });
		const key = { headers: { "Idempotency-Key": "roses" } };
		const lost = s.post("/complete", { text: "roses?" }, key).then(({ status }) => status, () => "lost");
		await until("the model to be asked", () => llm.held.length > 0);
		await site.crash("fcgi");
		assert.notEqual(await lost, 200);
		await until("the answer", () => said(s).length === 3);
		llm.release();
		const again = await s.post("/complete", { text: "roses?" }, key);
		assert.equal(again.body.text, "Five thousand.");
		assert.equal(again.headers.get("idempotency-replayed"), "true");
		assert.equal((await s.post("/complete", { text: "tulips?" }, key)).status, 422);
		assert.deepEqual(said(s), ["B Ask me.", "V roses?", "B Five thousand."]);
	});

	test("ends its answer although the one who asked has left", async () => {
		const s = await session(site);
		llm.will({ text: "I would say that it is five thousand.", hold: 900 });
		const leave = new AbortController();
		const { lines } = await s.post("/complete", { text: "roses?" }, { lines: true, signal: leave.signal });
		for await (const { type } of lines) if (type === "token") break;
		leave.abort();
		llm.release();
		await until("the answer", () => said(s).length === 3);
		assert.deepEqual(said(s).at(-1), "B I would say that it is five thousand.");
	});
});

describe("functions of the page", () => {
	const channel = "0b5c2f0e-basket-function-result";
	const withChannel = { ...FUNCTION, result: { channel } };

	async function converse(s, body, onCall) {
		const got = await s.post("/complete", body, { lines: true });
		assert.equal(got.status, 200, JSON.stringify(got.body));
		const seen = [];
		for await (const line of got.lines) {
			seen.push(line);
			if (line.type === "waitForChannelMessageBegin") await onCall(line.data);
		}
		return seen;
	}
	const publish = (s, name, message) => call(site, "POST", `/channel/${name}/publish`, { token: s.token, body: { message } });

	test("are tools of the model, and answer by a channel", async () => {
		setOptions(site, { tools: true });
		const s = await session(site);
		llm.will(CALL, { text: "Three roses." });
		const seen = await converse(s, { text: "what do I buy?", functions: [withChannel] }, async (asked) => {
			assert.deepEqual(asked, { channel, function: { name: "basket", args: { at: "top" } } });
			assert.deepEqual((await publish(s, channel, { result: { roses: 3 } })).body, { id: channel });
		});
		assert.deepEqual(types(seen).filter((type) => type !== "token"), ["completeBegin", "waitForChannelMessageBegin",
			"waitForChannelMessageEnd", "message", "usage", "completeEnd", "result"]);
		assert.equal(of(seen, "result")[0].text, "Three roses.");
		assert.ok(llm.requests[0].body.tools.some(({ function: f }) => f.name === "basket" && f.description === FUNCTION.description));
		assert.deepEqual(llm.requests[1].body.messages.at(-1), { role: "tool", tool_call_id: "c1", content: "{\"roses\":3}" });
		assert.deepEqual(llm.refused, []);
		// an answer of before is none of the next call
		llm.will(CALL, { text: "Now four." });
		await converse(s, { text: "and now?", functions: [withChannel] }, () => publish(s, channel, { result: "four" }));
		assert.equal(llm.requests[1].body.messages.at(-1).content, "four");
	});

	test("may fail, be known before, or end it all", async () => {
		setOptions(site, { tools: true });
		const s = await session(site);
		llm.will(CALL, { text: "I cannot see it." });
		let seen = await converse(s, { text: "what?", functions: [FUNCTION] },
			({ channel: made }) => publish(s, made, { error: "no basket" }));
		assert.equal(llm.requests[1].body.messages.at(-1).content, "no basket");
		assert.equal(of(seen, "result")[0].text, "I cannot see it.");
		llm.will(CALL, { text: "Five." });
		const known = await s.post("/complete", { text: "what?", functions: [{ ...FUNCTION, result: { data: [5] } }] });
		assert.equal(known.body.text, "Five.");
		assert.equal(llm.requests[1].body.messages.at(-1).content, "[5]");
		llm.will({ text: "Let me look.", ...CALL });
		seen = await converse(s, { text: "what?", functions: [FUNCTION] }, ({ channel: made }) => publish(s, made, { abort: true }));
		assert.deepEqual(of(seen, "abort"), [{ functionName: "basket" }]);
		assert.deepEqual(of(seen, "result")[0].end, { reason: "abort" });
		assert.equal(llm.requests.length, 1);
		llm.will({ text: "Again." });
		assert.equal((await s.post("/complete", { text: "more" })).body.text, "Again.");
	});

	test("are checked, and cannot be called by who cannot hear it", async () => {
		setOptions(site, { tools: true });
		const s = await session(site);
		const bad = [{ name: "a-b" }, { name: "1a" }, { name: "$a" }, { name: "x".repeat(65) }, { name: "a", description: 1, parameters: [] },
			{ name: "a", parameters: { type: "array" } }, { name: "a", result: {} }, { name: "a", result: { channel: "short" } },
			{ name: "a", result: { data: 1, channel } }];
		for (const one of bad)
			assert.equal((await s.post("/complete", { text: "x", functions: [one] }, { lines: true })).status, 400, JSON.stringify(one));
		assert.equal((await s.post("/complete", { text: "x", functions: [FUNCTION, FUNCTION] }, { lines: true })).status, 400);
		assert.equal((await s.post("/complete", { text: "x", functions: [FUNCTION] })).status, 400);
		assert.deepEqual(said(s), ["B Ask me."]);
		for (const [name, message] of [["short", {}], ["x".repeat(129), {}], ["0123456789abcdef", 7], ["0123456789abcdef", undefined]])
			assert.equal((await publish(s, name, message)).status, 400);
	});

	test("hear nothing from another workspace", async () => {
		setOptions(site, { tools: true });
		const s = await session(site);
		const there = site.ctl(["workspace", "add", "--name", "Others"]).trim();
		const key = site.ctl(["key", "add", "--workspace", there, "--name", "k", "--scope", "write"]).trim().split(/\s+/).at(-1);
		llm.will(CALL, { text: "Ours." });
		await converse(s, { text: "what?", functions: [withChannel] }, async () => {
			const theirs = await call(site, "POST", `/channel/${channel}/publish`, { token: key, body: { message: { result: "theirs" } } });
			assert.equal(theirs.status, 200);
			await publish(s, channel, { result: "ours" });
		});
		assert.equal(llm.requests[1].body.messages.at(-1).content, "ours");
	});
});

describe("messages", () => {
	const key = (method, path, options) => call(site, method, path, { token: site.key, ...options });

	test("are liked or not by who has read them", async () => {
		const s = await session(site);
		const { body } = await s.post("/complete", { text: "hello" });
		const votes = () => site.sql("SELECT value, reason FROM message_votes");
		assert.deepEqual((await s.post(`/message/${body.id}/upvote`)).body, { id: body.id });
		assert.deepEqual(votes(), [["100", ""]]);
		assert.equal((await s.post(`/message/${body.id}/downvote`, { value: 7, reason: "wrong" })).status, 200);
		assert.deepEqual(votes(), [["-7", "wrong"]]);
		for (const bad of [{ value: 0 }, { value: 101 }, { reason: "x".repeat(1001) }])
			assert.equal((await s.post(`/message/${body.id}/upvote`, bad)).status, 400);
		const mine = (await key("GET", `${s.at}/message/list`)).body.items.find(({ type }) => type === "user");
		const other = await session(site);
		for (const [who, id] of [[s, mine.id], [other, body.id], [s, "nothing"]])
			assert.equal((await who.post(`/message/${id}/upvote`)).status, 404);
		assert.deepEqual(votes(), [["-7", "wrong"]]);
	});

	test("are listed and made with a key", async () => {
		const s = await session(site);
		for (const text of ["one", "two"]) await s.post("/complete", { text });
		const list = async (query = "") => (await key("GET", `${s.at}/message/list${query}`)).body;
		const texts = ({ items }) => items.map(({ text }) => text);
		assert.deepEqual(texts(await list()), ["TWO", "two", "ONE", "one", "Ask me."]);
		assert.deepEqual(texts(await list("?order=asc&take=2")), ["Ask me.", "one"]);
		const first = await list("?take=2");
		assert.deepEqual(texts(await list(`?take=2&cursor=${first.cursor}`)), ["ONE", "one"]);
		assert.equal((await key("GET", `${s.at}/message/list?take=0`)).status, 400);
		assert.equal((await key("GET", `${s.at}/message/list?cursor=${s.conversationId}`)).status, 400);
		const { lines } = await key("GET", `${s.at}/message/list`, { lines: true });
		assert.deepEqual(types(await all(lines)), Array(5).fill("item"));
		assert.equal((await key("POST", `${s.at}/message/create`, { body: { type: "bot", text: "By hand." } })).status, 200);
		assert.equal((await key("POST", `${s.at}/message/create`, { body: { type: "user", text: "three" } })).status, 200);
		assert.equal((await key("POST", `${s.at}/receive`, { body: {} })).body.text, "THREE");
		for (const body of [{ type: "context", text: "x" }, { type: "bot" }, { text: "x" }, { type: "bot", text: "x".repeat(4097) }])
			assert.equal((await key("POST", `${s.at}/message/create`, { body })).status, 400);
		assert.deepEqual(said(s).slice(-3), ["B By hand.", "V three", "B THREE"]);
	});

	test("of a bot's own session, with a key", async () => {
		const got = await key("POST", `/bot/${site.chatbot}/session/create`, { body: { durationInSeconds: 7200,
			messages: [{ type: "user", text: "hello" }] } });
		assert.equal(got.status, 200, JSON.stringify(got.body));
		assert.deepEqual(got.body.messages.map(({ text }) => text), ["Ask me.", "hello", "HELLO"]);
		assert.ok(Math.abs(got.body.expiresAt - Date.now() - 7200e3) < 60e3);
		const at = `/conversation/${got.body.conversationId}`;
		assert.equal((await call(site, "POST", `${at}/complete`, { token: got.body.token, body: { text: "more" } })).body.text, "MORE");
		const again = await key("POST", `${at}/session/create`, { body: {} });
		assert.equal((await call(site, "POST", `${at}/complete`, { token: again.body.token, body: { text: "yet more" } })).body.text, "YET MORE");
		assert.equal((await key("POST", "/bot/01ARZ3NDEKTSV4RRFFQ69G5FAV/session/create", { body: {} })).status, 404);
		assert.equal((await key("POST", "/conversation/01ARZ3NDEKTSV4RRFFQ69G5FAV/complete", { body: { text: "x" } })).status, 404);
	});
});

describe("the socket path and the token path", () => {
	test("are one conversation, whichever came first", async () => {
		const s = await session(site);
		await s.post("/complete", { text: "by token" });
		const socket = await connect(site);
		const [[id]] = site.sql(`SELECT LOWER(CONCAT_WS('-', SUBSTR(HEX(id),1,8), SUBSTR(HEX(id),9,4), SUBSTR(HEX(id),13,4), SUBSTR(HEX(id),17,4), SUBSTR(HEX(id),21)))
			FROM conversations WHERE contact_id = (SELECT id FROM contacts WHERE external_id = '${s.session_id}')`);
		const joined = await ask(socket, "join_conversation", { conversation_id: id, external_id: s.session_id, sender_type: "end_user", since_seq: 0 });
		assert.deepEqual(joined.missed.map(({ content }) => content), ["Ask me.", "by token", "BY TOKEN"]);
		const heard = record(socket);
		await ask(socket, "send_message", { conversation_id: id, external_id: s.session_id, sender_type: "end_user", content: "by socket" });
		await until("the answer", () => said(s).length === 5);
		assert.equal((await s.post("/receive")).body.text, "BY SOCKET");
		await s.post("/complete", { text: "once more" });
		await until("what the token said", () => heard.some(([name, m]) => name === "message_received" && m.content === "ONCE MORE"));
		// the other way: a widget's visitor, then a key's token for the same
		const v = await visitor(site, "came by socket");
		await v.say("first", {});
		await until("the first answer", () => site.sql("SELECT 1 FROM messages WHERE BINARY content = 'FIRST'").length === 1);
		const made = await call(site, "POST", `/conversation/${v.id}/session/create`, { token: site.key, body: {} });
		assert.equal(made.body.session_id, "came by socket");
		const more = await call(site, "POST", `/conversation/${v.id}/complete`, { token: made.body.token, body: { text: "second" } });
		assert.equal(more.body.text, "SECOND");
	});
});

test("every operation of sessions was seen to work", () => {
	assert.deepEqual(unasked("v1-talk"), []);
});
