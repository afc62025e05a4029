// llm.test.mjs: bots that ask a language model: a strict stand-in and aimock
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { promisify } from "node:util";
import { Installation, freePort, record, top, until, visitor } from "./harness.mjs";
import { StandIn, json } from "./stand-in.mjs";
import { StrictLlm } from "./strict-llm.mjs";

const SORRY = "Sorry, I cannot answer that right now. Please try again in a moment.";
// For a program that no one here wrote.
const FIXTURES = { fixtures: [
	{ match: { userMessage: "weather", hasToolResult: true }, response: { content: "It is 20 C in Paris." } },
	{ match: { userMessage: "weather" }, response: { toolCalls: [
		{ name: "calculator", arguments: { expression: "4*5" } },
		{ name: "current_datetime", arguments: { timezone: "UTC" } }] } },
	{ match: { userMessage: "limit" }, response: { error: { message: "Rate limit reached", type: "rate_limit_error",
		code: "rate_limit_exceeded" }, status: 429 } },
	{ match: { userMessage: "hello" }, response: { content: "Hi there from the mock, in more than one piece." } },
] };
const FLOW = {
	shop: {
		message: "Ask me.",
		actions: [{ type: "LLM_AGENT", name: "Rosa", system_prompt: "You sell flowers.", timeout: 20 }],
		transitions: { person: "people" },
	},
	people: { message: "A person will answer.", actions: [{ type: "HANDOFF" }] },
};
const failing = (more) => ({
	...FLOW,
	shop: { ...FLOW.shop, actions: [{ ...FLOW.shop.actions[0], ...more }] },
});

let site, llm, aimock, everything, finder, count = 0;
const bots = {}, ids = {};

function publish(name, flow) {
	const file = join(site.dir, `${name}.json`);
	writeFileSync(file, JSON.stringify(flow));
	site.ctl(["flow", "publish", "--workspace", site.env.WORKSPACE_ID, "--chatbot", ids[name], "--name", "main", "--file", file]);
}

function addBot(name, flow) {
	ids[name] = site.ctl(["chatbot", "add", "--workspace", site.env.WORKSPACE_ID, "--name", name]).trim().split(" ")[0];
	publish(name, flow);
	return site.addWidget({ more: ["--chatbot", ids[name]] }).token;
}

function setModel({ provider = "openai", host = llm.host, key = StrictLlm.KEY, options = {}, model = "m-1" } = {}) {
	const path = provider === "openai" ? "/v1" : "";
	return site.ctl(["llm", "set", "--workspace", site.env.WORKSPACE_ID, "--provider", provider,
		"--model", model, "--base-url", `http://${host}${path}`, "--options", JSON.stringify(options),
		...(key ? ["--key-file", "-"] : ["--no-key"])], { input: key ?? "" });
}

/** As site.ctl, while the stand-ins of this process go on answering. */
const ctl = (...args) => promisify(execFile)(join(site.bin, "barazactl"), ["-f", site.env.CONF, ...args])
	.then(({ stdout }) => stdout);

/** A visitor of a bot; ask(text) gives all that was said and heard until then. */
async function visit(bot = "plain") {
	const who = await visitor(site, `v-${count++}`, { embed_token: bots[bot] });
	const heard = record(who.socket);
	const stored = () => site.sql(`SELECT sender_type, HEX(content), HEX(id) FROM messages
		WHERE conversation_id = UNHEX(REPLACE('${who.id}', '-', '')) ORDER BY seq`)
		.map(([by, content, id]) => [by, Buffer.from(content, "hex").toString(), id]);
	return {
		...who, heard, stored,
		async ask(text, answers = 1) {
			const before = stored().length;
			assert.equal((await who.say(text)).ok, true);
			await until("the answer", () => stored().length >= before + 1 + answers);
			return stored().slice(before + 1).map(([, content]) => content).join(" | ");
		},
	};
}
const lastRequest = () => llm.requests.at(-1);
const told = () => lastRequest().body.messages.map(({ role, content }) =>
	`${role}: ${typeof content === "string" ? content : content?.map((b) => b.text ?? b.content ?? b.name).join(",")}`);

describe("bots that ask a language model", () => {
	before(async () => {
		llm = await StrictLlm.start();
		finder = await StandIn.start();
		const port = await freePort();
		everything = { port: await freePort() };
		// At once: a port that nobody holds is free for others too.
		everything.child = spawn(process.execPath, [join(top, "node_modules/@modelcontextprotocol/server-everything/dist/index.js"),
			"streamableHttp"], { stdio: "ignore", env: { ...process.env, PORT: String(everything.port) } });
		site = await Installation.start({
			conf: `log_level = debug\noutside_allow = ${llm.host} 127.0.0.1:${port} 127.0.0.1:${everything.port} 127.0.0.1:${finder.port}`,
		});
		aimock = { port, host: `127.0.0.1:${port}` };
		bots.plain = addBot("plain", FLOW);
		bots.route = addBot("route", failing({ failure_transition: "people", save_to: "reply" }));
		bots.short = addBot("short", failing({ timeout: 2, max_iterations: 2 }));
	});
	after(async () => {
		aimock.child?.kill();
		everything.child?.kill();
		llm.stop();
		await finder.stop();
		await site.stop();
	});
	beforeEach(() => llm.will());

	test("without a model there is a polite answer, and the reason in the log", async () => {
		const v = await visit();
		assert.equal(await v.ask("hello"), SORRY);
		assert.match(site.logs(), /No model is set up/);
	});

	for (const provider of ["openai", "anthropic"]) {
		describe(provider, () => {
			before(() => setModel({ provider }));

			test("one question, one stored answer, with what was said before", async () => {
				const v = await visit();
				assert.equal(await v.ask("roses?"), "ROSES?");
				assert.equal(await v.ask("and tulips?"), "AND TULIPS?");
				assert.deepEqual(told().filter((line) => !line.startsWith("system")).slice(-4),
					["assistant: Ask me.", "user: roses?", "assistant: ROSES?", "user: and tulips?"]);
				assert.match(JSON.stringify(lastRequest().body), /You sell flowers\./);
				assert.equal(lastRequest().body.model, "m-1");
				assert.ok(lastRequest().headers["idempotency-key"]);
				assert.equal(v.stored().length, 5);
				assert.deepEqual(llm.refused, []);
			});

			test("tools are called, two at once, and their results go back", async () => {
				llm.will({ text: "Let me see.", calls: [
					{ id: "c1", name: "calculator", args: "{\"expression\":\"12.5*3\"}" },
					{ id: "c2", name: "current_datetime", args: "{\"timezone\":\"Africa/Nairobi\"}" }] },
				{ calls: [{ id: "c3", name: "calculator", args: "{\"expression\":\"1/0\"}" }] },
				{ text: "It is 37.5." });
				const v = await visit();
				assert.equal(await v.ask("12.5 times 3?"), "Let me see.\n\nIt is 37.5.");
				assert.equal(llm.requests.length, 3);
				const all = JSON.stringify(lastRequest().body.messages);
				assert.match(all, /"37\.5"/);
				assert.match(all, /\+03:00/);
				assert.match(all, /divided by 0/);
				assert.deepEqual(llm.refused, []);
				assert.match(site.logs(), /llm conversation=\S+ model="m-1" requests=3 tokens_in=33 tokens_out=21/);
			});

			test("what is not offered, unreadable, too much or twice is told the model", async () => {
				const many = Array.from({ length: 50 }, (_, i) =>
					({ id: i < 2 ? "same" : `m${i}`, name: "calculator", args: "{\"expression\":\"1+1\"}" }));
				llm.will({ calls: [{ id: "c1", name: "rm_rf", args: "{}" }] },
					{ calls: many },
					{ calls: [{ id: "c2", name: "calculator", args: provider === "openai" ? "{\"expression\":" : "{\"x\":1}" }] },
					{ text: "Done" });
				const v = await visit();
				assert.equal(await v.ask("do things"), "Done");
				assert.deepEqual(llm.refused, []);
				assert.match(JSON.stringify(llm.requests[1].body), /no tool of that name/);
				const results = JSON.stringify(llm.requests[2].body);
				assert.equal(results.match(/too many calls/g).length, 34);
				assert.match(JSON.stringify(llm.requests[3].body), provider === "openai" ? /not a JSON object/ : /expression in a text is wanted/);
			});

			test("an endless loop of tools ends", async () => {
				const again = (id) => ({ calls: [{ id, name: "calculator", args: "{\"expression\":\"1\"}" }] });
				llm.will(again("a"), again("b"), again("c"), again("d"));
				const v = await visit("short");
				assert.equal(await v.ask("loop"), SORRY);
				assert.equal(llm.requests.length, 2);
				assert.match(site.logs(), /asked for tools 2 times and did not answer/);
			});

			test("pieces of any size make the same answer", async () => {
				llm.will({ text: "Karibu! 🌹 Waridi ni Tsh 5,000.", calls: [{ id: "c1", name: "calculator", args: "{\"expression\":\"2*3\"}" }] },
					{ text: "Jumla: 6 – é" });
				llm.dribble = 1;
				const v = await visit();
				assert.equal(await v.ask("bei?"), "Karibu! 🌹 Waridi ni Tsh 5,000.\n\nJumla: 6 – é");
			});

			test("pieces arrive live, under the id of the one message that is stored", async () => {
				llm.will({ text: "Wait.", calls: [{ id: "c1", name: "calculator", args: "{\"expression\":\"2*3\"}" }] },
					{ text: "The answer is six – 🌹.", pace: 5 });
				llm.dribble = 40;
				const v = await visit();
				assert.equal(await v.ask("six?"), "Wait.\n\nThe answer is six – 🌹.");
				assert.equal(lastRequest().body.stream, true);
				const id = v.stored().at(-1)[2].toLowerCase();
				const said = await until("the message", () => v.heard.find(([, m]) =>
					(m.id ?? m.message?.id ?? "").replaceAll("-", "") === id));
				const deltas = v.heard.slice(0, v.heard.indexOf(said)).filter(([name]) => name === "message_delta").map(([, d]) => d);
				assert.ok(deltas.length > 1);
				assert.ok(deltas.every((d, i) => d.index === i && d.message.replaceAll("-", "") === id));
				assert.ok("Wait.\n\nThe answer is six – 🌹.".startsWith(deltas.map(({ delta }) => delta).join("")));
				assert.deepEqual(llm.refused, []);
			});

			test("a stream that breaks off is not begun anew once it was seen", async () => {
				for (const step of [{ text: "I would say that", cut: 900 }, { text: "I would say that", error: "overloaded" }]) {
					llm.will(step, { text: "never" });
					const v = await visit("route");
					assert.equal(await v.ask("well?"), "A person will answer.");
					assert.equal(llm.requests.length, 1);
				}
				assert.match(site.logs(), /llm_failed .* error=bad_gateway/);
				assert.match(site.logs(), /broke the answer off: overloaded/);
				llm.will({ text: "All of it.", cut: provider === "openai" ? -60 : -40 });
				assert.equal(await (await visit()).ask("well?"), "All of it.", "the end was told before");
				llm.will({ cut: 20, text: "I" }, { text: "Well." });
				assert.equal(await (await visit()).ask("well?"), "Well.");
			});

			test("without streaming it is the same", async () => {
				setModel({ provider, options: { stream: false, history: 0 } });
				llm.will({ calls: [{ id: "c1", name: "calculator", args: "{\"expression\":\"2*3\"}" },
					{ id: "c2", name: "current_datetime", args: "{}" }] }, { text: "Six." });
				const v = await visit();
				assert.equal(await v.ask("2*3?"), "Six.");
				assert.equal(lastRequest().body.stream, undefined);
				assert.doesNotMatch(JSON.stringify(lastRequest().body), /Ask me/);
				assert.deepEqual(v.heard.filter(([name]) => name === "message_delta"), []);
				for (const step of [{ raw: "{malformed json: <<<" }, { raw: "" }, { raw: "{\"choices\":[],\"content\":7}", type: "application/json" }]) {
					llm.will(step, step, step);
					assert.equal(await (await visit("route")).ask("x"), "A person will answer.");
				}
				setModel({ provider });
			});

			const fails = [
				["401", { status: 401, code: "invalid_api_key", message: `bad key ${StrictLlm.KEY}` }, 1, /answered 401: bad key \*\*\*/],
				["404", { status: 404, code: "model_not_found" }, 1, /answered 404/],
				["429 without money", { status: 429, code: provider === "openai" ? "insufficient_quota" : "billing_error" }, 1, /answered 429/],
				["429 that asks for too long", { status: 429, headers: { "Retry-After": "999999" } }, 1, /answered 429/],
				["a refusal", { stop: provider === "openai" ? "content_filter" : "refusal" }, 1, /declined to answer/],
				["a cut answer", { stop: provider === "openai" ? "length" : "max_tokens" }, 1, /was cut off/],
				["an empty answer", { text: "" }, 1, /gave no answer/],
			];
			for (const [what, step, requests, why] of fails) {
				test(`${what}: the flow's failure way, and the reason in the log`, async () => {
					llm.will(step);
					const v = await visit("route");
					assert.equal(await v.ask("roses?"), "A person will answer.");
					assert.equal(llm.requests.length, requests);
					assert.match(site.logs(), why);
					assert.doesNotMatch(site.logs(), new RegExp(StrictLlm.KEY));
				});
			}

			test("passing failures are tried again", async () => {
				llm.will({ status: 500 }, { status: 529 }, { text: "There." });
				assert.equal(await (await visit()).ask("a"), "There.");
				llm.will({ status: 429, headers: { "Retry-After": "1" } }, { text: "Here." });
				assert.equal(await (await visit()).ask("b"), "Here.");
				assert.ok(llm.requests[1].at - llm.requests[0].at >= 950);
				assert.equal(llm.requests[0].headers["idempotency-key"], llm.requests[1].headers["idempotency-key"]);
				llm.will({ status: 429, headers: { "Retry-After": "soon" } }, { text: "Garbage." });
				assert.equal(await (await visit()).ask("c"), "Garbage.");
				llm.will({ status: 503, raw: "<html>down</html>" }, { raw: "<h1>Hello</h1>" }, { text: "HTML." });
				assert.equal(await (await visit()).ask("d"), "HTML.");
				llm.will({ status: 500 }, { status: 500 }, { status: 500 }, { text: "Too late." });
				assert.equal(await (await visit()).ask("e"), SORRY);
				assert.equal(llm.requests.length, 3);
			});

			test("too long a talk is shortened once", async () => {
				const v = await visit();
				for (const text of ["one", "two", "three"]) await v.ask(text);
				llm.will({ status: 400, code: "context_length_exceeded", message: "maximum context length is 5 tokens" }, { text: "Short." });
				assert.equal(await v.ask("four"), "Short.");
				assert.ok(llm.requests[1].body.messages.length < llm.requests[0].body.messages.length);
				assert.deepEqual(llm.refused, []);
				llm.will({ status: 400, message: "prompt is too long" }, { status: 400, message: "prompt is too long" });
				assert.equal(await v.ask("five"), SORRY);
				assert.equal(llm.requests.length, 2);
			});

			test("a server that stalls does not hold the turn for ever", async () => {
				llm.will({ stall: true }, { stall: true }, { stall: true });
				const v = await visit("short");
				assert.equal(await v.ask("a"), SORRY);
				assert.match(site.logs(), new RegExp(`llm_failed conversation=${v.id} .* error=request_timeout `));
				llm.will();
				assert.equal(await (await visit("short")).ask("b"), "B");
			});
		});
	}

	describe("aimock", () => {
		const start = async (...more) => {
			aimock.child?.kill();
			const file = join(site.dir, "aimock.json");
			writeFileSync(file, JSON.stringify(FIXTURES));
			const child = spawn("node", [join(top, "node_modules/@copilotkit/aimock/dist/cli.js"),
				"-p", String(aimock.port), "-f", file, "--strict", "--chunk-size", "4", "--log-level", "silent", ...more],
				{ stdio: "ignore", env: { ...process.env, AIMOCK_API_KEYS: "good" } });
			aimock.child = child;
			await until("aimock", async () => {
				try {
					return (await fetch(`http://${aimock.host}/v1/models`)).status > 0;
				} catch {
					return false;
				}
			});
		};
		after(() => aimock.child?.kill());

		for (const provider of ["openai", "anthropic"]) {
			test(`${provider}: texts, tools, 429, a wrong key, what it does not know`, async () => {
				await start();
				setModel({ provider, host: aimock.host, key: "good" });
				const v = await visit();
				assert.equal(await v.ask("hello"), "Hi there from the mock, in more than one piece.");
				assert.equal(await v.ask("what is the weather?"), "It is 20 C in Paris.");
				assert.equal(await v.ask("limit"), SORRY);
				assert.match(site.logs(), /answered 429: Rate limit reached/);
				assert.equal(await v.ask("something else"), SORRY);
				setModel({ provider, host: aimock.host, key: "bad" });
				assert.equal(await v.ask("hello"), SORRY);
				assert.match(site.logs(), /answered 401/);
			});

			for (const chaos of ["malformed", "disconnect", "drop"]) {
				test(`${provider}: ${chaos} every time: the failure way`, async () => {
					await start(`--chaos-${chaos}`, "1");
					setModel({ provider, host: aimock.host, key: "good" });
					assert.equal(await (await visit("route")).ask("hello"), "A person will answer.");
				});
			}
		}
	});

	describe("tools that others have", () => {
		const api = async (method, path, body) => {
			const answer = await fetch(`${site.url}/api/dev/v1${path}`, { method, body: body && JSON.stringify(body),
				headers: { Authorization: `Bearer ${everything.key}`, "Content-Type": "application/json" } });
			assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
			return answer.status === 204 ? null : answer.json();
		};
		before(async () => {
			everything.key = site.ctl(["key", "add", "--workspace", site.env.WORKSPACE_ID, "--name", "tests"]).trim().split(" ")[1];
			setModel();
		});

		test("an MCP server's, by their prefixed names; one that is not there has none", async () => {
			await until("the MCP server", () => fetch(`http://127.0.0.1:${everything.port}/`).then(() => true, () => false));
			bots.tools = addBot("tools", FLOW);
			const settings = JSON.stringify({ server_url: `http://127.0.0.1:${everything.port}/mcp`, auth_type: "NONE", timeout: 30, enabled: true });
			for (const name of ["every", "gone"])
				site.sql(`INSERT INTO integrations (id, workspace_id, chatbot_id, type, slot, name, allowed_origins, settings, created_at, updated_at)
					SELECT UNHEX(MD5('${name}')), workspace_id, id, 'mcp', 'mcp:${name}', '${name}', '', '${settings}', NOW(6), NOW(6)
					FROM chatbots WHERE id = UNHEX(REPLACE('${ids.tools}', '-', ''))`);
			publish("tools", failing({ tools: [{ name: "mcp", collection: "every" }, { name: "mcp", collection: "gone" },
				{ name: "calculator", enabled: false }] }));
			site.sql("DELETE FROM integrations WHERE name = 'gone'");
			llm.will({ calls: [{ id: "c1", name: "every__echo", args: "{\"message\":\"Habari\"}" },
				{ id: "c2", name: "every__get-sum", args: "{\"a\":2,\"b\":40}" },
				{ id: "c3", name: "calculator", args: "{\"expression\":\"1\"}" }] }, { text: "Done." });
			assert.equal(await (await visit("tools")).ask("do it"), "Done.");
			const offered = llm.requests[0].body.tools.map((tool) => tool.function.name);
			assert.ok(offered.includes("every__echo") && !offered.includes("calculator"), String(offered));
			const results = lastRequest().body.messages.filter(({ role }) => role === "tool").map(({ content }) => content);
			assert.deepEqual(results.slice(0, 2), ["Echo: Habari", "The sum of 2 and 40 is 42."]);
			assert.match(results[2], /no tool of that name/);
			assert.match(site.logs(), /llm_mcp_missing .* name="gone"/);
		});

		test("the knowledge bases of the bot", async () => {
			bots.docs = addBot("docs", FLOW);
			const kb = await api("POST", "/knowledge-bases", { name: "Care", description: "" });
			await api("POST", `/knowledge-bases/${kb.id}/sources/text`, { title: "Roses",
				content: "Roses want six hours of sun each day and water twice a week. Cut them in early spring." });
			await api("POST", `/chatbots/${ids.docs}/knowledge-bases`, { kb_id: kb.id });
			await until("the import", async () => (await api("GET", `/knowledge-bases/${kb.id}/sources`)).items
				.every(({ status }) => status === "ready"));
			llm.will({ calls: [{ id: "c1", name: "document_search", args: "{\"query\":\"how often do roses want water?\"}" }] }, { text: "Twice." });
			assert.equal(await (await visit("docs")).ask("water?"), "Twice.");
			assert.match(lastRequest().body.messages.at(-1).content, /"title":"Roses".*twice a week/);
		});
	});

	describe("the search of the company and that of the web", () => {
		const RESULTS = [{ title: "Opening hours", url: "https://shop.example/hours", snippet: "Nine to five." },
			{ title: "Roses", url: "https://shop.example/roses", description: "Red ones." }, "no result", { content: 7 }];
		const call = (name, args) => ({ calls: [{ id: "c1", name, args: JSON.stringify(args) }] });
		/** What the model is told when it uses a tool. */
		async function use(name, args) {
			llm.will(call(name, args), { text: "So it is." });
			finder.requests.length = 0;
			assert.equal(await (await visit()).ask("find it"), "So it is.");
			assert.deepEqual(llm.refused, []);
			return lastRequest().body.messages.at(-1).content;
		}
		before(() => setModel({ options: { search_url: `${finder.url}/find`,
			web_search_url: `${finder.url}/search?q={query}&format=json` } }));

		test("are offered when there is one", async () => {
			const offered = () => lastRequest().body.tools.map((tool) => tool.function.name).filter((name) => /search$/.test(name));
			await (await visit()).ask("a");
			assert.deepEqual(offered(), ["document_search", "search", "web_search"]);
			setModel({ options: { search_url: `${finder.url}/find` } });
			await (await visit()).ask("b");
			assert.deepEqual(offered(), ["document_search", "search"]);
			assert.match(await use("web_search", { query: "roses" }), /no tool of that name/);
			assert.equal(finder.requests.length, 0);
			setModel({ options: { search_url: `${finder.url}/find`,
				web_search_url: `${finder.url}/search?q={query}&format=json` } });
		});

		test("an address is asked by POST, and its results are told", async () => {
			finder.handler = (_, answer) => json(answer, 200, { results: RESULTS, more: 1 });
			const found = JSON.parse(await use("search", { query: "  hours & roses? 🌹 ", max: 3 }));
			const { method, url, headers, body } = finder.last;
			assert.deepEqual([method, url, headers["content-type"], headers.accept],
				["POST", "/find", "application/json", "application/json"]);
			assert.deepEqual(body, { query: "hours & roses? 🌹", max: 3 });
			assert.deepEqual(found, { results: [RESULTS[0],
				{ title: "Roses", url: "https://shop.example/roses", snippet: "Red ones." },
				{ title: "", url: "", snippet: "" }] });
			assert.equal(JSON.parse(await use("search", { query: "x", max: 1 })).results.length, 1);
			await use("search", { query: "x", max: "many" });
			assert.deepEqual(finder.last.body, { query: "x", max: 5 });
		});

		test("SearxNG is asked by GET, and answers as it does", async () => {
			finder.handler = (_, answer) => json(answer, 200, { query: "x", number_of_results: 0,
				results: [{ title: "Waridi", url: "https://sw.example/", content: "Ua zuri.", engine: "e", score: 1.5 }],
				answers: [], corrections: [], infoboxes: [], suggestions: [], unresponsive_engines: [] });
			const found = JSON.parse(await use("web_search", { query: "waridi & bei? +/#é" }));
			assert.deepEqual(found, { results: [{ title: "Waridi", url: "https://sw.example/", snippet: "Ua zuri." }] });
			const { method, url, headers, body } = finder.last;
			assert.deepEqual([method, body, headers["content-type"]], ["GET", "", undefined]);
			assert.equal(url, `/search?q=${encodeURIComponent("waridi & bei? +/#é")}&format=json`);
			finder.handler = (_, answer) => json(answer, 200, { results: [] });
			assert.deepEqual(JSON.parse(await use("web_search", { query: "x" })), { results: [] });
		});

		test("long results are cut between characters", async () => {
			finder.handler = (_, answer) => json(answer, 200, { results: Array.from({ length: 20 }, () =>
				({ title: "ü".repeat(500), url: `https://x.example/${"u".repeat(5000)}`, snippet: "🌹".repeat(5000) })) });
			const [one] = JSON.parse(await use("search", { query: "é".repeat(2000), max: 1 })).results;
			assert.deepEqual([one.title, one.snippet], ["ü".repeat(200), "🌹".repeat(600)]);
			assert.equal(finder.last.body.query, "é".repeat(500));
			const all = await use("search", { query: "x", max: 10 });
			assert.ok(Buffer.byteLength(all) <= 32768 && !all.includes("\ufffd"), `${Buffer.byteLength(all)} bytes`);
		});

		test("what goes wrong is told the model, and the answer goes on", async () => {
			const page = (status, type, body) => (_, answer) => answer.writeHead(status, { "Content-Type": type }).end(body);
			for (const [handler, why] of [
				[page(500, "text/html", "<h1>down</h1>"), /^Error: The search answered 500\.$/],
				[page(200, "text/html", "<h1>hello</h1>"), /^Error: The search did not answer with results\.$/],
				[page(200, "application/json", "{\"results\":{\"a\":1}}"), /^Error: The search did not answer with results\.$/],
				[page(200, "application/json", `{"results":[{"title":"${"x".repeat(1100000)}"}]}`), /^Error: .*too long/],
				[(_, answer) => answer.destroy(), /^Error: /],
				// nobody is led to where only this machine may go
				[(_, answer) => answer.writeHead(302, { Location: "http://169.254.169.254/" }).end(), /^Error: The search answered 302\.$/],
			]) {
				finder.handler = handler;
				assert.match(await use("search", { query: "x" }), why);
				assert.equal(finder.requests.length, 1);
			}
			for (const query of ["", "   ", 7, null]) {
				assert.match(await use("web_search", { query }), /^Error: A query is wanted\.$/);
				assert.equal(finder.requests.length, 0);
			}
		});

		test("the guard looks again at each request", async () => {
			const inside = await StandIn.start((_, answer) => json(answer, 200, { results: RESULTS }));
			for (const host of ["127.0.0.1", "localhost", "[::1]", "2130706433"]) {
				// allowed when it was set, no longer when it is used
				site.sql(`UPDATE llm_configs SET options = JSON_SET(options, '$.search_url', 'http://${host}:${inside.port}/')`);
				assert.match(await use("search", { query: "x" }), /^Error: /);
			}
			assert.equal(inside.connections, 0);
			await inside.stop();
			setModel();
		});
	});

	test("budgets: of a talk and of a month", async () => {
		setModel({ options: { tokens_per_conversation: 30 } });
		const v = await visit();
		assert.equal(await v.ask("a"), "A"); // 18 tokens
		assert.equal(await v.ask("b"), "B");
		assert.equal(await v.ask("c"), SORRY);
		assert.equal(llm.requests.length, 2);
		assert.match(site.logs(), /This conversation has used its 30 tokens/);
		const other = await visit();
		assert.equal(await other.ask("d"), "D");
		setModel({ options: { tokens_per_month: 20 } });
		assert.equal(await other.ask("e"), SORRY);
		assert.match(site.logs(), /used its 20 tokens of this month/);
		const [[calls, tokensIn]] = site.sql("SELECT calls, tokens_in FROM llm_usage");
		assert.ok(Number(calls) > 3 && Number(tokensIn) > 33);
	});

	for (const provider of ["openai", "anthropic"])
		test(`budgets: what breaks off counts too, what is refused does not: ${provider}`, async () => {
			const tokens = (v) => Number(site.sql(`SELECT llm_tokens FROM bot_states
				WHERE conversation_id = UNHEX(REPLACE('${v.id}', '-', ''))`)[0][0]);
			const month = () => site.sql("SELECT calls, tokens_in + tokens_out FROM llm_usage")[0].map(Number);
			setModel({ provider });
			llm.will({ status: 500 }, { status: 429, headers: { "Retry-After": "0" } }, { text: "There." });
			const plain = await visit();
			await plain.ask("a");
			assert.equal(tokens(plain), 18);
			llm.will({ cut: 20, text: "I" }, { text: "Well." });
			const again = await visit();
			let before = month();
			await again.ask("b");
			assert.ok(tokens(again) > 18);
			assert.deepEqual(month(), [before[0] + 2, before[1] + tokens(again)]);
			// what was seen counts besides
			const story = "I would say that roses are red. ".repeat(20);
			llm.will({ text: story, error: "overloaded" });
			const broken = await visit("route");
			before = month();
			assert.equal(await broken.ask("c"), "A person will answer.");
			assert.ok(tokens(broken) > story.length / 5, `${tokens(broken)}`);
			assert.deepEqual(month(), [before[0] + 1, before[1] + tokens(broken)]);
			// it is what the next request is refused for
			setModel({ provider, options: { tokens_per_conversation: 20 } });
			llm.will({ stall: true });
			const short = await visit("short");
			await short.ask("d".repeat(100));
			assert.ok(tokens(short) >= 20);
			llm.will();
			assert.equal(await short.ask("e"), SORRY);
			assert.equal(llm.requests.length, 0);
			// nobody was asked
			setModel({ provider, host: `127.0.0.1:${aimock.port}` });
			aimock.child?.kill();
			const alone = await visit();
			assert.equal(await alone.ask("f"), SORRY);
			assert.equal(tokens(alone), 0);
		});

	test("the command sets, shows, tests and forgets, and never tells the key", async () => {
		const ws = ["--workspace", site.env.WORKSPACE_ID];
		const shown = setModel({ options: { max_tokens: 50, temperature: 0.5, headers: { "X-Team": "a" }, tools: false } });
		assert.match(shown, /key: sk-…6789/);
		assert.doesNotMatch(shown, new RegExp(StrictLlm.KEY));
		llm.will({ text: "OK" });
		assert.equal(await ctl("llm", "test", ...ws), "OK\n");
		assert.equal(lastRequest().body.max_tokens, 200);
		assert.equal(lastRequest().headers["x-team"], "a");
		assert.equal(await (await visit()).ask("x"), "X");
		assert.equal(lastRequest().body.tools, undefined);
		assert.equal(lastRequest().body.temperature, 0.5);
		assert.equal(lastRequest().body.max_tokens, 50);
		const set = (...more) => site.ctl(["llm", "set", ...ws, "--provider", "openai", "--model", "m-2", ...more], { stdio: "pipe" });
		assert.match(set("--base-url", `http://${llm.host}/v1/`), /key: sk-…6789/, "the key stays");
		for (const [args, why] of [
			[["--base-url", "https://elsewhere.example/v1"], /the key must be given again/],
			[["--base-url", "http://169.254.169.254/v1", "--no-key"], /base_url/],
			[["--base-url", "http://user@127.0.0.1/v1", "--no-key"], /base_url/],
			[["--base-url", `http://${llm.host}/v1?x=1`, "--no-key"], /without a query/],
			[["--options", "[]"], /JSON object/],
			[["--options", "{\"max_tokens\":0}"], /max_tokens/],
			[["--options", "{\"temperature\":\"hot\"}"], /temperature/],
			[["--options", "{\"colour\":1}"], /no option/],
			[["--options", "{\"headers\":{\"Host\":\"x\"}}"], /cannot be sent/],
			[["--options", "{\"headers\":{\"X-A\":\"a\\r\\nb\"}}"], /cannot be sent/],
			[["--options", "{\"search_url\":\"http://10.0.0.1/\"}"], /search_url/],
		]) {
			const url = args[0] === "--base-url" ? [] : ["--base-url", `http://${llm.host}/v1`];
			assert.throws(() => set(...url, ...args), (e) => why.test(e.stderr), String(args));
		}
		assert.match(site.ctl(["llm", "show", ...ws]), /model: m-2/);
		assert.equal(site.sql("SELECT COUNT(*) FROM llm_configs WHERE api_key LIKE '%strict%'")[0][0], "0");
		setModel({ key: "sk-wrong-wrong-wrong" });
		await assert.rejects(ctl("llm", "test", ...ws),
			(e) => /answered 401/.test(e.stderr) && !/sk-wrong-wrong/.test(e.stderr));
		site.ctl(["llm", "unset", ...ws]);
		assert.throws(() => site.ctl(["llm", "show", ...ws], { stdio: "pipe" }), (e) => /No model is set up/.test(e.stderr));
		assert.throws(() => site.ctl(["llm", "unset", ...ws], { stdio: "pipe" }), (e) => /No model is set up/.test(e.stderr));
	});
});

