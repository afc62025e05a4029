// slow.test.mjs: a bot that waits for a server of others keeps nobody waiting
// but its own visitor; what it leaves behind is done by somebody else
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { promisify } from "node:util";
import { Agent, Installation, http, next, openChat, until, visitor } from "./harness.mjs";

const WORKERS = 2;

/** A shop's server: /slow is answered when the test says so. */
async function shop() {
	const self = { held: [], notes: [] };
	self.server = createServer(async (req, res) => {
		let body = "";
		for await (const chunk of req) body += chunk;
		if (req.url === "/slow")
			self.held.push(() => res.end('{"text":"the answer"}'));
		else {
			self.notes.push(JSON.parse(body));
			res.end("{}");
		}
	});
	self.server.listen(0, "127.0.0.1");
	await once(self.server, "listening");
	self.port = self.server.address().port;
	self.release = () => self.held.splice(0).forEach((answer) => answer());
	self.holds = (n) => until(`${n} calls`, () => self.held.length >= n);
	return self;
}

function flow({ port }) {
	const url = (path) => `http://127.0.0.1:${port}/${path}`;
	const transitions = { slow: "slow", note: "note", hello: "fast" };
	return JSON.stringify({
		start: { message: "Welcome", transitions },
		fast: { message: "Fast", transitions },
		slow: { actions: [{ type: "API_CALL", url: url("slow"), save_to: "got" }],
			message: "Got {{got.text}}", transitions },
		note: { actions: [{ type: "API_CALL", method: "POST", url: url("note"),
			body: { from: "the bot" }, fire_and_forget: true }],
		message: "Noted", transitions },
	});
}

/** A site whose bot calls the shop; its widget's token is in env.EMBED_TOKEN, and that of the same in
 *  another workspace in env.OTHER_TOKEN. */
async function start(other, options = {}) {
	const site = await Installation.start({ ...options, conf: [
		`outside_allow = 127.0.0.1:${other.port}`, `turn_workers = ${WORKERS}`,
		"turn_lease_s = 2", "message_burst = 1000", "event_burst = 10000"].join("\n") });
	const file = join(site.dir, "flow.json");
	writeFileSync(file, flow(other));
	const add = (workspace) => {
		const bot = site.ctl(["chatbot", "add", "--workspace", workspace, "--name", "Caller"]).trim();
		site.ctl(["flow", "publish", "--workspace", workspace, "--chatbot", bot,
			"--name", "calls", "--file", file]);
		return site.addWidget({ workspace, more: ["--chatbot", bot] }).token;
	};
	site.env.EMBED_TOKEN = add(site.env.WORKSPACE_ID);
	site.env.OTHER_TOKEN = add(site.ctl(["workspace", "add", "--name", "Elsewhere"]).trim());
	return site;
}

const said = (site, id) => site.sql(`SELECT content FROM messages WHERE sender_type = 'bot'
	AND conversation_id = UNHEX('${id.replaceAll("-", "")}') ORDER BY seq`).map(([text]) => text);
const log = (site) => readFileSync(join(site.dir, "log", "wsd.log"), "utf8");

/** What barazactl work prints; meanwhile the shop can answer. */
const work = async (site) => (await promisify(execFile)(join(site.bin, "barazactl"),
	["-f", site.env.CONF, "work"])).stdout;

describe("a bot that waits for somebody's server", () => {
	let site, other;
	before(async () => {
		other = await shop();
		site = await start(other);
	});
	beforeEach(() => other.release());
	after(async () => {
		other?.release();
		await site?.stop();
		other?.server.close();
	});

	test("keeps no message waiting, not even of its own visitor", async () => {
		const waiting = await visitor(site, "waits");
		const hasty = await visitor(site, "hasty");
		const types = (name) => next(waiting.socket, name, (e) => e.sender_type === "bot");
		const shown = types("typing_indicator"), cleared = types("typing_cleared");
		assert.equal((await waiting.say("slow")).ok, true);
		await other.holds(1);
		assert.equal((await waiting.say("hello")).ok, true);
		for (let i = 0; i < 20; i++)
			assert.equal((await hasty.say("hello")).ok, true);
		await until("the others' answers", () => said(site, hasty.id).includes("Fast"));
		assert.deepEqual(said(site, waiting.id), ["Welcome"]);
		await shown;
		other.release();
		await cleared;
		await until("both answers", () => said(site, waiting.id).length >= 3);
		assert.deepEqual(said(site, waiting.id), ["Welcome", "Got the answer", "Fast"]);
	});

	test("keeps nobody but other turns when all threads wait", async () => {
		// one workspace holds half of them
		const tokens = [site.env.EMBED_TOKEN, site.env.OTHER_TOKEN];
		const crowd = await Promise.all(Array.from({ length: WORKERS }, (_, i) =>
			visitor(site, `crowd-${i}`, { embed_token: tokens[i % 2] })));
		const late = await visitor(site, "late");
		const agent = await Agent.login(site);
		await Promise.all(crowd.map((v) => v.say("slow")));
		await other.holds(WORKERS);
		assert.equal((await late.say("hello")).ok, true);
		// What another program stores is heard of.
		const heard = new Promise((done) => crowd[0].socket.on("message_received",
			(m) => m.sender_type === "agent" && done(m.content)));
		const answer = await agent.request("POST", `/api/conversations/${crowd[0].id}/assign`);
		assert.equal(answer.status, 200);
		assert.equal((await agent.request("POST", `/api/conversations/${crowd[0].id}/messages`,
			{ content: "from REST" })).status, 200);
		assert.equal(await heard, "from REST");
		const page = await (await fetch(`http://127.0.0.1:${readFileSync(site.env.CONF, "utf8")
			.match(/^ws_port = (\d+)$/m)[1]}/metrics`)).text();
		assert.match(page, new RegExp(`baraza_crew_busy{crew="turns"} ${WORKERS}\n`));
		assert.match(page, /baraza_crew_queued{crew="turns"} 1\n/);
		other.release();
		await until("the late one's answer", () => said(site, late.id).includes("Fast"));
	});

	test("is let go when the daemon is asked to end, and runs again, once", async () => {
		const v = await visitor(site, "left");
		await v.say("slow");
		await other.holds(1);
		await site.crash("wsd", "SIGTERM");
		assert.doesNotMatch(log(site), /stop_with_calls_left/);
		await other.holds(2);
		other.release();
		await until("the answer", () => said(site, v.id).includes("Got the answer"));
		assert.deepEqual(said(site, v.id), ["Welcome", "Got the answer"]);
	});

	test("sends what nobody waits for in the background", async () => {
		const v = await visitor(site, "note");
		await v.say("note");
		await until("the note", () => other.notes.length === 1);
		assert.equal(other.notes[0].from, "the bot");
	});
});

test("where no daemon runs, barazactl work sends it", async () => {
	const other = await shop();
	const site = await start(other, { daemon: false });
	try {
		const chat = await openChat(site, "alone");
		const answer = await http(site, "POST", "/chat-widget/send", {
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ conversation_id: chat.conversation_id,
				external_id: "alone", content: "note" }) });
		assert.equal(answer.status, 200, answer.text);
		assert.deepEqual(said(site, chat.conversation_id), ["Welcome", "Noted"]);
		assert.deepEqual(other.notes, []);
		assert.match(await work(site), /^turns 0, .*\boutbox 1, /);
		assert.equal(other.notes.length, 1);
		assert.match(await work(site), /^turns 0, .*\boutbox 0, /);
	} finally {
		await site.stop();
		other.server.close();
	}
});
