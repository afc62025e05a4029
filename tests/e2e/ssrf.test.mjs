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
		`outside_http = yes\noutside_ports = 1-65535\noutside_allow = 127.0.0.1:${neighbour.port}\n` +
		"mcp_probes_per_minute = 60000\nmcp_servers_max = -1\nkey_write_burst = 100000" });
	api = await Api.start(site);
});
after(async () => {
	await site?.stop();
	await inside?.stop();
	await neighbour?.stop();
});

let names = 0;
/** The answers of a bot that calls these URLs, one after the other. */
async function answers(urls, more = {}, actionOf = null) {
	const { id: chatbot_id } = (await api.call("createChatbot",
		{ body: { name: `Scanner ${++names}` } })).body;
	const back = { transitions: Object.fromEntries(urls.map((_, i) => [`go${i}`, `s${i}`])) };
	const flow = { ask: { initial: true, message: "?", ...back },
		yes: { message: "reached {{response}}", ...back }, no: { message: "refused {{response}}", ...back } };
	for (const [i, url] of urls.entries())
		flow[`s${i}`] = { actions: [{ type: "SET", variables: { url } },
			{ type: "API_CALL", ...(actionOf ? await actionOf(chatbot_id, url, i) : { url: "{{url}}" }),
				success_transition: "yes", failure_transition: "no", ...more }] };
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

	test("is refused as an MCP server, tried or saved", async () => {
		const params = { chatbot_id: (await api.call("createChatbot", { body: { name: "Tools" } })).body.id };
		for (const [i, server_url] of hostileUrls(inside.port).entries()) {
			await api.call("tryMcpServer", { params, body: { server_url }, status: [400, 422, 502] });
			const made = await api.call("createMcpServer",
				{ params, body: { name: `m${i}`, server_url }, status: [201, 400, 422] });
			if (made.status !== 201) continue;
			const { integration_id } = made.body; // where a name leads is seen when it is looked up
			await api.call("testMcpServer", { params: { ...params, integration_id }, status: [400, 502] });
		}
		assert.equal(inside.connections, 0);
	});

	test("is refused as a backend, named or saved", async () => {
		const params = { chatbot_id: (await api.call("createChatbot", { body: { name: "Backends" } })).body.id };
		const taken = [];
		for (const [i, base_url] of hostileUrls(inside.port).entries())
			if ((await api.call("createApiIntegration", { params, body: { name: `b${i}`, base_url },
				status: [201, 400, 422] })).status === 201) taken.push(base_url);
		for (const [i, said] of (await answers(taken, {}, async (chatbot_id, base_url, i) => {
			await api.call("createApiIntegration", { params: { chatbot_id }, body: { name: `b${i}`, base_url } });
			return { integration: `b${i}`, path: "/" };
		})).entries()) assert.equal(said, "refused ", taken[i]);
		assert.equal(inside.connections, 0);
	});

	test("is refused as a model's address, and as what its tools search", async () => {
		const workspace = ["--workspace", site.env.WORKSPACE_ID];
		const fails = (args) => {
			try {
				site.ctl(["llm", ...args], { stdio: "pipe" });
				return false;
			} catch {
				return true;
			}
		};
		const set = (url, options = {}) => ["set", ...workspace, "--provider", "openai", "--model", "m",
			"--no-key", "--base-url", url, "--options", JSON.stringify(options)];
		assert.equal(fails(set(neighbour.url, { search_url: `${neighbour.url}/?q={query}` })), false);
		for (const [i, url] of hostileUrls(inside.port).entries()) {
			assert.ok(fails(set(url)) || fails(["test", ...workspace]), url);
			// names are judged when they are looked up
			fails(set(neighbour.url, { [i % 2 ? "search_url" : "web_search_url"]: url }));
		}
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
