// files.test.mjs: pictures and documents: what is taken, what they are called, how they come back
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Agent, http, Installation, visitor } from "./harness.mjs";
import { form, png } from "./uploads.mjs";

const MAX = 300_000;

let site, agent, other, shop;
before(async () => {
	site = await Installation.start({ conf: `attachment_max_bytes = ${MAX}\n` +
		"attachments_conversation_bytes = 1000000" });
	shop = site.sql("SELECT HEX(id) FROM integrations WHERE type = 'web_chat' LIMIT 1")[0][0];
	attachments(true);
	agent = await Agent.login(site);
	other = await visitor(site, "files-other");
});
after(() => site?.stop());

function attachments(on) {
	site.sql(`UPDATE integrations SET settings = JSON_SET(settings, '$.attachments', ${on}) ` +
		`WHERE id = UNHEX('${shop}')`);
}

/** The answer to an upload as a form; `more`: other fields, headers. */
function upload(who, name, bytes, fields = {}, headers = {}) {
	return http(site, "POST", "/chat-widget/upload", form(
		{ conversation_id: who.id, external_id: who.externalId, ...fields },
		{ name, bytes }, headers));
}

/** GET with a body of bytes. */
async function get(path, headers = {}, method = "GET") {
	const answer = await fetch(site.url + path, { headers, method });
	return { status: answer.status, headers: answer.headers,
		bytes: Buffer.from(await answer.arrayBuffer()) };
}

function rows() {
	return ["files", "file_chunks"].map((table) =>
		Number(site.sql(`SELECT COUNT(*) FROM ${table}`)[0][0]));
}

describe("a picture of a visitor", () => {
	test("is taken, sent, shown to both sides and served as what it is", async () => {
		const who = await visitor(site, "files-picture");
		const bytes = png(30, 20);
		const answer = await upload(who, "Mimea ya nyumba.png", bytes);
		assert.equal(answer.status, 200, answer.text);
		const file = answer.json;
		assert.deepEqual({ ...file, id: "", url: "" }, { id: "", name: "Mimea ya nyumba.png",
			type: "image/png", size: bytes.length, url: "", width: 30, height: 20 });
		const said = await who.say("", { content_type: "image", rich_media:
			{ url: file.url, alt: "plants", filename: "x.exe", size: 1, mime_type: "text/html" } });
		assert.equal(said.ok, true, said.message);
		const message = (await agent.json("GET", `/api/conversations/${who.id}/history?after_seq=0`))
			.find(({ content_type }) => content_type === "image");
		assert.deepEqual(message.rich_media, { url: file.url, alt: "plants",
			filename: "Mimea ya nyumba.png", mime_type: "image/png", size: bytes.length,
			width: 30, height: 20 });
		const got = await get(file.url);
		assert.equal(got.status, 200);
		assert.deepEqual(got.bytes, bytes);
		assert.equal(got.headers.get("content-type"), "image/png");
		assert.equal(got.headers.get("x-content-type-options"), "nosniff");
		assert.match(got.headers.get("content-security-policy"), /^sandbox; default-src 'none'/);
		assert.equal(got.headers.get("content-disposition"),
			"inline; filename*=UTF-8''Mimea%20ya%20nyumba.png");
		assert.match(got.headers.get("cache-control"), /^private, max-age=31536000/);
		assert.equal(got.headers.get("content-length"), String(bytes.length));
		who.socket.close();
	});

	test("comes as the bytes alone too, named by headers", async () => {
		const bytes = png(3, 3);
		const answer = await http(site, "POST", "/chat-widget/upload", { body: bytes, headers: {
			"Content-Type": "application/octet-stream", "X-Conversation-Id": other.id,
			"X-External-Id": encodeURIComponent(other.externalId),
			"X-File-Name": encodeURIComponent("ua ñandú.png") } });
		assert.equal(answer.status, 200, answer.text);
		assert.equal(answer.json.name, "ua ñandú.png");
		assert.deepEqual((await get(answer.json.url)).bytes, bytes);
	});

	test("needs more than one piece and comes back whole", async () => {
		const bytes = Buffer.from(`%PDF-1.4\n${randomBytes(140_000).toString("hex")}`);
		assert.ok(bytes.length > 256 * 1024);
		const { json: file } = await upload(other, "long.pdf", bytes);
		const got = await get(file.url);
		assert.equal(createHash("sha256").update(got.bytes).digest("hex"),
			createHash("sha256").update(bytes).digest("hex"));
		const part = await get(file.url, { Range: "bytes=262140-262150" });
		assert.equal(part.status, 206);
		assert.deepEqual(part.bytes, bytes.subarray(262140, 262151));
		assert.match(got.headers.get("content-disposition"), /^attachment; /);
	});
});

describe("what is asked of a file in part", () => {
	let file, bytes, tag;
	before(async () => {
		bytes = png(10, 10);
		file = (await upload(other, "part.png", bytes)).json;
		tag = (await get(file.url)).headers.get("etag");
	});

	test("is given by range", async () => {
		const size = bytes.length;
		for (const [range, from, to] of [["bytes=0-9", 0, 10], ["bytes=5-", 5, size],
			["bytes=-7", size - 7, size], ["bytes=0-999999", 0, size], ["bytes=-999999", 0, size]]) {
			const part = await get(file.url, { Range: range });
			assert.equal(part.status, 206, range);
			assert.equal(part.headers.get("content-range"), `bytes ${from}-${to - 1}/${size}`);
			assert.deepEqual(part.bytes, bytes.subarray(from, to), range);
		}
	});

	test("is all when the range is none, and 416 beyond the end", async () => {
		assert.equal((await get(file.url, { Range: "lines=1-2" })).status, 200);
		for (const range of [`bytes=${bytes.length}-`, "bytes=999999-", "bytes=-0"]) {
			const part = await get(file.url, { Range: range });
			assert.deepEqual([part.status, range], [416, range]);
			assert.equal(part.headers.get("content-range"), `bytes */${bytes.length}`);
			assert.equal(part.bytes.length, 0);
		}
	});

	test("is all when it has changed, and nothing when the browser has it", async () => {
		assert.equal((await get(file.url, { Range: "bytes=0-1", "If-Range": '"old"' })).status, 200);
		assert.equal((await get(file.url, { Range: "bytes=0-1", "If-Range": tag })).status, 206);
		for (const known of [tag, `"x", W/${tag}`, "*"]) {
			const got = await get(file.url, { "If-None-Match": known });
			assert.equal(got.status, 304);
			assert.equal(got.bytes.length, 0);
		}
	});

	test("is the headers alone for HEAD", async () => {
		const got = await get(file.url, {}, "HEAD");
		assert.equal(got.status, 200);
		assert.equal(got.headers.get("content-length"), String(bytes.length));
	});

	test("is nothing without the secret", async () => {
		const [, , id, secret, name] = file.url.split("/");
		for (const path of [`/files/${id}/${"0".repeat(32)}/${name}`, `/files/${id}/-/${name}`,
			`/files/${id}/${secret.slice(1)}/${name}`, `/files/nobody/${secret}/${name}`,
			`/files/${id}/${secret.toUpperCase().replace(/[0-9]/g, "1")}/${name}`]) {
			const got = await get(path);
			assert.equal(got.status, 404, path);
			assert.doesNotMatch(got.bytes.toString("latin1"), /PNG/);
		}
	});
});

describe("names and kinds", () => {
	test("are what the bytes are, not what was claimed", async () => {
		for (const [claimed, bytes, name, type] of [
			["../../evil.png", png(1, 1), "evil.png", "image/png"],
			["invoice.pdf.exe", Buffer.from("%PDF-1.4\n1 0 obj\n"), "invoice.pdf_exe.pdf", "application/pdf"],
			["photo‮gnp.exe", png(1, 1), "photognp_exe.png", "image/png"],
			["page.html", Buffer.from("Habari, karibu sana.\n"), "page_html.txt", "text/plain"],
			["", png(1, 1), "file.png", "image/png"],
			[`${"é".repeat(400)}.png`, png(1, 1), `${"é".repeat(98)}.png`, "image/png"],
		]) {
			const answer = await upload(other, claimed, bytes);
			assert.equal(answer.status, 200, answer.text);
			assert.equal(answer.json.name, name);
			assert.equal(answer.json.type, type);
		}
	});

	// A picture that is also a page: it is served as a picture, and nothing guesses.
	test("of two natures are served as the harmless one", async () => {
		const bytes = Buffer.concat([png(2, 2), Buffer.from("<script>alert(1)</script>")]);
		const { json: file } = await upload(other, "both.html", bytes);
		const got = await get(file.url);
		assert.equal(got.headers.get("content-type"), "image/png");
		assert.equal(got.headers.get("x-content-type-options"), "nosniff");
		assert.match(got.headers.get("content-security-policy"), /sandbox/);
		assert.equal(file.name, "both_html.png");
	});

	test("that are pages, drawings, programs or damaged are refused, and nothing is kept", async () => {
		const before = rows();
		for (const text of ["<!doctype html><p>hello", "<html><script>alert(1)</script></html>",
			'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
			'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
			"#!/bin/sh\nrm -rf /\n", "MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0",
			"\x7fELF\x02\x01\x01\0", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "GIF89a\0\0\0\0", "\0\x01\x02\x03"]) {
			const answer = await upload(other, "a.png", Buffer.from(text, "latin1"));
			assert.equal(answer.status, 415, text);
			assert.equal(answer.json.error, "unsupported_media_type");
		}
		assert.equal((await upload(other, "a.png", Buffer.alloc(0))).status, 400);
		assert.deepEqual(rows(), before);
	});
});

describe("limits", () => {
	test("a file has a largest size, to the byte", async () => {
		const big = (n) => Buffer.from("%PDF-1.4\n".padEnd(n, "x"));
		const who = await visitor(site, "files-large");
		assert.equal((await upload(who, "a.pdf", big(MAX))).status, 200);
		assert.equal((await upload(who, "a.pdf", big(MAX + 1))).status, 413);
		// Not even read.
		assert.equal((await upload(who, "a.pdf", big(MAX + 40_000))).status, 413);
		who.socket.close();
	});

	test("a conversation has a share, and another one its own", async () => {
		const who = await visitor(site, "files-share");
		const bytes = Buffer.from("%PDF-1.4\n".padEnd(290_000, "x"));
		for (let i = 0; i < 3; i++) assert.equal((await upload(who, "a.pdf", bytes)).status, 200);
		const before = rows();
		const answer = await upload(who, "a.pdf", bytes);
		assert.equal(answer.status, 402);
		assert.deepEqual(rows(), before);
		assert.equal((await upload(other, "a.pdf", Buffer.from("%PDF-1.4\n"))).status, 200);
		who.socket.close();
	});

	test("many at once do not get past the share together", async () => {
		const who = await visitor(site, "files-race");
		const bytes = Buffer.from("%PDF-1.4\n".padEnd(240_000, "x"));
		const answers = await Promise.all(Array.from({ length: 8 }, () => upload(who, "a.pdf", bytes)));
		assert.equal(answers.filter(({ status }) => status === 200).length, 4);
		assert.equal(answers.filter(({ status }) => status === 402).length, 4);
		who.socket.close();
	});

	test("forms that are none are refused", async () => {
		const head = { "Content-Type": "multipart/form-data; boundary=b" };
		const post = (body, headers = head) =>
			http(site, "POST", "/chat-widget/upload", { body, headers });
		const part = (name, more = "") =>
			`--b\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\nx\r\n`;
		for (const body of ["", "--b--", "--b\r\n\r\n", part("file"), `${part("file")}--b`,
			`${part("conversation_id")}--b--`, `${part("file")}${part("file")}--b--`,
			`${Array.from({ length: 20 }, (_, i) => part(`f${i}`)).join("")}--b--`])
			assert.equal((await post(body)).status, 400, body);
		assert.equal((await post("x", { "Content-Type": "multipart/form-data" })).status, 400);
	});
});

describe("who may", () => {
	test("only who knows the conversation's secret uploads there", async () => {
		assert.equal((await upload({ id: other.id, externalId: "nobody" }, "a.png", png(1, 1))).status, 403);
		assert.equal((await upload({ id: randomUUID(), externalId: "x" }, "a.png", png(1, 1))).status, 404);
		assert.equal((await upload(other, "a.png", png(1, 1), {},
			{ Origin: "https://elsewhere.example" })).status, site.sql(
			`SELECT allowed_origins FROM integrations WHERE id = UNHEX('${shop}')`)[0]?.[0] ? 403 : 200);
	});

	test("nobody where attachments are off", async () => {
		attachments(false);
		const before = rows();
		const answer = await upload(other, "a.png", png(1, 1));
		attachments(true);
		assert.equal(answer.status, 403);
		assert.match(answer.json.message, /attachments/);
		assert.deepEqual(rows(), before);
	});

	test("a message names files of its own conversation only", async () => {
		const who = await visitor(site, "files-thief");
		const { json: file } = await upload(other, "a.png", png(1, 1));
		const steal = await who.say("", { content_type: "image", rich_media: { url: file.url } });
		assert.deepEqual([steal.ok, steal.error], [false, "bad_request"]);
		const guess = await other.say("", { content_type: "image", rich_media:
			{ url: file.url.replace(/[0-9a-f]{32}/, "0".repeat(32)) } });
		assert.deepEqual([guess.ok, guess.error], [false, "bad_request"]);
		const { json: text } = await upload(other, "a.txt", Buffer.from("Habari za leo\n"));
		const wrong = await other.say("", { content_type: "image", rich_media: { url: text.url } });
		assert.deepEqual([wrong.ok, wrong.error], [false, "bad_request"]);
		who.socket.close();
	});

	test("agents of the workspace, by their login and CSRF", async () => {
		const request = form({}, { name: "price list.pdf", bytes: Buffer.from("%PDF-1.4\n") });
		const post = (id, headers) => http(site, "POST", `/api/conversations/${id}/upload`,
			{ body: request.body, headers: { ...request.headers, ...headers } });
		const login = { Cookie: agent.cookie, "X-CSRFToken": agent.me.csrf_token };
		const answer = await post(other.id, login);
		assert.equal(answer.status, 200, answer.text);
		assert.equal(answer.json.name, "price list.pdf");
		const sent = await agent.request("POST", `/api/conversations/${other.id}/messages`,
			{ content: "", content_type: "file",
				rich_media: { url: answer.json.url, filename: "x" } });
		assert.equal(sent.status, 200, await sent.clone().text());
		assert.equal((await post(other.id, { ...login, "X-CSRFToken": "no" })).status, 400);
		assert.equal((await post(other.id, {})).status, 401);
		assert.equal((await post(randomUUID(), login)).status, 404);
	});
});

describe("files that nobody uses", () => {
	test("go after their time, those of messages stay", async () => {
		const { json: kept } = await upload(other, "kept.png", png(4, 4));
		const { json: lost } = await upload(other, "lost.png", png(4, 4));
		assert.equal((await other.say("", { content_type: "image",
			rich_media: { url: kept.url } })).ok, true);
		site.sql("UPDATE files SET expires_at = '2020-01-01' WHERE expires_at IS NOT NULL");
		assert.equal((await get(lost.url)).status, 404);
		const late = await other.say("", { content_type: "image", rich_media: { url: lost.url } });
		assert.equal(late.ok, false);
		site.ctl(["work"]);
		assert.deepEqual(site.sql("SELECT COUNT(*) FROM files WHERE expires_at IS NOT NULL"), [["0"]]);
		assert.deepEqual(site.sql("SELECT COUNT(*) FROM file_chunks c LEFT JOIN files f " +
			"ON f.id = c.file_id WHERE f.id IS NULL"), [["0"]]);
		assert.equal((await get(kept.url)).status, 200);
	});
});
