// apache-site.test.mjs: Debian's Apache after what INSTALL, part B tells to do
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync }
	from "node:fs";
import { connect as dial } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Apache, PROGRAM, freePort, partOfInstall, replace } from "./apache.mjs";
import { echo } from "./fcgi-echo.mjs";
import { Agent, Installation, http, next, top, until, visitor } from "./harness.mjs";

const INSTALLED = "/usr/local/share/baraza";
const CONF_FILES = ["conf-available", "mods-available", "sites-available", "apache2.conf",
	"envvars", "magic", "ports.conf"];
// What apache2 enables when Debian installs it.
const DEFAULTS = { mod: ["access_compat", "alias", "auth_basic", "authn_core", "authn_file",
	"authz_core", "authz_host", "authz_user", "autoindex", "deflate", "dir", "env", "filter",
	"mime", "mpm_event", "negotiation", "reqtimeout", "setenvif", "status"],
conf: ["charset", "localized-error-pages", "other-vhosts-access-log", "security"],
site: ["000-default"] };

let site, dir, web, responder;
const env = { ...process.env };
const etc = (...parts) => join(dir, "etc", ...parts);

/** A copy of /etc/apache2 as it was on the first day. */
async function copyDebian(ports) {
	for (const name of CONF_FILES)
		cpSync(join("/etc/apache2", name), etc(name), { recursive: true, verbatimSymlinks: true });
	Object.assign(env, { APACHE_CONFDIR: etc(), APACHE_STATE_DIRECTORY: join(dir, "state"),
		APACHE_RUN_USER: "www-data", APACHE_RUN_GROUP: "www-data", APACHE_RUN_DIR: dir,
		APACHE_PID_FILE: join(dir, "pid"), APACHE_LOCK_DIR: dir,
		APACHE_LOG_DIR: join(site.dir, "log") });
	for (const [kind, names] of Object.entries(DEFAULTS)) {
		execFileSync("mkdir", ["-p", etc(`${kind}s-enabled`.replace("confs", "conf"))]);
		execFileSync(`/usr/sbin/a2en${kind}`, ["-q", ...names], { env, stdio: "pipe" });
	}
	const own = "sites-available/000-default.conf";
	writeFileSync(etc(own), replace(readFileSync(etc(own), "utf8"), ["*:80", `*:${ports[0]}`]));
	writeFileSync(etc("ports.conf"), ports.map((port) => `Listen 127.0.0.1:${port}\n`).join(""));
}

/** The commands of part B that change Apache's configuration. */
function followInstall(text) {
	const lines = text.replaceAll("\\\n", " ").split("\n").map((line) => line.trim())
		.filter((line) => /^sudo (a2|cp)/.test(line) && !line.includes("a2ensite"))
		.map((line) => line.replaceAll("sudo ", "").replaceAll(INSTALLED, top)
			.replaceAll("/etc/apache2", etc()).replaceAll(/\ba2/g, "/usr/sbin/a2"));
	assert.ok(lines.length >= 4, text);
	for (const line of lines) execFileSync("sh", ["-ec", line], { env, stdio: "pipe" });
}

/** The site's file of part B, for this FastCGI socket. */
function addSite(text, name, port, fcgi) {
	const [file] = text.match(/Define BARAZA_WWW[^]*?<\/VirtualHost>/);
	const [, wsPort] = readFileSync(site.env.CONF, "utf8").match(/^ws_port = (\d+)/m);
	writeFileSync(etc("sites-available", `${name}.conf`), replace(file,
		[`${INSTALLED}/www`, join(dirname(site.env.DB_SOCKET), "www")],
		["/run/baraza/fcgi.sock", fcgi], ["127.0.0.1:9080", `127.0.0.1:${wsPort}`],
		["*:80", `*:${port}`], ["chat.example.com", "127.0.0.1"], [INSTALLED, top]));
	execFileSync("/usr/sbin/a2ensite", ["-q", name], { env, stdio: "pipe" });
}

before(async () => {
	site = await Installation.start({ conf: "threads = 8" });
	dir = mkdtempSync(join(tmpdir(), "baraza-apache."));
	chmodSync(dir, 0o711);
	const ports = [await freePort(), await freePort()];
	const text = partOfInstall("B");
	await copyDebian(ports);
	followInstall(text);
	addSite(text, "baraza", ports[0], join(dirname(site.env.DB_SOCKET), "fcgi.sock"));
	addSite(text, "echo", ports[1], join(dir, "echo.sock"));
	responder = echo().listen({ path: join(dir, "echo.sock"), writableAll: true });
	await once(responder, "listening");
	web = await Apache.start({ args: ["-d", etc(), "-f", "apache2.conf"], port: ports[0], env });
	web.env = site.env;
	web.echo = { url: `http://127.0.0.1:${ports[1]}` };
});
after(async () => {
	await web?.stop();
	responder?.close();
	await site?.stop();
	if (dir) rmSync(dir, { recursive: true, force: true });
});

test("the configuration has no fault, and room for 4,096 sockets", async () => {
	const check = spawnSync(PROGRAM, ["-t", "-d", etc(), "-f", "apache2.conf"],
		{ env, encoding: "utf8" });
	assert.equal(check.status, 0, check.stderr);
	// AH00558: Debian's own files name no ServerName.
	assert.equal((check.stdout + check.stderr).replace(/^AH00558.*\n/gm, ""), "Syntax OK\n");
	const status = await http(web, "GET", "/server-status?auto");
	assert.equal(status.text.match(/^Scoreboard: (.*)$/m)[1].length, 4096);
});

test("the modules that INSTALL names are all that chat.conf speaks of", () => {
	const said = readFileSync(join(top, "apache/chat.conf"), "utf8")
		.match(/# Modules: ([^.]*)\./)[1].split(/[\s#]+/).filter((m) => m !== "authz_core");
	const told = partOfInstall("B").match(/a2enmod .*/g).join(" ").split(/\s+/);
	assert.deepEqual(said.filter((m) => !told.includes(m)), []);
	for (const name of said)
		assert.ok(readdirSync(etc("mods-enabled")).includes(`${name}.load`), name);
});

describe("the site", () => {
	test("serves its pages, compressed, with their files kept for good", async () => {
		const page = await http(web, "GET", "/auth/login");
		assert.equal(page.status, 200, page.text);
		const headers = { "Accept-Encoding": "gzip" };
		for (const [, file] of page.text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
			const answer = await http(web, "GET", file, { headers });
			assert.equal(answer.status, 200, file);
			assert.equal(answer.headers["content-encoding"], "gzip", file);
			assert.match(answer.headers["cache-control"], /immutable/);
		}
		assert.equal((await http(web, "GET", "/chat-widget/embed.js", { headers }))
			.headers["content-encoding"], "gzip");
		assert.equal((await http(web, "GET", "/widget/index.html")).status, 403);
		assert.equal((await http(web, "GET", "/api/nothing")).json.error, "not_found");
		assert.equal((await http(web, "GET", "/")).headers.location, "/console/");
	});

	test("hands the Authorization header to the program", async () => {
		const answer = await http(web.echo, "GET", "/api/agents?a=b",
			{ headers: { Authorization: "Bearer abc" } });
		assert.equal(answer.json.HTTP_AUTHORIZATION, "Bearer abc", answer.text);
		assert.equal(answer.json.REQUEST_URI, "/api/agents?a=b");
	});

	test("answers others while a held poll and a WebSocket are open", async () => {
		const agent = await Agent.login(web);
		const who = await visitor(web, "through-apache");
		for (const transport of ["polling", "websocket"]) {
			const socket = await agent.socket({ transports: [transport] });
			assert.equal(socket.io.engine.transport.name, transport);
			await socket.emitWithAck("join_conversation", { conversation_id: who.id });
			const heard = next(socket, "message_received", (m) => m.content === transport);
			assert.equal((await http(web, "GET", "/healthz")).status, 200);
			assert.equal((await who.say(transport)).ok, true);
			await heard;
		}
		await until("the upgrade", () => who.socket.io.engine.transport.name === "websocket");
	});
});

/** A client that sends the beginning of a body and then nothing more. */
function stall() {
	const socket = dial(Number(new URL(web.url).port), "127.0.0.1");
	const client = { socket, answer: "" };
	socket.on("data", (data) => (client.answer += data));
	socket.on("error", () => {}); // it is not about the end of this one
	socket.write("POST /auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
		"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
	return client;
}

/** How many connections the program has accepted or will accept. */
const held = () => readFileSync("/proc/net/unix", "utf8").split("\n").filter((line) =>
	line.endsWith(join(dirname(site.env.DB_SOCKET), "fcgi.sock"))).length - 1;

test("twelve clients that stall in a body keep nobody else waiting until they end", async () => {
	const stalled = [stall()];
	try {
		await until("the first to arrive", () => held() >= 1);
		while (stalled.length < 12) stalled.push(stall());
		const arrived = () => stalled.filter((one) => one.answer).length + held() >= 12;
		await until("all to arrive", arrived);
		const answer = await http(web, "GET", "/healthz");
		assert.equal(answer.status, 200, answer.text);
		assert.equal(stalled[0].answer, "", "it had to wait for the first to give up");
	} finally {
		for (const one of stalled) one.socket.destroy();
	}
});
