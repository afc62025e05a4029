// house.test.mjs: the demo as an operator meets it: start, stop, doctor, docs
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Agent, Installation, openChat, top, until } from "./harness.mjs";

const build = join(top, "build");

function isAlive(pid) {
	try {
		process.kill(Number(pid), 0);
		return true;
	} catch {
		return false;
	}
}

/** Runs the demo in a folder until it is ready; ends it again with stop(). */
async function demo(dir) {
	const child = spawn(join(top, "ctl/demo.sh"), [],
		{ env: { ...process.env, VAR: dir, BIN: build }, stdio: ["ignore", "pipe", "pipe"] });
	let output = "";
	child.stdout.on("data", (data) => (output += data));
	child.stderr.on("data", (data) => (output += data));
	const gone = once(child, "exit");
	await until("the demo", () => /Ready after/.test(output) || child.exitCode !== null);
	assert.match(output, /Ready after/, output);
	const env = Object.fromEntries(readFileSync(join(dir, "demo.env"), "utf8").trim()
		.split("\n").map((line) => line.split(/=(.*)/s).slice(0, 2)));
	return { env, output, async stop() { child.kill("SIGTERM"); return (await gone)[0]; } };
}

describe("the web servers", () => {
	const paths = execFileSync(join(build, "fcgi-app"), ["-r"], { encoding: "utf8" }).trim().split("\n")
		.slice(1).map((line) => line.split(/\s+/)[1].replace(/:\w+|\*/g, "x"));
	for (const [file, pattern, from] of [
		["lighttpd/chat.conf", /=~ "(\^.*healthz.*)" \{/, 0],
		["apache/chat.conf", /<LocationMatch "(.*healthz.*)">/, 0],
		["apache/cpanel/.htaccess", /^RewriteRule (\^.*healthz.*\$) /m, 1],
	])
		test(`are told by ${file} to hand on every route`, () => {
			const handed = new RegExp(readFileSync(join(top, file), "utf8").match(pattern)[1]);
			assert.ok(paths.length > 60);
			for (const path of paths)
				assert.ok(path === "/" || handed.test(path.slice(from)), path);
		});
});

describe("the demo", () => {
	let dir;
	before(() => (dir = mkdtempSync(join(tmpdir(), "baraza-house."))));
	after(() => rmSync(dir, { recursive: true, force: true }));

	test("prints where it is, writes it down, and stops all that it started", async () => {
		const run = await demo(dir);
		for (const key of ["SITE_URL", "CONSOLE_URL", "CONSOLE_EMAIL", "CONSOLE_PASSWORD"])
			assert.ok(run.output.includes(run.env[key].replace("/console/", "/console/")), key);
		assert.equal(statSync(join(dir, "demo.env")).mode & 0o077, 0);
		const page = await (await fetch(run.env.SITE_URL)).text();
		assert.ok(page.includes(run.env.EMBED_TOKEN));
		const pids = ["WSD_PID", "FCGI_PID", "DB_PID", "WEB_PID"].map((key) => run.env[key]);
		assert.ok(pids.every(isAlive));
		assert.equal(await run.stop(), 0);
		assert.ok(!pids.some(isAlive));
		assert.ok(!existsSync(run.env.DB_SOCKET));
		await assert.rejects(fetch(run.env.BASE_URL));
	});

	test("keeps the data, the logins and the address over a second start", async () => {
		const first = await demo(dir);
		const site = { url: first.env.BASE_URL, env: first.env };
		const chat = await openChat(site, "someone");
		await first.stop();
		const second = await demo(dir);
		try {
			for (const key of ["EMBED_TOKEN", "CONSOLE_PASSWORD", "WORKSPACE_ID", "BASE_URL"])
				assert.equal(second.env[key], first.env[key]);
			const again = await openChat({ url: second.env.BASE_URL, env: second.env }, "someone");
			assert.equal(again.conversation_id, chat.conversation_id);
			assert.deepEqual(again.messages, chat.messages);
		} finally {
			await second.stop();
		}
	});
});

describe("an installation", () => {
	let site;
	before(async () => (site = await Installation.start({ bin: build })));
	after(() => site?.stop());

	test("is left as it is by a second migrate", () => {
		assert.match(site.ctl(["migrate", "--sql", join(top, "sql")]), /^the database is at version 5$/m);
	});

	test("gets a user who may log in by barazactl, and refuses a short password", async () => {
		const add = (password) => site.ctl(["user", "add", "--workspace", site.env.WORKSPACE_ID,
			"--email", "new@maua.example", "--name", "New"],
			{ env: { ...process.env, BARAZA_PASSWORD: password }, stdio: "pipe" });
		assert.throws(() => add("short"));
		add("a long enough password");
		site.env.NEW_EMAIL = "new@maua.example";
		site.env.NEW_PASSWORD = "a long enough password";
		const agent = await Agent.login(site, "NEW");
		assert.equal(agent.me.user.role, "agent");
	});

	test("has a settings example that its own check accepts", () => {
		const file = join(site.dir, "example.conf");
		const check = () => execFileSync(join(build, "fcgi-app"), ["-f", file, "-n"],
			{ stdio: "pipe" });
		writeFileSync(file, execFileSync(join(build, "barazactl"), ["-c"]));
		check();
		writeFileSync(file, "no_such_key = 1\n");
		assert.throws(check, (error) => /:1:.*no_such_key/.test(String(error.stderr)));
	});
});

describe("docs/operations.md", () => {
	const text = readFileSync(join(top, "docs/operations.md"), "utf8");
	const settings = [...execFileSync(join(build, "barazactl"), ["-c"], { encoding: "utf8" }).matchAll(
		/^# (.*?)(?: \((-?\d+ to \d+)\))?( \(read again on SIGHUP\))?\n#(\w+) = (.*)$/gm)]
		.map(([, help, range = "", live, name, value]) =>
			({ help, range, live: live !== undefined, name, value: value === '""' ? "" : `\`${value}\`` }));

	test("has a line for every setting, as barazactl -c prints it", () => {
		assert.ok(settings.length > 80);
		const lines = settings.map(({ help, range, live, name, value }) =>
			`| \`${name}\` | ${value} | ${range} | ${live ? "yes" : ""} | ${help} |`.replaceAll("|  |", "| |").replaceAll("|  |", "| |"));
		const [, table] = text.split("## All settings\n");
		assert.deepEqual(table.match(/^\| `.*$/gm), lines);
	});

	test("says of every setting that a SIGHUP changes from when, and of no other", () => {
		const [, table] = text.match(/\| settings \| from when \|\n([^]*?)\n\| all others \|/);
		const patterns = table.split("\n").flatMap((line) =>
			[...line.split(" | ")[0].matchAll(/`([a-z_*]+)`/g)].map(([, name]) =>
				new RegExp(`^${name.replaceAll("*", ".*")}$`)));
		for (const pattern of patterns)
			assert.ok(settings.some(({ name }) => pattern.test(name)), `${pattern} is no setting`);
		for (const { name, live } of settings)
			assert.equal(patterns.filter((pattern) => pattern.test(name)).length, live ? 1 : 0, name);
	});
});

describe("docs/api.md", () => {
	const text = readFileSync(join(top, "docs/api.md"), "utf8");

	test("has a heading for every row of the route table", () => {
		const rows = execFileSync(join(build, "fcgi-app"), ["-r"], { encoding: "utf8" })
			.trim().split("\n").slice(1).map((line) => line.split(/\s+/));
		assert.ok(rows.length > 10);
		for (const [method, path] of rows)
			assert.ok(text.includes(`\`${method} ${path}\``), `${method} ${path} is not described`);
	});

	test("has a row for every event of the events table", () => {
		const source = readFileSync(join(top, "ws-daemon/events.c"), "utf8");
		const names = [...source.matchAll(/^\t\{ "([a-z_]+)"/gm)].map((match) => match[1]);
		assert.ok(names.length >= 8);
		for (const name of names)
			assert.ok(text.includes(`| \`${name}\` |`), `${name} is not described`);
	});
});
