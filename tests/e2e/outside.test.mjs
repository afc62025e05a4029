// outside.test.mjs: flows that ask a developer's server, by the API and by the widget
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { freePort, Installation, next, until, visitor } from "./harness.mjs";
import { Api } from "./openapi.mjs";
import { json, StandIn } from "./stand-in.mjs";

let site, api, shop, closed;
before(async () => {
	shop = await StandIn.start();
	closed = await freePort();
	site = await Installation.start({
		conf: `outside_allow = 127.0.0.1:${shop.port} 127.0.0.1:${closed}` });
	api = await Api.start(site);
});
after(async () => {
	await site?.stop();
	await shop?.stop();
});

let names = 0;
/** A bot that calls when something is said, and tells how it went. */
async function makeBot(action, more = {}) {
	const { id: chatbot_id } = (await api.call("createChatbot",
		{ body: { name: `Caller ${++names}` } })).body;
	const flow = {
		ask: { initial: true, message: "What?", save_to: "what", transitions: { default: "call" } },
		call: { actions: [{ type: "API_CALL", success_transition: "yes", failure_transition: "no",
			...action }], transitions: { default: "on" } },
		yes: { message: "yes {{response}}", transitions: { default: "call" } },
		no: { message: "no {{response}}", transitions: { default: "call" } },
		on: { message: "on {{response}}", transitions: { default: "call" } },
		...more,
	};
	const { id: flow_id } = (await api.call("createFlow", { params: { chatbot_id },
		body: { name: "Calls", type: "conversation", flow } })).body;
	await api.call("publishFlow", { params: { chatbot_id, flow_id } });
	return chatbot_id;
}

/** What it says to that, in a session of its own. */
async function answerTo(chatbot_id, message, session = {}) {
	const { session_id } = (await api.call("createChatSession",
		{ params: { chatbot_id }, body: session })).body;
	const { body } = await api.call("sendChatMessage",
		{ params: { chatbot_id, session_id }, body: { message } });
	return body.messages.map(({ text }) => text).join(" | ");
}

describe("a call", () => {
	test("brings the answer into the talk", async () => {
		shop.handler = ({ url }, answer) => json(answer, 200, { city: "Mwanza", url });
		const bot = await makeBot({ url: `${shop.url}/o/{{what}}?n={{what}}`, save_to: "order" }, {
			yes: { message: "{{order.city}} {{response.url}}" } });
		assert.equal(await answerTo(bot, "a b/ü"), "Mwanza /o/a%20b%2F%C3%BC?n=a%20b%2F%C3%BC");
		assert.deepEqual([shop.last.method, shop.last.body], ["GET", ""]);
	});

	test("says who asks, and has the talk in its body", async () => {
		shop.handler = (_, answer) => json(answer, 200, "fine");
		const bot = await makeBot({ method: "POST", url: `${shop.url}/x`,
			headers: { "X-What": "<{{what}}>" }, body: { n: "{{what}}", list: [1, "{{what}}"] } });
		assert.equal(await answerTo(bot, "hello", { user_id: "u-1", contact_name: "Amína" }),
			"yes fine");
		const { headers, body } = shop.last;
		assert.equal(headers["x-what"], "<hello>");
		assert.equal(headers["x-sarufi-user-id"], "u-1");
		assert.equal(headers["x-sarufi-chatbot-id"], bot);
		assert.equal(headers["x-sarufi-channel"], "api");
		assert.equal(headers["x-sarufi-state"], "call");
		assert.equal(headers["x-sarufi-flow-name"], "Calls");
		assert.match(headers["idempotency-key"], /^[0-9a-f]{32}$/);
		assert.equal(headers["content-type"], "application/json");
		assert.equal(body.n, "hello");
		assert.deepEqual(body.list, [1, "hello"]);
		assert.deepEqual(body.message, { type: "text", text: "hello" });
		assert.equal(body.variables.what, "hello");
		assert.equal(body.variables._flow, undefined);
	});

	test("fails by its status, and without one", async () => {
		const bot = await makeBot({ url: `${shop.url}/` });
		for (const status of [301, 302, 307, 400, 404, 500, 503]) {
			shop.handler = (_, answer) => answer.writeHead(status, { Location: "/again" }).end(`${status}`);
			const before = shop.requests.length;
			assert.equal(await answerTo(bot, "x"), `no ${status}`);
			assert.equal(shop.requests.length, before + 1, "one attempt, no redirect followed");
		}
		shop.handler = (_, answer) => answer.socket.destroy();
		assert.equal(await answerTo(bot, "x"), "no ");
		shop.handler = (_, answer) => answer.end("x".repeat(1048577));
		assert.equal(await answerTo(bot, "x"), "no ");
		assert.equal(await answerTo(await makeBot({ url: `http://127.0.0.1:${closed}/` }), "x"), "no ");
	});

	test("is made to nobody whose certificate is not right", async () => {
		let asked = 0;
		const [cert, key] = ["cert.pem", "key.pem"].map((name) => join(site.dir, name));
		execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
			"-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
			"-out", cert, "-keyout", key], { stdio: "ignore" });
		const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) },
			(_, answer) => answer.end(`${++asked}`)).listen(closed, "127.0.0.1");
		await once(server, "listening");
		try {
			assert.equal(await answerTo(await makeBot({ url: `https://127.0.0.1:${closed}/` }), "x"), "no ");
			assert.equal(asked, 0);
		} finally {
			server.close();
		}
	});

	test("cannot be bent by what a visitor says", async () => {
		shop.handler = (_, answer) => answer.end("seen");
		const seen = shop.requests.length;
		const path = await makeBot({ url: `${shop.url}/a/{{what}}/b` });
		assert.equal(await answerTo(path, ".."), "no ");
		const header = await makeBot({ url: `${shop.url}/`, headers: { "X-A": "{{what}}" } });
		assert.equal(await answerTo(header, "a\nX-Evil: 1"), "no ");
		assert.equal(shop.requests.length, seen);
		assert.equal(await answerTo(path, "../c"), "yes seen");
		assert.equal(shop.last.url, "/a/..%2Fc/b");
	});

	test("that nobody waits for goes out behind the answer", async () => {
		const held = [];
		shop.handler = (_, answer) => held.push(answer);
		const bot = await makeBot({ method: "POST", url: `${shop.url}/later`, fire_and_forget: true,
			body: { n: "{{what}}" }, success_transition: undefined, failure_transition: undefined });
		const seen = shop.requests.length;
		assert.equal(await answerTo(bot, "hello", { user_id: "u-2" }), "on ");
		await until("the request", () => held.length > 0);
		assert.equal(shop.last.url, "/later");
		assert.equal(shop.last.body.n, "hello");
		assert.equal(shop.last.headers["x-sarufi-user-id"], "u-2");
		assert.equal(site.sql("SELECT COUNT(*) FROM outbox")[0][0], "1");
		held[0].writeHead(500).end();
		await until("the end of it", () => site.sql("SELECT COUNT(*) FROM outbox")[0][0] === "0");
		assert.equal(shop.requests.length, seen + 1);
	});

	test("is made for a visitor of the widget too", async () => {
		shop.handler = (_, answer) => json(answer, 200, { id: 7 });
		const bot = await makeBot({ url: `${shop.url}/w` });
		const { token } = site.addWidget({ more: ["--chatbot", bot] });
		const guest = await visitor(site, "guest-of-the-shop", { embed_token: token });
		const answer = next(guest.socket, "message_received", ({ sender_type: by, content }) =>
			by === "bot" && content.startsWith("yes"));
		assert.equal((await guest.say("7")).ok, true);
		assert.equal((await answer).content, 'yes {"id":7}');
		assert.equal(shop.last.headers["x-sarufi-channel"], "web");
		assert.equal(shop.last.headers["x-sarufi-user-id"], "guest-of-the-shop");
	});
});
