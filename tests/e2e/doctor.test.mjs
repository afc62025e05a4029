// doctor.test.mjs: each fault of an installation has its line from doctor
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Installation } from "./harness.mjs";

const CHECKS = ["site address", "settings", "key file", "database", "schema", "statements",
	"pages", "fcgi-app", "doorbell", "ws-daemon", "tls"];

let site;
before(async () => (site = await Installation.start()));
after(() => site?.stop());

/** A copy of the settings, with other values and rights; its path. */
function edited(values = {}, mode = 0o600) {
	const path = join(site.dir, "edited.conf");
	let text = readFileSync(site.env.CONF, "utf8");
	for (const [key, value] of Object.entries(values)) {
		const line = new RegExp(`^\\s*${key} = .*$`, "m");
		text = line.test(text) ? text.replace(line, `${key} = ${value}`)
			: `${text}\n${key} = ${value}\n`;
	}
	writeFileSync(path, text);
	chmodSync(path, mode);
	return path;
}

/** doctor's lines by name, [is it well, its words], and its exit status. */
function doctor(conf) {
	const run = spawnSync(join(site.bin, "barazactl"), ["-f", conf, "doctor"], { encoding: "utf8" });
	const lines = Object.fromEntries(run.stdout.trim().split("\n").map((line) => {
		const [, word, name, note] = line.match(/^(ok|WRONG) +(.{13}) (.*)$/);
		return [name.trim(), [word === "ok", note]];
	}));
	assert.deepEqual(Object.keys(lines), CHECKS);
	return { status: run.status, error: run.stderr, lines };
}

/** Exactly these lines are WRONG, each saying what the pattern asks for. */
function finds(conf, wanted) {
	const { status, error, lines } = doctor(conf);
	const wrong = Object.fromEntries(Object.entries(lines).filter(([, [good]]) => !good));
	assert.deepEqual(Object.keys(wrong), Object.keys(wanted), JSON.stringify(lines));
	for (const [name, pattern] of Object.entries(wanted)) assert.match(wrong[name][1], pattern);
	assert.equal(status, 1);
	assert.match(error, new RegExp(`${Object.keys(wanted).length} of ${CHECKS.length} checks failed`));
}

function isWell(conf) {
	const { status, error, lines } = doctor(conf);
	assert.deepEqual(Object.entries(lines).filter(([, [good]]) => !good), []);
	assert.equal(status, 0, error);
	return lines;
}

/** A key file with this text and these rights. */
function key(text, mode = 0o600) {
	const path = join(site.dir, "edited.key");
	writeFileSync(path, text);
	chmodSync(path, mode);
	return path;
}

const HEX = "0123456789abcdef".repeat(4);

describe("doctor", () => {
	test("finds nothing where all is well", () => {
		isWell(site.env.CONF);
		isWell(edited({}, 0o640));
	});

	test("names a site without address", () =>
		finds(edited({ base_url: "" }), { "site address": /base_url is not set/ }));

	test("names settings with a password that others may read", () => {
		for (const mode of [0o644, 0o604, 0o660])
			finds(edited({}, mode), { settings: /db_password.*chmod 640 or 600/ });
	});

	test("names a key file that is missing, open to others, or holds no key", () => {
		finds(edited({ key_file: join(site.dir, "none") }),
			{ "key file": /none: No such file.*barazactl secret/ });
		for (const mode of [0o644, 0o660])
			finds(edited({ key_file: key(HEX, mode) }), { "key file": /open to others: chmod 640/ });
		for (const text of ["", "not hex at all", HEX.slice(1), `${HEX}00`, "x".repeat(5000)])
			finds(edited({ key_file: key(text) }), { "key file": /64 hex digits|over 256 bytes/ });
		isWell(edited({ key_file: key(`${HEX}\n`, 0o640) }));
	});

	test("is not alone: without a key file nothing starts, and says what makes one", () => {
		const conf = edited({ key_file: join(site.dir, "none"), ws_port: 0, doorbell: "", log_file: "" });
		for (const [program, ...args] of [["ws-daemon"], ["fcgi-app"], ["barazactl", "work"]]) {
			const run = spawnSync(join(site.bin, program), ["-f", conf, ...args], { encoding: "utf8" });
			assert.equal(run.status, 1, program);
			assert.match(run.stderr, /none: No such file or directory; barazactl secret makes it/, program);
		}
	});

	test("names a database that is not there, and what it could not look at then", () => {
		const then = { schema: /without the database/, statements: /without the database/ };
		finds(edited({ db_socket: join(site.dir, "none") }), { database: /look at db_\*/, ...then });
		finds(edited({ db_password: "wrong" }), { database: /look at db_\*/, ...then });
	});

	test("names a schema of another version", () => {
		site.sql("UPDATE schema_version SET version = 7");
		try {
			finds(site.env.CONF, { schema: /version 7, this program needs 5: barazactl migrate/ });
		} finally {
			site.sql("UPDATE schema_version SET version = 5");
		}
	});

	test("names a statement that does not fit", () => {
		site.sql("ALTER TABLE users RENAME COLUMN email TO e_mail");
		try {
			finds(site.env.CONF, { statements: /\w+/ });
		} finally {
			site.sql("ALTER TABLE users RENAME COLUMN e_mail TO email");
		}
	});

	test("names pages that are gone", () =>
		finds(edited({ www_dir: join(site.dir, "none") }),
			{ pages: /widget\/index.html: No such file.*www_dir/ }));

	test("names sockets at which nobody listens", async () => {
		finds(edited({ fcgi_socket: join(site.dir, "none") }), { "fcgi-app": /is fcgi-app running/ });
		finds(edited({ doorbell: join(site.dir, "none") }), { doorbell: /is ws-daemon running/ });
		// A socket that a program left behind when it was killed.
		const path = join(site.dir, "left");
		const left = spawn(process.execPath,
			["-e", `require("net").createServer().listen(${JSON.stringify(path)},
				() => console.log("up"))`], { stdio: ["ignore", "pipe", "inherit"] });
		await once(left.stdout, "data");
		left.kill("SIGKILL");
		await once(left, "exit");
		finds(edited({ fcgi_socket: path }), { "fcgi-app": /left: Connection refused/ });
		rmSync(path);
	});

	test("says nothing against sockets that are not set", () => {
		const lines = isWell(edited({ fcgi_socket: "", doorbell: "" }));
		assert.deepEqual([lines["fcgi-app"][1], lines.doorbell[1]], ["not set", "not set"]);
	});

	test("names a daemon that does not run", async () => {
		// A port that was free a moment ago.
		const server = createServer().listen(0, "127.0.0.1");
		await once(server, "listening");
		const { port } = server.address();
		server.close();
		await once(server, "close");
		finds(edited({ ws_port: port }), { "ws-daemon": /does not answer: is ws-daemon running/ });
		finds(edited({ ws_host: "no-such-host.invalid" }), { "ws-daemon": /^ws_host no-such-host/ });
	});

	test("finds the daemon at names, at any address, and asks no unknown port", () => {
		for (const ws_host of ["localhost", "*", "0.0.0.0", "::", "127.0.0.1"])
			isWell(edited({ ws_host }));
		const lines = isWell(edited({ ws_port: 0 }));
		assert.match(lines["ws-daemon"][1], /^not checked/);
	});

	test("names a certificate and a key that cannot be used, as ws-daemon -n does", () => {
		const [cert, key, other] = ["cert.pem", "key.pem", "other.pem"].map((name) => join(site.dir, name));
		for (const [to, out] of [[key, cert], [other, join(site.dir, "unused.pem")]])
			execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt",
				"ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=x",
				"-out", out, "-keyout", to], { stdio: "ignore" });
		const check = (conf) => spawnSync(join(site.bin, "ws-daemon"), ["-n", "-f", conf], { encoding: "utf8" });
		for (const [values, words] of [
			[{ tls_cert: join(site.dir, "none"), tls_key: key }, /tls_cert \S+none: No such file or directory/],
			[{ tls_cert: cert, tls_key: join(site.dir, "none") }, /tls_key \S+none: No such file or directory/],
			[{ tls_cert: cert, tls_key: other }, /tls_key \S+other\.pem: key values mismatch/],
			[{ tls_cert: cert, tls_key: key, tls_ciphers: "NONE-SUCH" }, /tls_ciphers: no cipher match/],
		]) {
			const conf = edited(values);
			finds(conf, { tls: words });
			const { status, stderr, stdout } = check(conf);
			assert.deepEqual([status, stdout], [1, ""]);
			assert.match(stderr, words);
		}
		const conf = edited({ tls_cert: cert, tls_key: key });
		assert.equal(isWell(conf).tls[1], cert);
		assert.equal(check(conf).status, 0);
		assert.match(check(edited({ ws_origins: "foo" })).stderr, /ws_origins must be/);
	});

	test("looks at IPv6 too", async () => {
		const server = createServer((socket) => socket.destroy()).listen(0, "::1");
		await once(server, "listening");
		isWell(edited({ ws_host: "::1", ws_port: server.address().port }));
		server.close();
	});
});

test("barazactl without a word says how it is used, also where there are no settings", () => {
	const env = { ...process.env, BARAZA_CONF: join(site.dir, "none") };
	const run = spawnSync(join(site.bin, "barazactl"), [], { encoding: "utf8", env });
	assert.equal(run.status, 2);
	assert.match(run.stderr, /^usage: barazactl /);
	assert.doesNotMatch(run.stderr, /No such file/);
	const help = spawnSync(join(site.bin, "barazactl"), ["--help"], { encoding: "utf8", env });
	assert.deepEqual([help.status, help.stdout], [0, run.stderr]);
});
