// llm-turns.test.mjs: whoever dies while a model is asked, there is one answer;
// and a model's answer within a request of the Chat API
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { Installation, record, until, visitor } from "./harness.mjs";
import { Api } from "./openapi.mjs";
import { StrictLlm } from "./strict-llm.mjs";

const LEASE_S = 2;
const LONG_LEASE_S = 300;
const FLOW = { shop: { message: "Ask me.", actions: [{ type: "LLM_AGENT", name: "Rosa", system_prompt: "You sell flowers." }] } };
// Where a stream is left in the lurch: before its first byte, and when the
// visitor has read a part of it.
const PLACES = { "before it answers": 0, "while it answers": 900 };

async function start(llm, { lease = LEASE_S, ...options } = {}) {
	const site = await Installation.start({ ...options, conf: [`outside_allow = ${llm.host}`,
		`turn_lease_s = ${lease}`, "message_burst = 1000"].join("\n") });
	const workspace = ["--workspace", site.env.WORKSPACE_ID];
	site.ctl(["llm", "set", ...workspace, "--provider", "openai", "--model", "m-1",
		"--base-url", `http://${llm.host}/v1`, "--key-file", "-"], { input: StrictLlm.KEY });
	const bot = site.ctl(["chatbot", "add", ...workspace, "--name", "Rosa"]).trim();
	const file = join(site.dir, "flow.json");
	writeFileSync(file, JSON.stringify(FLOW));
	site.ctl(["flow", "publish", ...workspace, "--chatbot", bot, "--name", "main", "--file", file]);
	site.env.EMBED_TOKEN = site.addWidget({ more: ["--chatbot", bot] }).token;
	site.chatbot = bot;
	return site;
}

/** All that was said, in all conversations but those of before. */
const said = (site) => site.sql(`SELECT sender_type, content FROM messages
	WHERE created_at >= '${site.since}' ORDER BY created_at, seq`).map(([who, text]) => `${who === "bot" ? "B" : "V"} ${text}`);
const begin = (site) => {
	[[site.since]] = site.sql("SELECT UTC_TIMESTAMP(6)");
};
const STORY = ["B Ask me.", "V roses?", "B Five thousand."];

/** The same call has the same name, whoever makes it. */
function checkAsked(llm, least) {
	assert.ok(llm.requests.length >= least, `${llm.requests.length} requests`);
	assert.equal(new Set(llm.requests.map(({ headers }) => headers["idempotency-key"])).size, 1);
	assert.match(llm.requests[0].headers["idempotency-key"], /^[0-9a-f]{32}-1$/);
	assert.deepEqual(llm.refused, []);
}

describe("where a daemon runs", () => {
	let llm, site, api;
	before(async () => {
		llm = await StrictLlm.start();
		site = await start(llm);
		api = await Api.start(site);
	});
	beforeEach(() => {
		llm.release();
		llm.will();
		begin(site);
	});
	after(async () => {
		llm.stop();
		await site?.stop();
	});
	const params = () => ({ chatbot_id: site.chatbot });
	const open = async () => (await api.call("createChatSession", { params: params() })).body.session_id;
	const send = (session_id, message, more = {}) => api.call("sendChatMessage",
		{ params: { ...params(), session_id }, body: { message }, ...more });

	test("a request of the Chat API has the model's answer, which is stored once", async () => {
		llm.will({ calls: [{ id: "c1", name: "calculator", args: "{\"expression\":\"2*2500\"}" }] }, { text: "Five thousand." });
		const session = await open();
		const { body } = await send(session, "roses?");
		assert.deepEqual(body.messages, [{ type: "text", text: "Five thousand." }]);
		assert.equal(body.messages_count, 1);
		assert.equal(llm.requests.length, 2);
		// nobody looks on while it is made
		assert.ok(llm.requests.every((request) => request.body.stream === undefined));
		assert.deepEqual(said(site), STORY);
		const more = await send(session, "tulips?");
		assert.deepEqual(more.body.messages, [{ type: "text", text: "TULIPS?" }]);
		assert.deepEqual(llm.requests.at(-1).body.messages.slice(1).map(({ content }) => content),
			["Ask me.", "roses?", "Five thousand.", "tulips?"]);
		assert.deepEqual(llm.refused, []);
	});

	test("the same message again has the same answer, and the model is not asked again", async () => {
		llm.will({ text: "Five thousand." });
		const session = await open();
		const key = { headers: { "Idempotency-Key": "roses-1" } };
		const all = await Promise.all(Array.from({ length: 4 }, () => send(session, "roses?", key)));
		all.push(await send(session, "roses?", key));
		for (const { body } of all) assert.deepEqual(body.messages, [{ type: "text", text: "Five thousand." }]);
		assert.equal(llm.requests.length, 1);
		assert.deepEqual(said(site), STORY);
	});

	for (const [when, hold] of Object.entries(PLACES))
		test(`ws-daemon, killed ${when}, leaves one answer`, async () => {
			llm.will({ text: "I would say that it", hold }, { text: "Five thousand." });
			const v = await visitor(site, `dies ${when}`);
			const heard = record(v.socket);
			await v.say("roses?");
			await until("the model to be asked", () => llm.held.length > 0);
			if (hold) await until("a piece", () => heard.some(([name]) => name === "message_delta"));
			assert.deepEqual(said(site), STORY.slice(0, 2));
			await site.crash("wsd");
			await until("the answer", () => said(site).length >= STORY.length);
			assert.deepEqual(said(site), STORY);
			checkAsked(llm, 2);
			llm.release();
			llm.will();
			assert.equal((await v.say("and tulips?")).ok, true);
			await until("the next answer", () => said(site).length >= 5);
			assert.deepEqual(said(site), [...STORY, "V and tulips?", "B AND TULIPS?"]);
		});

	test("fcgi-app, killed, leaves the turn to the daemon; who asks again gets what it said", async () => {
		llm.will({ text: "I would say that it", hold: 0 }, { text: "Five thousand." });
		const session = await open();
		const key = { headers: { "Idempotency-Key": "roses-2" } };
		const lost = send(session, "roses?", key).then(() => "answered", () => "lost");
		await until("the model to be asked", () => llm.held.length > 0);
		assert.deepEqual(said(site), STORY.slice(0, 2));
		await site.crash("fcgi");
		assert.equal(await lost, "lost");
		await until("the answer", () => said(site).length >= STORY.length);
		llm.release();
		const again = await send(session, "roses?", key);
		assert.deepEqual(again.body.messages, [{ type: "text", text: "Five thousand." }]);
		assert.equal(again.headers["idempotency-replayed"], "true");
		assert.deepEqual(said(site), STORY);
		checkAsked(llm, 2);
		assert.equal(llm.requests.length, 2);
	});
});

describe("where a lease lasts longer than anybody waits", () => {
	let llm, site;
	before(async () => {
		llm = await StrictLlm.start();
		site = await start(llm, { lease: LONG_LEASE_S });
		begin(site);
	});
	after(async () => {
		llm.stop();
		await site?.stop();
	});

	test("ws-daemon, asked to end, gives up its call and lets the turn go", async () => {
		llm.will({ text: "I would say that it", hold: 900 }, { text: "Five thousand." });
		const v = await visitor(site, "moves on");
		const heard = record(v.socket);
		await v.say("roses?");
		await until("a piece", () => heard.some(([name]) => name === "message_delta"));
		await site.crash("wsd", "SIGTERM");
		await until("the answer", () => said(site).length >= STORY.length);
		assert.deepEqual(said(site), STORY);
		checkAsked(llm, 2);
		assert.equal(llm.requests.length, 2);
		const logs = site.logs();
		assert.match(logs, / stopped/);
		assert.doesNotMatch(logs, /stop_with_|bot_call_failed/);
		assert.deepEqual(site.sql("SELECT failed_why FROM bot_states WHERE failed_why IS NOT NULL"), []);
	});
});

describe("where no daemon runs", () => {
	let llm, site, api;
	before(async () => {
		llm = await StrictLlm.start();
		site = await start(llm, { daemon: false });
		api = await Api.start(site);
	});
	beforeEach(() => begin(site));
	after(async () => {
		llm.stop();
		await site?.stop();
	});

	test("fcgi-app, killed, leaves the turn to who asks again", async () => {
		llm.will({ text: "I would say that it", hold: 0 }, { text: "Five thousand." });
		const params = { chatbot_id: site.chatbot };
		const { session_id } = (await api.call("createChatSession", { params })).body;
		const send = () => api.call("sendChatMessage", { params: { ...params, session_id },
			body: { message: "roses?" }, headers: { "Idempotency-Key": "roses" } });
		const lost = send().then(() => "answered", () => "lost");
		await until("the model to be asked", () => llm.held.length > 0);
		await site.crash("fcgi");
		assert.equal(await lost, "lost");
		const answers = await Promise.all([send(), send(), send()]);
		for (const { body } of answers) assert.deepEqual(body.messages, [{ type: "text", text: "Five thousand." }]);
		llm.release();
		assert.deepEqual(said(site), STORY);
		checkAsked(llm, 2);
		assert.equal(llm.requests.length, 2);
	});
});
