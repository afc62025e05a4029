// cpanel.test.mjs: a customer of shared hosting does what INSTALL, part C says
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync,
	statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Apache, freePort, replace, user } from "./apache.mjs";
import { Agent, Installation, http, next, openChat, programs, top, until, visitor }
	from "./harness.mjs";

const HOST = "/home/customer";
const PASSWORD = "the customer's database password";
const JSON_TYPE = { "Content-Type": "application/json" };
const MODULES = ["mpm_event", "authz_core", "mime", "dir", "env", "setenvif", "headers",
	"filter", "deflate", "rewrite", "cgid", "fcgid"];

let site, daemon, daemonGone, wsPort;
let home; // what is /home/customer on a real host
let full, bare; // hosts with all modules; with neither FastCGI nor a proxy
const env = {};

const path = (...parts) => join(home, ...parts);
const count = (query) => Number(site.sql(query)[0][0]);

const edit = (file, ...changes) =>
	writeFileSync(path(file), replace(readFileSync(path(file), "utf8"), ...changes));

/** The database of the customer's control panel, and the schema by import. */
function makeDatabase() {
	site.sql(`CREATE DATABASE customer_chat CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
		CREATE USER 'customer_chat'@'localhost' IDENTIFIED BY "${PASSWORD}";
		GRANT ALL ON customer_chat.* TO 'customer_chat'@'localhost'`);
	execFileSync("mariadb", ["--no-defaults", "-ucustomer_chat", `-p${PASSWORD}`,
		`--socket=${site.env.DB_SOCKET}`, "customer_chat"],
		{ input: readFileSync(path("baraza/sql/schema.sql")) });
}

/** A program of the upload, as the customer would start it. */
const run = (...args) => [path("baraza/run"), args, { ...user, env: { PATH: process.env.PATH,
	BARAZA_PASSWORD: env.CONSOLE_PASSWORD } }];

function ctl(...args) {
	const [command, list, options] = run("barazactl", ...args);
	return execFileSync(command, list, { ...options, encoding: "utf8" }).trim();
}

function makeWorkspace() {
	env.CONSOLE_EMAIL = "me@example.com";
	env.CONSOLE_PASSWORD = "the customer's password";
	const workspace = ctl("workspace", "add", "--name", "My shop");
	ctl("user", "add", "--workspace", workspace, "--email", env.CONSOLE_EMAIL,
		"--name", "My name", "--role", "admin");
	const bot = ctl("chatbot", "add", "--workspace", workspace, "--name", "Helper");
	ctl("flow", "publish", "--workspace", workspace, "--chatbot", bot,
		"--name", "Support", "--file", path("baraza/flow.json"));
	env.EMBED_TOKEN = ctl("widget", "add", "--workspace", workspace, "--chatbot", bot,
		"--name", "Chat with us").split(" ")[1];
}

/** Everything of the customer belongs to the one whom programs run as. */
function own(folder) {
	if (user.uid) execFileSync("chown", ["-R", `${user.uid}:${user.gid}`, folder]);
}

/** An Apache as its operator sets it up: the customer has .htaccess alone. */
async function startHost(name, modules, root, port) {
	const dir = join(home, `host-${name}`);
	mkdirSync(dir);
	own(dir);
	writeFileSync(join(dir, "httpd.conf"), `
ServerRoot ${dir}
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
PidFile ${dir}/pid
ErrorLog ${site.dir}/log/cpanel-${name}.log
${modules.map((m) => `LoadModule ${m}_module /usr/lib/apache2/modules/mod_${m}.so`).join("\n")}
${user.uid ? "User www-data\nGroup www-data" : ""}
TypesConfig /etc/mime.types
DirectoryIndex index.php index.html
ErrorDocument 404 /404.shtml
DocumentRoot ${root}
<IfModule mod_cgid.c>
	ScriptSock ${dir}/cgid.sock
</IfModule>
<IfModule mod_fcgid.c>
	FcgidIPCDir ${dir}
	FcgidProcessTableFile ${dir}/fcgid.shm
</IfModule>
<Directory />
	Require all denied
</Directory>
<Directory ${root}>
	Options Indexes FollowSymLinks
	AllowOverride All
	Require all granted
</Directory>
`);
	const host = await Apache.start({ args: ["-f", join(dir, "httpd.conf")], port });
	host.env = env;
	return host;
}

before(async () => {
	site = await Installation.start();
	home = mkdtempSync(join(tmpdir(), "baraza-cpanel."));
	chmodSync(home, 0o711);
	execFileSync(join(top, "apache/cpanel/bundle.sh"), [home, "customer"],
		{ env: { ...process.env, BIN: programs } });
	const port = await freePort();
	wsPort = await freePort();
	for (const file of ["baraza/run", "public_html/chat.fcgi", "public_html/chat.cgi"])
		edit(file, [HOST, home]);
	edit("baraza/baraza.conf", [HOST, home], ["/var/lib/mysql/mysql.sock", site.env.DB_SOCKET],
		["db_password =\n", `db_password = ${PASSWORD}\n`],
		["https://chat.example.com\n", `http://127.0.0.1:${port}\n`],
		["\nws_port = 9080", `\nws_port = ${wsPort}`]);
	edit("public_html/.htaccess", ["127.0.0.1:9080", `127.0.0.1:${wsPort}`]);
	// What a visitor must never get, should somebody put it there.
	execFileSync("cp", [path("baraza/baraza.conf"), path("baraza/key"), path("public_html")]);
	execFileSync("cp", ["-R", path("public_html"), path("cgi_html")]);
	edit("cgi_html/.htaccess", ["chat.fcgi", "chat.cgi"]);
	// Two more programs beside: they tell what arrives.
	writeFileSync(path("cgi_html/echo.cgi"), `#!/bin/sh
printf 'Content-Type: application/json\\n\\n{"HTTP_AUTHORIZATION":"%s"}' "$HTTP_AUTHORIZATION"
`, { mode: 0o755 });
	copyFileSync(join(top, "tests/e2e/fcgi-echo.mjs"), path("baraza/fcgi-echo.mjs"));
	writeFileSync(path("public_html/echo.fcgi"),
		`#!/bin/sh\nexec ${process.execPath} ${path("baraza/fcgi-echo.mjs")}\n`, { mode: 0o755 });
	makeDatabase();
	own(home);
	makeWorkspace();
	full = await startHost("full", [...MODULES, "proxy", "proxy_http", "proxy_wstunnel"],
		path("public_html"), port);
	bare = await startHost("bare", MODULES.filter((m) => m !== "fcgid"),
		path("cgi_html"), await freePort());
});
after(async () => {
	await full?.stop();
	await bare?.stop();
	daemon?.kill("SIGTERM");
	await daemonGone;
	// Its faults, if any, are found with those of the installation.
	if (home && existsSync(path("baraza/baraza.log")))
		copyFileSync(path("baraza/baraza.log"), join(site.dir, "log/cpanel.log"));
	await site?.stop();
	if (home) rmSync(home, { recursive: true, force: true });
});

test("a process of mod_fcgid has one thread and one connection to the database", async () => {
	assert.equal((await http(full, "GET", "/healthz")).json.ok, true);
	const answers = await Promise.all(Array.from({ length: 6 }, () => http(full, "GET", "/healthz")));
	for (const answer of answers) assert.equal(answer.status, 200, answer.text);
	// One that mod_fcgid has begun for these may come up after the answers.
	const starts = () =>
		readFileSync(path("baraza/baraza.log"), "utf8").match(/start threads=.*/g);
	await until("one connection each", () => count("SELECT COUNT(*) FROM " +
		"information_schema.processlist WHERE user = 'customer_chat'") === starts().length);
	for (const line of starts()) assert.equal(line, "start threads=1 socket=-");
});

for (const [name, host] of [["chat.fcgi", () => full], ["chat.cgi", () => bare]]) {
	describe(`with ${name}`, () => {
		test("the start page leads to the login, and an agent logs in", async () => {
			const home = await http(host(), "GET", "/");
			assert.deepEqual([home.status, home.headers.location], [303, "/console/"]);
			const page = await http(host(), "GET", "/console/");
			assert.equal(page.status, 303);
			assert.equal((await http(host(), "GET", page.headers.location)).status, 200);
			const agent = await Agent.login(host());
			assert.equal((await agent.json("GET", "/auth/me")).user.email, env.CONSOLE_EMAIL);
			assert.equal((await agent.request("GET", "/console/")).status, 200);
			const forged = await agent.request("POST", "/auth/logout", {}, { "X-CSRFToken": "no" });
			assert.equal(forged.status, 400);
			assert.equal((await agent.request("POST", "/auth/logout", {})).status, 204);
			assert.equal((await agent.request("GET", "/auth/me")).status, 401);
		});

		test("a visitor opens the chat, which the agent finds and claims", async () => {
			assert.match((await http(host(), "GET", `/chat-widget?embed_token=${env.EMBED_TOKEN}`))
				.headers["content-type"], /^text\/html/);
			const chat = await openChat(host(), randomUUID());
			assert.ok(chat.messages.length >= 1, "no greeting");
			const history = await http(host(), "GET",
				`/chat-widget/history/${chat.conversation_id}?external_id=${chat.external_id}`);
			assert.equal(history.json.length, chat.messages.length);
			const agent = await Agent.login(host());
			const list = await agent.json("GET", "/api/conversations/?filter=all");
			assert.ok(list.some((one) => one.id === chat.conversation_id));
			const claimed = await agent.request("POST",
				`/api/conversations/${chat.conversation_id}/assign`, {});
			assert.equal(claimed.status, 200, await claimed.text());
		});

		test("the files of the pages are served, compressed and kept for good", async () => {
			const script = await http(host(), "GET", "/chat-widget/embed.js");
			assert.equal(script.status, 200);
			const page = await http(host(), "GET", "/auth/login");
			const files = [...page.text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)];
			assert.ok(files.length >= 2, page.text);
			for (const [, file] of files) {
				const answer = await http(host(), "GET", file, { headers: { "Accept-Encoding": "gzip" } });
				assert.match(answer.headers["cache-control"], /immutable/);
				assert.equal(answer.headers["content-encoding"], "gzip");
			}
			assert.equal((await http(host(), "GET", "/widget/index.html")).status, 403);
		});

		test("the Authorization header arrives", async () => {
			const answer = await http(host(), "GET", `/${name.replace("chat", "echo")}`,
				{ headers: { Authorization: "Bearer abc" } });
			assert.equal(answer.json.HTTP_AUTHORIZATION, "Bearer abc", answer.text);
		});

		test("errors are those of the program, not pages of the host", async () => {
			const answer = await http(host(), "GET", "/api/nothing");
			assert.deepEqual([answer.status, answer.json.error], [404, "not_found"]);
			assert.equal((await http(host(), "GET", "/api/agents")).json.error, "unauthorized");
		});

		test("bodies arrive up to the limit of the route", async () => {
			const text = JSON.stringify({ embed_token: env.EMBED_TOKEN, session_id: randomUUID() });
			for (const [size, status] of [[16384, 200], [16385, 413], [131_000, 413]]) {
				const answer = await http(host(), "POST", "/chat-widget/open",
					{ headers: JSON_TYPE, body: text.padEnd(size) });
				assert.equal(answer.status, status, answer.text);
			}
		});

		test("nobody gets the settings, the key or what stands in .htaccess", async () => {
			for (const file of ["/.htaccess", "/baraza.conf", "/key", "/../baraza/baraza.conf",
				"/%2e%2e/baraza/key", "/assets/", "/console/../.htaccess"]) {
				const answer = await http(host(), "GET", file);
				assert.ok([400, 403, 404].includes(answer.status), `${file}: ${answer.status}`);
			}
			const program = await http(host(), "GET", `/${name}`);
			assert.equal(program.status, 404, program.text);
			assert.doesNotMatch(program.text, /exec/);
		});
	});
}

describe("where a daemon may stay", () => {
	before(async () => {
		const [command, args, options] = run("ws-daemon");
		daemon = spawn(command, args, { ...options, stdio: "ignore" });
		daemonGone = once(daemon, "exit");
		await until("the daemon", () => fetch(
			`http://127.0.0.1:${wsPort}/socket.io/?EIO=4&transport=polling`).then(() => true, () => false));
	});

	for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
		test(`visitor and agent talk by ${transports.join(" and ")}`, async () => {
			const who = await visitor(full, randomUUID());
			const agent = await Agent.login(full);
			const socket = await agent.socket({ transports });
			if (transports.length > 1) await until("the upgrade",
				() => socket.io.engine.transport.name === "websocket");
			const claimed = next(who.socket, "conversation_assigned");
			const answer = await agent.request("POST", `/api/conversations/${who.id}/assign`, {});
			assert.equal(answer.status, 200, await answer.text());
			await claimed; // the doorbell of chat.fcgi rang, or the daemon looked
			await socket.emitWithAck("join_conversation", { conversation_id: who.id });
			const heard = next(socket, "message_received", (m) => m.content === "Hello");
			assert.equal((await who.say("Hello")).ok, true);
			await heard;
			const back = next(who.socket, "message_received", (m) => m.content === "Good day");
			const sent = await socket.emitWithAck("send_message",
				{ conversation_id: who.id, sender_type: "agent", content: "Good day" });
			assert.equal(sent.ok, true, sent.message);
			await back;
		});
	}

	test("the daemon has its libraries with it and needs none of the host", () => {
		const maps = readFileSync(`/proc/${daemon.pid}/maps`, "utf8");
		const files = new Set(maps.match(/\/\S*(\.so|loader)\S*/g));
		assert.ok([...files].some((file) => file.includes("evlib_uv")), maps);
		assert.deepEqual([...files].filter((file) => !file.startsWith(path("baraza/lib/"))), []);
	});

	test("a second one, of cron's next minute, ends and leaves the first alone", async () => {
		const before = statSync(path("baraza/doorbell")).ino;
		const [command, args, options] = run("ws-daemon");
		const [status] = await once(spawn(command, args, { ...options, stdio: "ignore" }), "exit");
		assert.equal(status, 1);
		assert.equal(statSync(path("baraza/doorbell")).ino, before);
	});

	test("a host without proxy modules says that there is nothing", async () => {
		const answer = await http(bare, "GET", "/socket.io/?EIO=4&transport=polling");
		assert.equal(answer.status, 404);
	});
});

test("cron does what is due where no daemon runs", () => {
	assert.match(ctl("work"), /^turns \d+(, [a-z]+ \d+)+$/);
});
