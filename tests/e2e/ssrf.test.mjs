// ssrf.test.mjs: no URL of a tenant leads inside, however it is spelt
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Installation } from "./harness.mjs";
import { Api } from "./openapi.mjs";
import { hostileUrls, StandIn } from "./stand-in.mjs";

let site, api, inside, neighbour;
before(async () => {
	inside = await StandIn.start((_, answer) => answer.end("a secret"), "::");
	neighbour = await StandIn.start();
	// As open as can be but for the networks: these alone are what refuses.
	site = await Installation.start({ conf:
		`outside_http = yes\noutside_ports = 1-65535\noutside_allow = 127.0.0.1:${neighbour.port}` });
	api = await Api.start(site);
});
after(async () => {
	await site?.stop();
	await inside?.stop();
	await neighbour?.stop();
});

let names = 0;
/** The answers of a bot that calls these URLs, one after the other. */
async function answers(urls, more = {}) {
	const { id: chatbot_id } = (await api.call("createChatbot",
		{ body: { name: `Scanner ${++names}` } })).body;
	const back = { transitions: Object.fromEntries(urls.map((_, i) => [`go${i}`, `s${i}`])) };
	const flow = { ask: { initial: true, message: "?", ...back },
		yes: { message: "reached {{response}}", ...back }, no: { message: "refused {{response}}", ...back } };
	urls.forEach((url, i) => {
		flow[`s${i}`] = { actions: [{ type: "SET", variables: { url } },
			{ type: "API_CALL", url: "{{url}}", success_transition: "yes", failure_transition: "no",
				...more }] };
	});
	const { id: flow_id } = (await api.call("createFlow", { params: { chatbot_id },
		body: { name: "Scan", type: "conversation", flow } })).body;
	await api.call("publishFlow", { params: { chatbot_id, flow_id } });
	const { session_id } = (await api.call("createChatSession",
		{ params: { chatbot_id }, body: {} })).body;
	const said = [];
	for (let i = 0; i < urls.length; i++) {
		const { body } = await api.call("sendChatMessage", { params: { chatbot_id, session_id },
			body: { message: "go", button_id: `go${i}` } });
		said.push(body.messages.map(({ text }) => text).join(" | "));
	}
	return said;
}

describe("a URL that leads inside", () => {
	test("is refused in every spelling, and nobody is connected to", async () => {
		const urls = hostileUrls(inside.port);
		assert.ok(urls.length > 100);
		for (const [i, said] of (await answers(urls)).entries())
			assert.equal(said, "refused ", urls[i]);
		assert.equal(inside.connections, 0);
	});

	test("is not reached by way of a neighbour that redirects", async () => {
		const goals = [`http://127.0.0.1:${inside.port}/`, `http://[::1]:${inside.port}/`,
			`http://localhost:${inside.port}/`, "file:///etc/passwd", "//127.0.0.1/", "/again"];
		neighbour.handler = ({ url }, answer) => {
			const [status, goal] = url.slice(1).split("/").map(Number);
			answer.writeHead(status, { Location: goals[goal] }).end("moved");
		};
		const urls = [301, 302, 303, 307, 308].flatMap((status) =>
			goals.map((_, i) => `${neighbour.url}/${status}/${i}`));
		for (const method of ["GET", "POST"]) {
			const before = neighbour.connections;
			for (const said of await answers(urls, { method })) assert.equal(said, "refused moved");
			assert.equal(neighbour.connections, before + urls.length);
		}
		assert.equal(inside.connections, 0);
	});

	test("is not reached by what is sent later either", async () => {
		await answers([`http://127.0.0.1:${inside.port}/`], { fire_and_forget: true });
		site.ctl(["work"]);
		assert.equal(site.sql("SELECT COUNT(*) FROM outbox")[0][0], "0");
		assert.equal(inside.connections, 0);
	});
});

describe("a URL that leads to a neighbour", () => {
	test("is taken when the operator has named it", async () => {
		neighbour.handler = (_, answer) => answer.end("hello");
		assert.deepEqual(await answers([neighbour.url, `http://127.1:${neighbour.port}/`]),
			["reached hello", "reached hello"]);
	});
});
