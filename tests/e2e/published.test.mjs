// published.test.mjs: the calls of Sarufi's published pages, with our address, key and ids
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { launch, Visitor } from "../browser/people.mjs";
import { runCalls } from "./calls.mjs";
import { Installation, top } from "./harness.mjs";
import { Api, BASE } from "./openapi.mjs";
import { StandIn } from "./stand-in.mjs";

const DIR = join(top, "tests/data/published");
const THEIRS = "https://beta-api.sarufi.io/api/dev/v1";

const FLOW = {
	greeting: { initial: true, message: ["Hello! How can I help you today?",
		{ type: "buttons", text: "Choose an option:", buttons: [{ id: "faq", title: "FAQ" },
			{ id: "support", title: "Talk to support" }] }],
	transitions: { faq: "faq_menu", default: "help" } },
	faq_menu: { message: ["Sure!", { type: "list", text: "Select a topic", button_text: "View topics",
		sections: [{ title: "General", rows: [{ id: "hours", title: "Business hours" },
			{ id: "pricing", title: "Pricing" }] }] }], transitions: { default: "help" } },
	help: { message: "A colleague will help.", transitions: { faq: "faq_menu", default: "help" } },
};

/** The calls of a file: what each must come to, and the text. */
const blocks = (name) => readFileSync(join(DIR, name), "utf8").split(/^# /m).slice(1).map((block) => {
	const at = block.indexOf("\n");
	return { want: block.slice(0, at).split(", "), text: block.slice(at + 1) };
});

/** What an answer has that a later call names. */
const GIVES = { createChatbot: ["chatbot-id", "id"], createFlow: ["flow-id", "id"],
	createChatSession: ["session-id", "session_id"], createWebIntegration: ["integration-id", "id"],
	createMcpServer: ["integration-id", "integration_id"], createKnowledgeBase: ["kb-id", "id"],
	createTextSource: ["source-id", "id"] };

/** What the pages show of answers: members and of what kind they are; a name is that shape,
 * {} of what they do not show. */
const SHAPES = JSON.parse(readFileSync(join(DIR, "shapes.json"), "utf8"));
const KINDS = { ulid: /^[0-9A-HJKMNP-TV-Z]{26}$/, time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
	whsec_: /^whsec_./, wk_: /^wk_./, "sk-": /^sk-•/, string: /^/ };

/** An answer has all that its page shows; more may stand there. */
function hasShape(value, shape, path) {
	if (Array.isArray(shape)) {
		assert.ok(Array.isArray(value), path);
		value.forEach((item, i) => hasShape(item, shape[0], `${path}[${i}]`));
	} else if (typeof shape === "object") {
		assert.ok(value && typeof value === "object" && !Array.isArray(value), path);
		for (const [name, part] of Object.entries(shape)) {
			assert.ok(name in value, `${path} has no ${name}`);
			hasShape(value[name], part, `${path}.${name}`);
		}
	} else if (SHAPES[shape]) {
		hasShape(value, SHAPES[shape], path);
	} else {
		const kinds = shape.split("|");
		if (value === null) assert.ok(kinds.includes("null"), `${path} is null`);
		else if (KINDS[kinds[0]]) assert.match(value, KINDS[kinds[0]], path);
		else assert.equal(typeof value, kinds[0], path);
	}
}

let names = 0;

/** Runs a file call by call; what they were answered. */
async function runFile(site, api, name, env = {}) {
	const { body: bot } = await api.call("createChatbot", { body: { name: `Published ${++names}` } });
	const flow = { name: "Main", type: "conversation", flow: FLOW };
	const chatbot_id = bot.id;
	const { body: made } = await api.call("createFlow", { params: { chatbot_id }, body: flow });
	await api.call("publishFlow", { params: { chatbot_id, flow_id: made.id } });
	const { body: { session_id } } = await api.call("createChatSession", { params: { chatbot_id } });
	await api.call("sendChatMessage", { params: { chatbot_id, session_id }, body: { message: "FAQ" } });
	const ids = { "your-api-key": api.key, "chatbot-id": chatbot_id, "flow-id": made.id,
		"conversation-id": session_id };
	const all = [];
	for (const { want, text } of blocks(name)) {
		if (want[0].startsWith("publishFlow")) // what the page has put there says nothing
			await api.call("updateFlow", { params: { chatbot_id, flow_id: ids["flow-id"] },
				body: { flow: FLOW } });
		const ours = text.replaceAll(THEIRS, `${site.url}${BASE}`).replace(/<([a-z-]+)>/g, (_, id) => {
			assert.ok(ids[id], `${name} has no ${id}`);
			return ids[id];
		});
		const { calls, stdout } = await runCalls(site, name.split(".").pop(), ours, { env });
		assert.deepEqual(calls.map(({ id, status }) => `${id} ${status}`), want, stdout);
		for (const { id, body } of calls) {
			if (SHAPES[id]) hasShape(body, SHAPES[id], id);
			else assert.equal(body, undefined, `${id} has no shape`);
			if (GIVES[id]) ids[GIVES[id][0]] = body[GIVES[id][1]];
		}
		all.push(...calls);
	}
	for (const { body } of all.filter(({ id }) => id === "createChatbot")) // its name is used again
		await api.call("deleteChatbot", { params: { chatbot_id: body.id }, status: [204, 404] });
	return all;
}

for (const [web, env] of [["apache", {}], ["lighttpd", { EMPTY_BODY: "1" }]])
	// lighttpd 1.4.69 refuses a POST without a length (411): "-d ''" is added to those
	describe(`through ${web}${env.EMPTY_BODY ? ", with an empty body where there is none" : ""}`, () => {
		let site, api;
		before(async () => {
			site = await Installation.start({ web });
			api = await Api.start(site);
		});
		after(() => site?.stop());

		for (const name of readdirSync(DIR).filter((one) => !one.endsWith(".json")).sort())
			test(`the calls of ${name}`, async () => {
				const calls = await runFile(site, api, name, env);
				if (!name.startsWith("chat.")) return;
				const [{ body: opened }, ...sent] = calls;
				assert.deepEqual(opened.messages.map(({ type }) => type), ["text", "buttons"]);
				assert.equal(opened.channel, "api");
				for (const { id, body } of sent)
					assert.equal(body.messages.length, id === "sendChatMessage" ? body.messages_count : 2);
				if (name !== "chat.sh") return;
				const click = sent.find(({ body }) => body.current_state === "faq_menu").body;
				assert.deepEqual(click.messages[1], FLOW.faq_menu.message[1]);
			});

		test("a POST without a length, as curl sends it", async () => {
			const { stdout } = await promisify(execFile)("/usr/bin/curl", ["-s", "-X", "POST",
				"-o", "/dev/null", "-w", "%{http_code}", "-H", `Authorization: Bearer ${api.key}`,
				`${site.url}${BASE}/chatbots`]);
			assert.equal(stdout, web === "apache" ? "422" : "411");
		});
	});

describe("the widget's script", () => {
	let site, api, browser, page, pages;
	before(async () => {
		site = await Installation.start();
		[api, browser] = await Promise.all([Api.start(site), launch()]);
		const script = await (await fetch(`${site.url}/widget.js`)).text();
		page = await StandIn.start(({ url }, answer) => url === "/w.js"
			? answer.writeHead(200, { "Content-Type": "text/javascript" }).end(script)
			: answer.writeHead(200, { "Content-Type": "text/html" })
				.end(`<!doctype html><title>x</title><body>${pages[url] ?? ""}</body>`));
	});
	after(async () => {
		await browser?.close();
		await page?.stop();
		await site?.stop();
	});

	test("works in each way that the page shows, with its greeting", async () => {
		const { id: chatbot_id } = (await api.call("createChatbot", { body: { name: "Aria" } })).body;
		const greeting_message = "Hi! How can I help you today? <b>";
		const { config } = (await api.call("createWebIntegration", { params: { chatbot_id },
			body: { name: "Main Site Widget", greeting_message } })).body;
		const key = `data-widget-key="${config.widget_key}"`;
		pages = {
			"/tag": `<script src="${site.url}/widget.js" ${key} async></script>`,
			"/made": `<script>const script = document.createElement("script");
				script.src = "${site.url}/widget.js"; script.async = true;
				script.setAttribute("data-widget-key", "${config.widget_key}");
				document.body.appendChild(script);</script>`,
			"/server": `<script src="/w.js" ${key} data-server-url="${site.url}" async></script>`,
		};
		for (const path of Object.keys(pages)) {
			const guest = await Visitor.visit(browser, site, {}, page.url + path);
			await guest.open();
			await guest.chat.getByText(greeting_message, { exact: true }).waitFor();
			assert.deepEqual(guest.page.faults, [], path);
			await guest.page.context().close();
		}
	});
});
