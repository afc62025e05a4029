// turns.test.mjs: whoever dies in the middle of a bot's turn, there is one answer
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { Agent, Installation, ask, http, next, openChat, programs, sleep, until, visitor } from "./harness.mjs";
import { json, StandIn } from "./stand-in.mjs";

const LEASE_S = 2;

/** A shop that keeps its callers waiting until it is told to answer. */
async function startShop() {
	const shop = await StandIn.start();
	shop.held = [];
	shop.handler = ({ headers, body }, answer) =>
		shop.held.push({ key: headers["idempotency-key"], body, answer });
	shop.release = () => shop.held.splice(0).map(({ key, answer }) => {
		json(answer, 200, { text: "42" });
		return key;
	});
	shop.calls = (n) => until(`${n} calls`, () => shop.held.length >= n);
	return shop;
}

async function start(shop, options = {}) {
	const site = await Installation.start({ ...options, conf: [
		`outside_allow = 127.0.0.1:${shop.port}`, `turn_lease_s = ${LEASE_S}`,
		"message_burst = 1000"].join("\n") });
	const file = join(site.dir, "flow.json");
	const transitions = { call: "call", bad: "bad", default: "echo" };
	const call = { type: "API_CALL", url: `${shop.url}/x`, save_to: "got" };
	writeFileSync(file, JSON.stringify({
		start: { message: "Welcome", save_to: "said", transitions },
		echo: { message: "Re: {{said}}", save_to: "said", transitions },
		call: { message: "One moment", save_to: "said", actions: [
			{ ...call, method: "POST", body: { a: 1 }, success_transition: "second",
				failure_transition: "failed" }] },
		second: { actions: [{ ...call, success_transition: "done", failure_transition: "failed" }] },
		done: { message: "Got {{got.text}}", save_to: "said", transitions },
		bad: { actions: [{ type: "API_CALL", url: "http://10.0.0.{{said}}/", failure_transition: "failed" }] },
		failed: { message: "Sorry", save_to: "said", transitions },
	}));
	site.env.EMBED_TOKEN = addCaller(site, site.env.WORKSPACE_ID);
	return site;
}

/** The token of a widget whose bot asks the shop. */
function addCaller(site, workspace) {
	const bot = site.ctl(["chatbot", "add", "--workspace", workspace, "--name", "Caller"]).trim();
	site.ctl(["flow", "publish", "--workspace", workspace, "--chatbot", bot,
		"--name", "calls", "--file", join(site.dir, "flow.json")]);
	return site.addWidget({ workspace, more: ["--chatbot", bot] }).token;
}

const said = (site, id) => site.sql(`SELECT sender_type, content FROM messages
	WHERE conversation_id = UNHEX('${id.replaceAll("-", "")}') ORDER BY seq`)
	.map(([who, text]) => `${who === "bot" ? "B" : "V"} ${text}`);
const ANSWERED = ["B Welcome", "V call", "B One moment", "B Got 42"];

/** The same call has the same name, whoever makes it; another has another. */
function checkKeys(keys) {
	assert.ok(keys.every((key) => /^[0-9a-f]{32}$/.test(key)), keys.join());
	assert.equal(new Set(keys).size, 2, keys.join());
}

/** Lets the shop answer until the visitor has `n` messages; the keys it saw. */
async function finish(shop, site, id, n) {
	const keys = [];
	await until("the answer", () => {
		keys.push(...shop.release());
		return said(site, id).length >= n;
	});
	return keys;
}

describe("ws-daemon", () => {
	let shop, site;
	before(async () => {
		shop = await startShop();
		site = await start(shop);
	});
	beforeEach(() => shop.release());
	after(async () => {
		await site?.stop();
		await shop?.stop();
	});

	const deaths = {
		"as soon as the message is stored": async () => {},
		"while it waits for the first call": () => shop.calls(1),
		"while it waits for the second call": async (keys) => {
			await shop.calls(1);
			keys.push(...shop.release());
			await shop.calls(1);
		},
		"when the last answer is on its way": async (keys) => {
			for (let i = 0; i < 2; i++) {
				await shop.calls(1);
				keys.push(...shop.release());
			}
		},
	};
	for (const [when, wait] of Object.entries(deaths))
		test(`killed ${when} leaves one answer`, async () => {
			const v = await visitor(site, `dies ${when}`);
			const keys = [];
			await v.say("call");
			await wait(keys);
			keys.push(...shop.held.map(({ key }) => key));
			await site.crash("wsd");
			keys.push(...await finish(shop, site, v.id, ANSWERED.length));
			assert.deepEqual(said(site, v.id), ANSWERED);
			checkKeys(keys);
			await v.say("next");
			await until("the next answer", () => said(site, v.id).length >= 6);
			assert.deepEqual(said(site, v.id), [...ANSWERED, "V next", "B Re: next"]);
		});

	test("killed a few milliseconds around the end leaves one answer", async () => {
		for (const ms of [0, 2, 4, 8, 16, 32]) {
			const v = await visitor(site, `dies after ${ms}`);
			await v.say("call");
			await shop.calls(1);
			shop.release();
			await shop.calls(1);
			shop.release();
			await sleep(ms);
			await site.crash("wsd");
			await finish(shop, site, v.id, ANSWERED.length);
			assert.deepEqual(said(site, v.id), ANSWERED, `${ms} ms`);
		}
	});

	test("that freezes finds its result unwanted when it wakes up", async () => {
		const pid = Number(site.pids().wsd);
		const v = await visitor(site, "frozen");
		await v.say("call");
		await shop.calls(1);
		const other = await site.addDaemon("other");
		process.kill(pid, "SIGSTOP");
		try {
			await shop.calls(2);
			const [first] = shop.held.splice(0, 1);
			assert.equal(first.key, shop.held[0].key);
			await finish(shop, site, v.id, ANSWERED.length);
			json(first.answer, 200, { text: "too late" });
		} finally {
			process.kill(pid, "SIGCONT");
		}
		// It works again, and what it had is nowhere.
		await other.kill("SIGTERM");
		site.daemons = [];
		const w = await visitor(site, "after the frost");
		await w.say("hello");
		await until("an answer", () => said(site, w.id).length >= 3);
		assert.deepEqual(said(site, v.id), ANSWERED);
	});

	test("keeps a turn that lasts longer than a lease", async () => {
		const v = await visitor(site, "patient");
		await v.say("call");
		await shop.calls(1);
		await v.say("and this");
		await sleep((2 * LEASE_S + 1) * 1000);
		assert.equal(shop.held.length, 1, "nobody else has taken the turn");
		await finish(shop, site, v.id, 6);
		assert.deepEqual(said(site, v.id), ["B Welcome", "V call", "V and this",
			"B One moment", "B Got 42", "B Re: and this"]);
	});

	test("runs what came over REST, whose answer does not wait", async () => {
		const chat = await openChat(site, "over-rest");
		const answer = await http(site, "POST", "/chat-widget/send", {
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ conversation_id: chat.conversation_id,
				external_id: "over-rest", content: "call" }) });
		assert.equal(answer.status, 200, answer.text);
		await shop.calls(1);
		assert.equal(site.sql("SELECT COUNT(*) FROM notifications WHERE kind = 'turn'")[0][0] > 0, true);
		await finish(shop, site, chat.conversation_id, ANSWERED.length);
		assert.deepEqual(said(site, chat.conversation_id), ANSWERED);
	});

	test("leaves half of its threads to other workspaces, and forgets nobody", async () => {
		const other = addCaller(site, site.ctl(["workspace", "add", "--name", "Elsewhere"]).trim());
		const crowd = [];
		for (let i = 0; i < 10; i++) {
			crowd.push(await visitor(site, `one of many ${i}`));
			await crowd[i].say("call");
		}
		await shop.calls(4);
		const guest = await visitor(site, "guest", { embed_token: other });
		await guest.say("call");
		// of eight threads four are the crowd's
		await shop.calls(5);
		assert.equal(shop.held.length, 5);
		// who only talks needs none of them
		const plain = await visitor(site, "plain");
		await plain.say("hello");
		await until("an answer", () => said(site, plain.id).length === 3);
		assert.equal(said(site, plain.id)[2], "B Re: hello");
		assert.equal(shop.held.length, 5);
		const seen = new Set();
		await until("all answers", () => {
			assert.ok(shop.held.length <= 5, `${shop.held.length}`);
			for (const key of shop.release()) seen.add(key);
			return [...crowd, guest].every((who) => said(site, who.id).length === ANSWERED.length);
		});
		for (const who of [...crowd, guest]) {
			assert.deepEqual(said(site, who.id), ANSWERED);
			who.socket.close();
		}
		assert.equal(seen.size, 22);
	});

	test("tells agents what a bot could not do", async () => {
		const v = await visitor(site, "unlucky");
		const agent = await Agent.login(site);
		const show = async () => (await (await agent.request("GET", `/api/conversations/${v.id}`)).json()).bot;
		assert.equal(await show(), null);
		const socket = await agent.socket();
		assert.equal((await ask(socket, "join_queue")).ok, true);
		const { cursor } = await agent.json("GET", "/api/events");
		const told = next(socket, "conversation_bot_failed", ({ conversation_id }) => conversation_id === v.id);
		await v.say("bad");
		await until("the answer", () => said(site, v.id).includes("B Sorry"));
		const bot = await show();
		assert.deepEqual(await told, { conversation_id: v.id, bot });
		const { events } = await agent.json("GET", `/api/events?after=${cursor}`);
		assert.deepEqual(events.filter(({ event }) => event === "conversation_bot_failed").map(({ payload }) => payload),
			[{ conversation_id: v.id, bot }]);
		assert.match(bot.failed_why, /^API_CALL in bad: /);
		assert.ok(Date.parse(bot.failed_at) > Date.now() - 60000);
		assert.match(site.logs(), /bot_call_failed conversation=/);
	});
});

describe("where no daemon runs, fcgi-app", () => {
	let shop, site;
	before(async () => {
		shop = await startShop();
		site = await start(shop, { daemon: false });
	});
	beforeEach(() => shop.release());
	after(async () => {
		await site?.stop();
		await shop?.stop();
	});

	const body = (chat, name, content) => JSON.stringify({ content, client_id: `c-${content}`,
		conversation_id: chat.conversation_id, external_id: name });
	const send = async (chat, name, content) => {
		const answer = await http(site, "POST", "/chat-widget/send", {
			headers: { "Content-Type": "application/json" }, body: body(chat, name, content) });
		assert.equal(answer.status, 200, answer.text);
	};

	test("answers first and lets the bot speak afterwards", async () => {
		const chat = await openChat(site, "afterwards");
		// What needs nobody else is there at once.
		assert.deepEqual(chat.messages.map(({ content }) => content), ["Welcome"]);
		await send(chat, "afterwards", "call");
		await shop.calls(1);
		assert.deepEqual(said(site, chat.conversation_id), ["B Welcome", "V call"]);
		await finish(shop, site, chat.conversation_id, ANSWERED.length);
		assert.deepEqual(said(site, chat.conversation_id), ANSWERED);
	});

	test("killed in a turn leaves it to who sends again", async () => {
		const chat = await openChat(site, "again");
		const keys = [];
		await send(chat, "again", "call");
		await shop.calls(1);
		keys.push(...shop.held.splice(0).map(({ key }) => key));
		await site.crash("fcgi");
		await until("another call", async () => {
			await send(chat, "again", "call");
			return shop.held.length > 0;
		});
		keys.push(...await finish(shop, site, chat.conversation_id, ANSWERED.length));
		assert.deepEqual(said(site, chat.conversation_id), ANSWERED);
		checkKeys(keys);
	});

	test("does the same as a CGI program", async () => {
		const chat = await openChat(site, "by-cgi");
		const text = body(chat, "by-cgi", "call");
		const cgi = spawn(join(programs, "fcgi-app"), [], { env: { ...process.env,
			BARAZA_CONF: site.env.CONF, GATEWAY_INTERFACE: "CGI/1.1", REQUEST_METHOD: "POST",
			REQUEST_URI: "/chat-widget/send", CONTENT_TYPE: "application/json",
			CONTENT_LENGTH: `${Buffer.byteLength(text)}`, REMOTE_ADDR: "127.0.0.1" } });
		let out = "";
		cgi.stdout.on("data", (data) => (out += data));
		cgi.stdin.end(text);
		// All that hold its pipes have let go while the shop still waits.
		await once(cgi, "close");
		assert.match(out, /^Status: 200/);
		await shop.calls(1);
		assert.deepEqual(said(site, chat.conversation_id), ["B Welcome", "V call"]);
		await finish(shop, site, chat.conversation_id, ANSWERED.length);
		assert.deepEqual(said(site, chat.conversation_id), ANSWERED);
	});
});
