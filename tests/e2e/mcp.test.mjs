// mcp.test.mjs: the MCP client with servers that others wrote, and with one that misbehaves
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { freePort, programs, top, until } from "./harness.mjs";
import { Hostile, hostile, lists, results } from "./mcp-hostile.mjs";

const client = join(programs, "mcp-client");
const modules = join(top, "node_modules/@modelcontextprotocol");
const children = [];

after(() => children.forEach((child) => child.kill("SIGKILL")));

/** Runs the client; the lines that it prints, and how it ended. */
function mcp(...args) {
	return new Promise((resolve) => {
		execFile(client, args, { maxBuffer: 64 << 20, timeout: 60000,
			env: { ...process.env, ASAN_OPTIONS: "detect_leaks=1:quarantine_size_mb=1" } },
		(error, stdout, stderr) => resolve({ stderr,
			code: error?.killed ? "killed" : error?.code ?? 0,
			lines: stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line)) }));
	});
}

/** The answers to calls, all of which must come. */
async function calls(...args) {
	const r = await mcp(...args);
	assert.equal(r.code, 0, JSON.stringify(r));
	return r.lines;
}

const said = async (...args) => (await calls(...args)).map((line) => line.text);

/** A server as a process of its own, when it answers at the port. */
async function serve(args, env, port) {
	const child = spawn(process.execPath, args, { cwd: top, stdio: "ignore",
		env: { PATH: process.env.PATH, ...env } });
	children.push(child);
	await until(`port ${port}`, () =>
		fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false));
	return child;
}

/** An example of the SDK, at another port than the one that it has fixed. */
async function example(name, port, env = {}) {
	const file = join(modules, "sdk/dist/esm/examples/server", name);
	const code = readFileSync(file, "utf8")
		.replace(/^const PORT = \d+/m, `const PORT = ${port}`)
		.replace(/from '(\.[^']*)'/g, (_, path) =>
			`from '${new URL(path, pathToFileURL(file))}'`);
	return serve(["--input-type=module", "-e", code], env, port);
}

test("the official conformance scenarios of clients", async (t) => {
	for (const name of ["initialize", "tools_call", "sse-retry"])
		await t.test(name, async () => {
			const child = spawn(process.execPath, [join(modules, "conformance/dist/index.js"),
				"client", "--command", client, "--scenario", name], { cwd: top });
			let out = "";
			child.stdout.on("data", (data) => { out += data; });
			child.stderr.on("data", (data) => { out += data; });
			const [code] = await once(child, "close");
			assert.equal(code, 0, out);
			assert.match(out, /Passed: (\d+)\/\1, 0 failed, 0 warnings/);
		});
});

describe("server-everything", () => {
	let url;

	before(async () => {
		const port = await freePort();
		await serve([join(modules, "server-everything/dist/index.js"), "streamableHttp"],
			{ PORT: `${port}` }, port);
		url = `http://127.0.0.1:${port}/mcp`;
	});

	test("its tools are listed, but those that only tasks can call", async () => {
		const [list] = await calls("list", url);
		assert.equal(list.version, "2025-11-25");
		assert.equal(list.server_name, "mcp-servers/everything");
		assert.deepEqual(list.tools.map((tool) => tool.name), ["echo", "get-annotated-message",
			"get-env", "get-resource-links", "get-resource-reference", "get-structured-content",
			"get-sum", "get-tiny-image", "gzip-file-as-resource", "toggle-simulated-logging",
			"toggle-subscriber-updates", "trigger-long-running-operation"]);
		for (const tool of list.tools) {
			assert.equal(tool.alias, `test__${tool.name}`);
			assert.equal(tool.input_schema.type, "object");
			assert.ok(tool.description.length > 0);
		}
	});

	test("text, numbers, structures, images, links and resources", async () => {
		const [echo, sum, weather, image, links, resource] = await said(
			"call", "echo", '{"message":"Habari 🌷"}',
			"call", "get-sum", '{"a":2,"b":40}',
			"call", "get-structured-content", '{"location":"Chicago"}',
			"call", "get-tiny-image", "{}",
			"call", "get-resource-links", '{"count":2}',
			"call", "get-resource-reference", '{"resourceType":"Text","resourceId":1}', url);
		assert.equal(echo, "Echo: Habari 🌷");
		assert.equal(sum, "The sum of 2 and 40 is 42.");
		assert.deepEqual(Object.keys(JSON.parse(weather)),
			["temperature", "conditions", "humidity"]);
		assert.match(image, /\[image image\/png, \d+ bytes\]/);
		assert.equal(links.match(/\[resource .*: demo:\/\/resource/g).length, 2);
		assert.match(resource, /\[resource demo:\/\/resource\/dynamic\/text\/1\]\nResource 1:/);
	});

	test("progress may come before the result", async () => {
		assert.deepEqual(await said("call", "trigger-long-running-operation",
			'{"duration":1,"steps":4}', url),
		["Long running operation completed. Duration: 1 seconds, Steps: 4."]);
	});

	test("what the server refuses is told to the model", async () => {
		const lines = await calls("call", "nope", "{}", "call", "get-sum", '{"a":"x"}',
			"call", "simulate-research-query", '{"topic":"x"}', url);
		assert.deepEqual(lines.map((line) => line.is_error), [true, true, true]);
		assert.match(lines[0].text, /nope not found/);
		assert.match(lines[1].text, /expected number/);
		assert.match(lines[2].text, /task/);
	});

	test("a call that is too slow ends, and the next one works", async () => {
		const slow = await mcp("-t", "500", "call", "trigger-long-running-operation",
			'{"duration":20,"steps":2}', url);
		assert.equal(slow.lines[0].error, "request_timeout");
		assert.deepEqual(await said("call", "echo", '{"message":"x"}', url), ["Echo: x"]);
	});
});

test("a server that answers with JSON only", async () => {
	const port = await freePort();
	await example("jsonResponseStreamableHttp.js", port);
	const url = `http://127.0.0.1:${port}/mcp`;
	const [list, greet] = await calls("list", "call", "greet", '{"name":"Asha"}', url);
	assert.deepEqual(list.tools.map((tool) => tool.name), ["greet", "multi-greet"]);
	assert.equal(greet.text, "Hello, Asha!");
});

test("a server without sessions", async () => {
	const port = await freePort();
	await example("simpleStatelessStreamableHttp.js", port);
	const [first] = await calls("call", "start-notification-stream",
		'{"interval":10,"count":3}', `http://127.0.0.1:${port}/mcp`);
	assert.equal(first.is_error, false);
	assert.match(first.text, /every 10ms/);
});

test("a server with sessions that asks for credentials elsewhere", async () => {
	const port = await freePort();
	await serve([join(modules, "sdk/dist/esm/examples/server/simpleStreamableHttp.js")],
		{ MCP_PORT: `${port}` }, port);
	const url = `http://127.0.0.1:${port}/mcp`;
	const [list, greet, multi] = await calls("list", "call", "greet", '{"name":"Juma"}',
		"call", "multi-greet", '{"name":"Juma"}', url);
	assert.ok(list.tools.some((tool) => tool.name === "list-files"));
	assert.ok(!list.tools.some((tool) => tool.name === "delay"), "tasks only");
	assert.equal(greet.text, "Hello, Juma!");
	assert.equal(multi.text, "Good morning, Juma!");
});

test("a server that ends its streams in the middle of the work", async () => {
	const port = await freePort();
	await example("ssePollingExample.js", port);
	const [line] = await calls("call", "long-task", "{}", `http://127.0.0.1:${port}/mcp`);
	assert.equal(line.text, "Long task completed successfully!");
});

// The newest SDK: a server of 2026-07-28, with and without the revisions before it.
const MODERN = (options) => `
	import { createServer } from "node:http";
	import { McpServer, createMcpHandler } from "@modelcontextprotocol/server";
	import { toNodeHandler } from "@modelcontextprotocol/node";
	import { z } from "zod";
	createServer(toNodeHandler(createMcpHandler(() => {
		const s = new McpServer({ name: "modern", version: "7" });
		s.registerTool("add", { description: "Adds",
			inputSchema: z.object({ a: z.number(), b: z.number() }) },
		async ({ a, b }) => ({ content: [{ type: "text", text: String(a + b) }] }));
		s.registerTool("where", { inputSchema: z.object({
			region: z.string().meta({ "x-mcp-header": "Region" }) }) },
		async ({ region }) => ({ content: [{ type: "text", text: region }] }));
		s.registerTool("wrong", { inputSchema: z.object({
			n: z.string().meta({ "x-mcp-header": "not a token" }) }) },
		async () => ({ content: [] }));
		s.registerTool("größe", { inputSchema: z.object({}) },
		async () => ({ content: [], structuredContent: { cm: 12 } }));
		return s;
	}, ${options}))).listen(Number(process.env.PORT), "127.0.0.1");`;

for (const [name, options] of [["that speaks all revisions", "{}"],
	["that speaks nothing older", '{ legacy: "reject" }']])
	test(`a server of the stateless revision ${name}`, async () => {
		const port = await freePort();
		await serve(["--input-type=module", "-e", MODERN(options)],
			{ PORT: `${port}` }, port);
		const url = `http://127.0.0.1:${port}/mcp`;
		const [list, sum, where, odd, none] = await calls("list",
			"call", "add", '{"a":1,"b":2.5}',
			"call", "where", '{"region":"Dar es Salaam, Posta ñ"}',
			"call", "größe", "{}", "call", "nope", "{}", url);
		assert.equal(list.version, "2026-07-28");
		assert.equal(list.server_name, "modern");
		assert.deepEqual(list.tools.map((tool) => tool.name), ["add", "where", "größe"]);
		assert.equal(sum.text, "3.5");
		assert.equal(where.text, "Dar es Salaam, Posta ñ");
		assert.equal(odd.text, '{"cm":12}');
		assert.equal(none.is_error, true);
		// As it is known from the last time: nothing is asked first.
		assert.deepEqual(await said("-v", "2026-07-28", "call", "add", '{"a":1,"b":1}', url),
			["2"]);
		// And when that is no longer so.
		if (options === "{}")
			assert.deepEqual(await said("-v", "2025-06-18", "call", "add", '{"a":1,"b":1}',
				url), ["2"]);
	});

describe("a hostile server", () => {
	const wanted = { never: "request_timeout", silent: "request_timeout",
		drip: "request_timeout", comments: "request_timeout", "half-way": "bad_gateway",
		reset: "bad_gateway", "long-header": "bad_gateway", "not-http": "bad_gateway", "no-blank-line": "bad_gateway",
		"other-ids": "bad_gateway", 401: "unauthorized", 403: "forbidden",
		429: "rate_limited", 503: "unavailable" };
	let server;

	before(async () => { server = await new Hostile().start(); });
	after(() => server.stop());

	/** One run: ends in time and in bounds, and tells no secret. */
	async function attack(when, what, args = ["call", "echo", "{}"]) {
		// Short where it must run out only: a busy machine is slow.
		const r = await mcp("-m", "-t", /timeout/.test(wanted[what]) ? "2000" : "10000", "-H", "X-Key: top-secret-key", ...args,
			`${server.url}/${when}/${what}`);
		const told = JSON.stringify(r.lines);
		assert.equal(r.stderr, "", told);
		assert.notEqual(r.code, "killed", "in time");
		assert.doesNotMatch(told, /top-secret-key|session-4711/);
		const memory = r.lines.find((line) => line.max_rss_kb);
		assert.ok(memory.max_rss_kb < 150000, `${memory.max_rss_kb} kB`);
		return { ...r, lines: r.lines.filter((line) => line !== memory) };
	}

	for (const when of ["initialize", "list", "call"])
		for (const what of Object.keys(hostile))
			test(`${what} in place of ${when}`, async () => {
				const { code, lines: [line] } = await attack(when, what);
				if (when === "call" && (what === "echo" || what === "406")) {
					assert.equal(code, 0);
					assert.equal(line.is_error, true);
					return;
				}
				assert.equal(code, 1);
				assert.equal(line.error, wanted[what] ?? "bad_request", JSON.stringify(line));
				assert.ok(line.message.length > 20);
				if (what === "429") assert.equal(line.retry_after, 7);
				if (what === "503") assert.equal(line.retry_after, 9);
				if (what === "echo") assert.match(line.message, /\*\*\*/);
			});

	for (const what of ["version", "session-blank", "session-long"])
		test(`a handshake with a bad ${what}`, async () => {
			const { code, lines: [line] } = await attack("none", what);
			assert.equal(code, 1);
			assert.equal(line.error, "bad_request");
			assert.match(line.message, /1999-01-01|session id/);
		});

	test("lists of tools", async () => {
		assert.ok(Object.keys(lists).length === 4);
		for (const what of ["same-cursor", "endless"]) {
			const { code, lines: [line] } = await attack("list", what, ["list"]);
			assert.equal(code, 1);
			assert.equal(line.error, "bad_request");
		}
		const { lines: [many] } = await attack("list", "many", ["list"]);
		assert.equal(many.tools.length, 500);
		const { lines: [odd] } = await attack("list", "odd", ["list"]);
		assert.deepEqual(odd.tools.map((tool) => tool.name), ["with space", "tulip 🌷",
			"x".repeat(200), "twice", "recursive", "remote", "crlf\r\nX-Evil: 1"]);
		for (const tool of odd.tools) assert.match(tool.alias, /^[A-Za-z0-9_-]{1,64}$/);
	});

	test("results of tools", async () => {
		for (const what of Object.keys(results)) {
			const { code, lines: [line] } = await attack("call", what);
			assert.equal(code, 0, what);
			assert.equal(line.is_error, !["bad-base64", "long"].includes(what), what);
			assert.ok(line.text.length > 0);
			assert.ok(Buffer.byteLength(line.text) <= 65536);
		}
	});

	test("a call that was too slow is cancelled, and its answer comes too late", async () => {
		server.seen.length = 0;
		await attack("call", "never");
		const asked = server.seen.find(({ method }) => method === "tools/call");
		const cancelled = server.seen.find(({ method }) =>
			method === "notifications/cancelled");
		assert.equal(cancelled.body.params.requestId, asked.body.id);
		assert.equal(server.seen.at(-1).method, "DELETE");
	});

	test("credentials go with every request", async () => {
		server.seen.length = 0;
		await attack("call", "events-that-end");
		assert.ok(server.seen.some(({ method }) => method === "GET"));
		for (const { headers } of server.seen)
			assert.equal(headers["x-key"], "top-secret-key");
	});
});

test("a server that is not there", async () => {
	const { code, lines: [line] } = await mcp("list", `http://127.0.0.1:${await freePort()}/`);
	assert.equal(code, 1);
	assert.equal(line.error, "bad_gateway");
});
