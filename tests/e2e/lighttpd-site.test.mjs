// lighttpd-site.test.mjs: Debian's lighttpd after what INSTALL, part A tells
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { freePort, partOfInstall, replace } from "./apache.mjs";
import { Agent, Installation, http, top, until, visitor } from "./harness.mjs";

const INSTALLED = "/usr/local/share/baraza";
const PROGRAM = "/usr/sbin/lighttpd";
let site, dir, child, gone, web;

before(async () => {
	site = await Installation.start();
	dir = mkdtempSync(join(tmpdir(), "baraza-lighttpd."));
	chmodSync(dir, 0o755);
	mkdirSync(join(dir, "enabled"));
	const run = dirname(site.env.DB_SOCKET);
	const port = await freePort();
	const [, wsPort] = readFileSync(site.env.CONF, "utf8").match(/^ws_port = (\d+)/m);
	// Debian's own file, but for where it listens and writes.
	writeFileSync(join(dir, "lighttpd.conf"), replace(
		readFileSync("/etc/lighttpd/lighttpd.conf", "utf8"),
		["/etc/lighttpd/conf-enabled", join(dir, "enabled")],
		["/var/log/lighttpd/error.log", join(dir, "log/error.log")],
		["/run/lighttpd.pid", join(dir, "pid")], ["= 80\n", `= ${port}\n`],
		["include_shell \"/usr/share/lighttpd/use-ipv6.pl \" + server.port\n",
			"server.bind = \"127.0.0.1\"\n"]));
	mkdirSync(join(dir, "log"));
	if (process.getuid() === 0) execFileSync("chown", ["www-data", join(dir, "log")]);
	const [file] = partOfInstall("A").match(/var\.baraza_www[^]*?chat\.conf"/);
	writeFileSync(join(dir, "enabled/50-baraza.conf"), replace(file.replaceAll(/^ +/gm, "") + "\n",
		[`${INSTALLED}/www`, join(run, "www")], ["/run/baraza/fcgi.sock", join(run, "fcgi.sock")],
		["9080", wsPort], [INSTALLED, top]));
	// Another module of Debian's that sets the same names.
	writeFileSync(join(dir, "enabled/20-deflate.conf"),
		"server.modules += ( \"mod_deflate\" )\ndeflate.mimetypes = ( \"text/plain\" )\n");
	web = { url: `http://127.0.0.1:${port}`, env: site.env, sockets: [] };
	child = spawn(PROGRAM, ["-D", "-f", join(dir, "lighttpd.conf")], { stdio: "inherit" });
	gone = once(child, "exit");
	await until("lighttpd", () => http(web, "GET", "/healthz").then(() => true, () => false));
});
after(async () => {
	for (const socket of web?.sockets ?? []) socket.disconnect();
	child?.kill("SIGTERM");
	await gone;
	await site?.stop();
	if (dir) rmSync(dir, { recursive: true, force: true });
});

test("Debian's lighttpd.conf with the site's file in it has no fault", () => {
	execFileSync(PROGRAM, ["-tt", "-f", join(dir, "lighttpd.conf")], { stdio: "pipe" });
});

test("it serves the site: pages, their files, the programs and the daemon", async () => {
	const page = await http(web, "GET", "/auth/login");
	assert.equal(page.status, 200, page.text);
	for (const [, file] of page.text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
		const answer = await http(web, "GET", file, { headers: { "Accept-Encoding": "gzip" } });
		assert.equal(answer.status, 200, file);
		assert.match(answer.headers["content-type"], /charset=utf-8/);
		assert.equal(answer.headers["content-encoding"], "gzip", file);
	}
	assert.equal((await http(web, "GET", "/widget/index.html")).status, 403);
	assert.equal((await http(web, "GET", "/")).headers.location, "/console/");
	const agent = await Agent.login(web);
	assert.equal((await agent.request("GET", "/console/")).status, 200);
	const who = await visitor(web, "through-lighttpd");
	assert.equal((await who.say("Hello")).ok, true);
});
