// unfurl.test.mjs: previews of links: what is read of a page, what is kept, where nothing leads
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { http, Installation, openChat } from "./harness.mjs";
import { hostileUrls, StandIn } from "./stand-in.mjs";

const PAGES = {
	"/all": ["text/html; charset=utf-8", `<!doctype html><title>plain</title>
		<meta property="og:title" content=" Roses &amp;
			lilies ‮ "><meta name="twitter:title" content="not this">
		<meta name="description" content="a <b>garden</b>"><meta property="og:site_name" content="Maua">
		<meta property="og:image" content="https://img.example/a.png">`],
	"/title": ["text/html", "<title>Only a title</title><p>and more"],
	"/image": ["text/html", `<title>t</title><meta property="og:image" content="http://img.example/a.png">`],
	"/script": ["text/html", `<title>t</title><meta property="og:image" content="javascript:alert(1)">`],
	"/none": ["text/html", "<p>nothing"],
	"/text": ["text/plain", "<title>no</title>"],
	"/long": ["text/html", `<title>${"é".repeat(5000)}</title>`],
	"/endless": ["text/html", `<title>t</title>${"x".repeat(3_000_000)}`],
};

let site, inside, pages, chat;
let asked = 0;
before(async () => {
	inside = await StandIn.start((_, answer) => answer.end("<title>a secret</title>"), "::");
	pages = await StandIn.start((request, answer) => {
		asked++;
		const [type, body] = PAGES[request.url] ?? [];
		if (request.url === "/moved") return answer.writeHead(302, { Location: "/title" }).end();
		if (request.url === "/inside")
			return answer.writeHead(302, { Location: `http://127.0.0.1:${inside.port}/` }).end();
		if (!type) return answer.writeHead(404).end("<title>not found</title>");
		answer.writeHead(200, { "Content-Type": type }).end(body);
	});
	site = await Installation.start({ conf:
		`outside_http = yes\noutside_ports = 1-65535\noutside_allow = 127.0.0.1:${pages.port}` });
	option(true);
	chat = await openChat(site, "unfurl-visitor");
});
after(async () => {
	await site?.stop();
	await inside?.stop();
	await pages?.stop();
});

function option(on) {
	site.sql(`UPDATE integrations SET settings = JSON_SET(settings, '$.unfurl', ${on}) ` +
		"WHERE type = 'web_chat'");
}

function preview(url, more = {}) {
	return http(site, "POST", "/chat-widget/preview", {
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ conversation_id: chat.conversation_id,
			external_id: "unfurl-visitor", url, ...more }),
	});
}
const at = (path) => `http://127.0.0.1:${pages.port}${path}`;

describe("a preview", () => {
	test("has what the page says of itself, as one line of text each", async () => {
		const answer = await preview(at("/all"));
		assert.equal(answer.status, 200, answer.text);
		assert.deepEqual(answer.json, { preview: { url: at("/all"), title: answer.json.preview.title,
			description: "a <b>garden</b>", image: "https://img.example/a.png", site_name: "Maua" } });
		assert.match(answer.json.preview.title, /^Roses & lilies/);
		assert.equal((await preview(at("/title"))).json.preview.title, "Only a title");
		assert.equal((await preview(at("/moved"))).json.preview.url, at("/title"));
		assert.equal([...(await preview(at("/long"))).json.preview.title].length, 200);
	});

	test("shows no picture that does not come by https", async () => {
		for (const path of ["/image", "/script"])
			assert.equal((await preview(at(path))).json.preview.image, undefined);
	});

	test("is none for what is no page, says nothing, is not there or too long", async () => {
		for (const path of ["/none", "/text", "/missing", "/endless"])
			assert.deepEqual((await preview(at(path))).json, { preview: null }, path);
	});

	test("is asked for once a day, and once in ten minutes where there is none", async () => {
		await preview(at("/title"));
		await preview(at("/none"));
		const before = asked;
		await preview(at("/title"));
		await preview(`${at("/title")}#part`);
		await preview(at("/none"));
		assert.equal(asked, before);
		site.sql("UPDATE link_previews SET expires_at = '2020-01-01'");
		await preview(at("/title"));
		assert.equal(asked, before + 1);
		site.ctl(["work"]);
		assert.deepEqual(site.sql("SELECT COUNT(*) FROM link_previews"), [["1"]]);
	});
});

describe("a link that leads inside", () => {
	test("is refused in every spelling, and nobody is connected to", async () => {
		for (const url of [...hostileUrls(inside.port), "file:///etc/passwd", "javascript:alert(1)", "", "x"]) {
			const answer = await preview(url);
			assert.ok(answer.status === 400 || (answer.status === 200 && answer.json.preview === null),
				`${url}: ${answer.text}`);
		}
		assert.deepEqual((await preview(at("/inside"))).json, { preview: null });
		assert.equal(inside.connections, 0);
	});
});

describe("who may ask", () => {
	test("visitors of the conversation, where the widget shows previews", async () => {
		assert.equal((await preview(at("/all"), { external_id: "somebody" })).status, 403);
		assert.equal((await preview(at("/all"), { conversation_id: randomUUID() })).status, 404);
		option(false);
		const answer = await preview(at("/all"));
		option(true);
		assert.equal(answer.status, 403);
	});
});
