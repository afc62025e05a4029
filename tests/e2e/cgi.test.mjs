// cgi.test.mjs: the same binary as a plain CGI program, for hosts without more
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Installation, http, openChat, programs, until, visitor } from "./harness.mjs";

const BASE = "https://chat.example";

let site, cgi, child, gone;

async function freePort() {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address();
	server.close();
	await once(server, "close");
	return port;
}

/** The settings of the installation, but for what makes a server of it. */
function settings() {
	return readFileSync(site.env.CONF, "utf8").split("\n")
		.filter((line) => !/^\s*(fcgi_socket|base_url)\b/.test(line))
		.concat(`base_url = ${BASE}`, "").join("\n");
}

before(async () => {
	site = await Installation.start({ conf: "message_burst = 3" });
	const dir = join(site.dir, "cgi");
	const port = await freePort();
	const program = join(programs, "fcgi-app");
	mkdirSync(dir);
	writeFileSync(join(dir, "cgi.conf"), settings());
	writeFileSync(join(dir, "chat.cgi"),
		`#!/bin/sh\nBARAZA_CONF=${dir}/cgi.conf exec ${program}\n`, { mode: 0o755 });
	writeFileSync(join(dir, "lighttpd.conf"), `
server.document-root = "${dir}"
server.bind = "127.0.0.1"
server.port = ${port}
server.modules = ( "mod_rewrite", "mod_cgi" )
server.breakagelog = "${site.dir}/log/cgi.log"
url.rewrite-once = ( "^/([^?]*)(\\?.*)?$" => "/chat.cgi/$1$2" )
cgi.assign = ( ".cgi" => "" )
`);
	child = spawn("/usr/sbin/lighttpd", ["-D", "-f", join(dir, "lighttpd.conf")],
		{ stdio: "ignore", env: { ...process.env, ASAN_OPTIONS: "detect_leaks=1" } });
	gone = once(child, "exit");
	cgi = { url: `http://127.0.0.1:${port}` };
	await until("the CGI site", () => http(cgi, "GET", "/healthz").then(() => true, () => false));
});
after(async () => {
	child?.kill("SIGTERM");
	await gone;
	await site?.stop();
});

describe("as a CGI program", () => {
	let session;

	test("it says that it is well", async () => {
		const answer = await http(cgi, "GET", "/healthz");
		assert.equal(answer.status, 200, answer.text);
		assert.deepEqual(answer.json, { ok: true, database: true, schema: answer.json.schema });
	});

	test("it logs in, with a cookie for https when that is its address", async () => {
		const answer = await http(cgi, "POST", "/auth/login", {
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ email: site.env.CONSOLE_EMAIL, password: site.env.CONSOLE_PASSWORD }),
		});
		assert.equal(answer.status, 200, answer.text);
		const [cookie] = answer.headers["set-cookie"];
		assert.match(cookie, /^session=[^;]+;.*; Secure$/);
		assert.match(answer.headers["strict-transport-security"], /max-age=/);
		session = { cookie: cookie.split(";")[0], token: answer.json.csrf_token };
	});

	test("it reads bodies and queries, and rings for the daemon", async () => {
		const who = await visitor(site, "cgi", { embed_token: site.addWidget().token });
		await who.say("one");
		await who.say("two");
		const headers = { Cookie: session.cookie };
		const history = await http(cgi, "GET",
			`/api/conversations/${who.id}/history?limit=1&offset=1`, { headers });
		assert.equal(history.status, 200, history.text);
		assert.deepEqual(history.json.map((m) => m.content), ["one"]);
		const heard = new Promise((resolve) => who.socket.once("conversation_assigned", resolve));
		const claimed = await http(cgi, "POST", `/api/conversations/${who.id}/assign`, {
			headers: { ...headers, "X-CSRFToken": session.token,
				"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin" },
			body: "{}",
		});
		assert.equal(claimed.status, 200, claimed.text);
		assert.equal((await heard).conversation_id, who.id);
		who.socket.close();
	});

	test("it lets a visitor talk, and remembers how much", async () => {
		const chat = await openChat(site, "cgi-talk");
		const who = { conversation_id: chat.conversation_id, external_id: "cgi-talk" };
		const send = (n) => http(cgi, "POST", "/chat-widget/send", {
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ ...who, content: `${n}`, client_id: `c${n}` }),
		});
		let n = 0, answer;
		do answer = await send(n++); while (answer.status === 200 && n < 50);
		assert.deepEqual([answer.status, answer.json.error], [429, "rate_limited"]);
		assert.ok(n > 3, `${n}`);
		assert.equal((await send(0)).status, 200);
		const { json } = await http(cgi, "GET",
			`/chat-widget/updates/${who.conversation_id}?external_id=cgi-talk&after_seq=0`);
		assert.equal(json.missed.filter((m) => m.sender_type === "end_user").length, n - 1);
		assert.ok(json.missed.filter((m) => m.sender_type === "bot").length > 1);
	});

	test("it takes no arguments from a query without an equals sign", async () => {
		assert.equal((await http(cgi, "GET", "/healthz?-r")).json.ok, true);
		assert.equal((await http(cgi, "GET", "/healthz?-n+-f+/dev/null")).json.ok, true);
	});

	test("it answers what is wrong as the server does", async () => {
		const answer = await http(cgi, "POST", "/auth/login",
			{ headers: { "Content-Type": "application/json" }, body: "{" });
		assert.deepEqual([answer.status, answer.json.error], [400, "bad_request"]);
		assert.equal((await http(cgi, "GET", "/api/agents")).status, 401);
		const big = await http(cgi, "POST", "/auth/login",
			{ headers: { "Content-Type": "application/json" }, body: "x".repeat(100_000) });
		assert.deepEqual([big.status, big.json.error], [413, "too_large"]);
		assert.equal((await http(cgi, "GET", "/nothing")).status, 404);
	});
});
