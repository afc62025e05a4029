// operation.test.mjs: what an operator sees and does: metrics, status, limits
// that change while everything runs, and the log
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { WebSocket } from "ws";
import { Agent, Installation, ask, bytes, connect, http, openChat, until, visitor, top } from "./harness.mjs";
import { parse, value } from "./prometheus.mjs";

let site, people, daemon, original;
before(async () => {
	site = await Installation.start({ conf: ["message_burst = 10000", "queue_max = 1000000",
		"event_burst = 100000", "trust_proxy = yes",
		"connect_timeout_ms = 2000", "close_poll_ms = 100"].join("\n") });
	people = site.addWidget();
	original = readFileSync(site.env.CONF, "utf8");
	const port = original.match(/^ws_port = (\d+)$/m)[1];
	daemon = { url: `http://127.0.0.1:${port}` };
});
after(() => site?.stop());

async function freePort() {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address();
	server.close();
	return port;
}

async function metrics() {
	const answer = await http(daemon, "GET", "/metrics");
	assert.equal(answer.status, 200);
	assert.equal(answer.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
	return parse(answer.text);
}

/** Waits until a series has gone up by n since `from`. */
const rises = (from, n, name, labels) => until(`${name} to rise`, async () =>
	value(await metrics(), name, labels) === (value(from, name, labels) ?? 0) + n);

const log = (part) => readFileSync(join(site.dir, "log", `${part}.log`), "utf8").split("\n");

/** The lines that `what` makes a part write. */
async function logged(part, what, pattern) {
	const had = log(part).length - 1;
	await what();
	return until(`${pattern} in the log`, () => {
		const found = log(part).slice(had).filter((line) => pattern.test(line));
		return found.length > 0 && found;
	});
}

/** Puts these lines in the place of those of the same names, and tells a part. */
async function reload(part, values, pattern) {
	let text = original;
	for (const [name, is] of Object.entries(values))
		text = `${text.replace(new RegExp(`^${name} = .*\n`, "m"), "")}${name} = ${is}\n`;
	writeFileSync(site.env.CONF, text);
	return logged(part, () => process.kill(Number(site.pids()[part]), "SIGHUP"), pattern);
}
const done = / info ws-daemon\S+ settings_reloaded changed=/;

describe("/metrics", () => {
	// What is left of the last test, or of the start, would be counted too.
	beforeEach(() => until("silence", async () => {
		const now = await metrics();
		return ["polling", "websocket"].every((transport) =>
			value(now, "baraza_connections", { transport }) === 0);
	}));

	test("is in the text format, and the documentation names each of it", async () => {
		// Jobs are told of once there was one.
		const v = await visitor(site, "format", { embed_token: people.token });
		await v.say("one");
		const families = await metrics();
		const documented = [...readFileSync(join(top, "docs/operations.md"), "utf8")
			.matchAll(/^\| `((?:baraza|process)_[a-z_]+)` \| (\w+) \|/gm)]
			.map(([, name, type]) => [name, type]);
		assert.deepEqual(documented, [...families.values()].map(({ name, type }) => [name, type]));
		assert.equal(value(families, "baraza_build_info", { version: "0.2.0" }), 1);
		v.socket.disconnect();
	});

	test("moves with what happens", async () => {
		const was = await metrics();
		const v = await visitor(site, "moves", { embed_token: people.token });
		const agent = await Agent.login(site);
		const console = await agent.socket({ transports: ["websocket"] });
		await ask(console, "join_conversation", { conversation_id: v.id });
		for (let i = 0; i < 3; i++) assert.equal((await v.say(`message ${i}`)).ok, true);
		await ask(v.socket, "nonsense", {});
		await ask(v.socket, "join_queue", {});
		const now = await metrics();
		const grew = (name, labels) => value(now, name, labels) - (value(was, name, labels) ?? 0);
		assert.equal(grew("baraza_connects_total", { transport: "polling" }), 1);
		assert.equal(grew("baraza_connects_total", { transport: "websocket" }), 1);
		assert.equal(grew("baraza_sockets"), 2);
		assert.equal(grew("baraza_agents_online"), 1);
		assert.equal(grew("baraza_rooms"), 1);
		assert.equal(grew("baraza_messages_stored_total"), 3);
		assert.equal(grew("baraza_events_total", { event: "send_message", result: "ok" }), 3);
		assert.equal(grew("baraza_events_total", { event: "unknown", result: "bad_request" }), 1);
		assert.equal(grew("baraza_events_total", { event: "join_queue", result: "unauthorized" }), 1);
		assert.ok(grew("baraza_deliveries_total") >= 6, "each message to two members");
		assert.ok(grew("baraza_delivered_bytes_total") >
			6 * "message 0".length, "and the bytes of it");
		assert.ok(grew("baraza_packet_bytes_sent_total") >= grew("baraza_delivered_bytes_total"));
		assert.equal(grew("baraza_job_run_seconds_count", { job: "send" }), 3);
		assert.equal(grew("baraza_job_wait_seconds_count", { job: "send" }), 3);
		assert.ok(grew("baraza_job_run_seconds_sum", { job: "send" }) > 0);
		assert.equal(grew("baraza_group_size_sum"), 3);
		assert.ok(grew("process_cpu_seconds_total") > 0);
		assert.ok(value(now, "process_resident_memory_bytes") > 1e6);
		assert.ok(value(now, "process_open_fds") > 5);
		assert.ok(value(now, "process_max_fds") >= value(now, "process_open_fds"));
		assert.ok(Math.abs(value(now, "process_start_time_seconds") - Date.now() / 1000) < 3600);
		assert.ok(value(now, "baraza_feed_read_age_seconds") < 30);
		assert.ok(value(now, "baraza_db_connects_total") >= 2);
		v.socket.disconnect();
		console.disconnect();
		await rises(was, 2, "baraza_disconnects_total", { reason: "transport close" });
		const end = await metrics();
		for (const transport of ["polling", "websocket"])
			assert.equal(value(end, "baraza_connections", { transport }), 0);
		assert.equal(value(end, "baraza_queue_bytes"), 0);
	});

	test("counts an upgrade once on each side", async () => {
		const was = await metrics();
		const socket = await connect(site);
		await rises(was, 1, "baraza_upgrades_total");
		await rises(was, 1, "baraza_connections", { transport: "websocket" });
		await rises(was, 0, "baraza_connections", { transport: "polling" });
		socket.disconnect();
		await rises(was, 0, "baraza_connections", { transport: "websocket" });
	});

	test("counts what was refused and what was cut off, by reason", async () => {
		const was = await metrics();
		const path = "/socket.io/?EIO=4&transport=";
		await http(site, "GET", "/socket.io/?EIO=3&transport=polling");
		await http(site, "GET", `${path}telepathy`);
		await http(site, "GET", `${path}polling&sid=none`);
		for (const reason of ["bad_version", "bad_transport", "bad_sid"])
			await rises(was, 1, "baraza_refusals_total", { reason });
		const open = JSON.parse((await http(site, "GET", `${path}polling`)).text.slice(1));
		const sid = `${path}polling&sid=${open.sid}`;
		await http(site, "POST", sid, { body: "4x".repeat(600_000) });
		await rises(was, 1, "baraza_drops_total", { reason: "max_payload" });
		await http(site, "POST", sid, { body: "4nonsense" });
		await rises(was, 1, "baraza_drops_total", { reason: "bad_socket_packet" });
		await rises(was, 1, "baraza_disconnects_total", { reason: "parse error" });
	});

	test("counts a client that does not read, and what waits for it", async () => {
		const was = await metrics();
		const v = await visitor(site, "lag", { embed_token: people.token });
		const slow = new WebSocket(`${daemon.url}/socket.io/?EIO=4&transport=websocket`);
		await new Promise((resolve) => slow.once("open", resolve));
		slow.send("40");
		slow.send(`420${JSON.stringify(["join_conversation",
			{ conversation_id: v.id, external_id: v.externalId }])}`);
		await new Promise((resolve) => slow.on("message", (text) => {
			if (String(text).startsWith("430")) resolve();
		}));
		slow._socket.pause();
		let waited = 0;
		const dropped = await logged("wsd", async () => {
			for (let i = 0; i < 2000; i++) {
				assert.equal((await v.say("\u{1F600}".repeat(4000))).ok, true); // 16 kB
				const now = await metrics();
				waited = Math.max(waited, value(now, "baraza_queue_bytes"));
				if (value(now, "baraza_drops_total", { reason: "queue_max" }) >
					value(was, "baraza_drops_total", { reason: "queue_max" })) break;
			}
		}, / warn .* disconnect /);
		assert.match(dropped[0], / sid=[\w-]{20} addr=127\.0\.0\.1 transport=websocket reason="slow consumer" seconds=\d+ events=1$/);
		assert.ok(waited > 0);
		await until("nothing to wait for who is gone", async () =>
			value(await metrics(), "baraza_queue_bytes") === 0);
		slow.terminate();
		v.socket.disconnect();
	});

	test("is for this machine alone, and never through a proxy", async () => {
		for (const headers of [{ "X-Forwarded-For": "192.0.2.1" }, { "x-forwarded-for": "127.0.0.1" },
			{ Forwarded: "for=192.0.2.1" }])
			assert.equal((await http(daemon, "GET", "/metrics", { headers })).status, 404);
		for (const path of ["/metrics/", "/metricsx", "/", "/socket.io/metrics", "/metrics/../x"])
			assert.notEqual((await http(daemon, "GET", path)).status, 200, path);
		assert.equal((await http(daemon, "POST", "/metrics", { body: "x" })).status, 404);
		assert.equal((await http(daemon, "GET", "/metrics?x=y")).status, 200);
		const head = await http(daemon, "HEAD", "/metrics");
		assert.equal(head.status, 200);
		assert.equal(head.text, "");
		assert.equal((await http(site, "GET", "/metrics")).status, 404, "the web server knows no such page");
		const twice = await bytes(daemon, "GET /metrics HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: a\r\n" +
			"X-Forwarded-For: b\r\n\r\n");
		assert.match(twice, /^HTTP\/1\.1 404 /);
	});
});

describe("barazactl status", () => {
	const status = (...args) => {
		const run = spawnSync(join(site.bin, "barazactl"), args, { encoding: "utf8" });
		return { ...run, lines: run.stdout.trim().split("\n") };
	};

	/** A copy of the settings with other values. */
	function edited(values) {
		let text = readFileSync(site.env.CONF, "utf8");
		for (const [name, is] of Object.entries(values)) {
			assert.match(text, new RegExp(`^${name} = `, "m"));
			text = text.replace(new RegExp(`^${name} = .*$`, "m"), `${name} = ${is}`);
		}
		const file = join(site.dir, "edited.conf");
		writeFileSync(file, text, { mode: 0o600 });
		return file;
	}

	test("says how everything is, and leaves with 0", async () => {
		const v = await visitor(site, "status");
		await v.say("hello");
		const run = status("-f", site.env.CONF, "status");
		assert.equal(run.status, 0, run.stdout + run.stderr);
		for (const line of run.lines) assert.match(line, /^ok {4}/);
		assert.match(run.stdout, /ws-daemon +version 0\.2\.0, up \d+ (s|min)\n/);
		assert.match(run.stdout, /connections +\d+ polling, \d+ websocket; \d+ rooms, \d+ agents online\n/);
		assert.match(run.stdout, /fcgi-app +http:\/\/127\.0\.0\.1:\d+\/healthz answers\n/);
		assert.match(run.stdout, /database +\S*MariaDB\S*, \d+\.\d MB\n/);
		assert.match(run.stdout, /notifications \d+ kept, since 20/);
		v.socket.disconnect();
	});

	test("tells the same to machines", async () => {
		const v = await visitor(site, "status");
		const answer = JSON.parse(site.ctl(["status", "--json"]));
		assert.equal(answer.ok, true);
		assert.equal(answer.app.ok, true);
		assert.equal(answer.app.status, 200);
		assert.equal(answer.daemon.version, "0.2.0");
		assert.equal(answer.daemon.sockets, value(await metrics(), "baraza_sockets"));
		assert.ok(answer.daemon.resident_bytes > 1e6 && answer.daemon.uptime_s > 0);
		assert.ok(answer.daemon.feed_read_age_s < 30);
		assert.equal(answer.database.notifications,
			Number(site.sql("SELECT COUNT(*) FROM notifications")[0][0]));
		assert.ok(answer.database.bytes > 1e5);
		v.socket.disconnect();
	});

	test("lists the daemons that have signed in, and how long they were silent", () => {
		site.sql(`INSERT INTO daemons (id, host, pid, started_at, beat_at) VALUES
			(UNHEX(REPEAT('ab', 16)), 'elsewhere', 4711, '2026-01-01', UTC_TIMESTAMP(6) - INTERVAL 90 SECOND)`);
		const { daemons } = JSON.parse(status("-f", site.env.CONF, "status", "--json").stdout);
		const other = daemons.find(({ host }) => host === "elsewhere");
		assert.equal(other.pid, 4711);
		assert.equal(other.started_at, "2026-01-01T00:00:00.000000Z");
		assert.ok(other.beat_age_s >= 90 && other.beat_age_s < 3600);
		assert.equal(other.alive, false);
		const run = status("-f", site.env.CONF, "status");
		assert.equal(run.status, 1);
		assert.match(run.stdout, /^WRONG {15}elsewhere pid 4711, last sign of life \d+\.\d s ago: dead$|^WRONG daemons +elsewhere pid 4711, .*: dead$/m);
		// One that was started again on its machine is of no interest.
		site.sql(`UPDATE daemons SET host = '${hostname()}' WHERE host = 'elsewhere'`);
		const later = status("-f", site.env.CONF, "status");
		assert.equal(later.status, 0, later.stdout);
		assert.doesNotMatch(later.stdout, /pid 4711|dead/);
		site.sql("DELETE FROM daemons WHERE pid = 4711");
		assert.ok(daemons.every(({ host }) => [hostname(), "elsewhere"].includes(host)));
	});

	test("names what is wrong, and leaves with 1", () => {
		const wrong = (values) => {
			const conf = edited(values);
			const run = status("-f", conf, "status");
			assert.equal(run.status, 1);
			const json = status("-f", conf, "status", "--json");
			assert.equal(json.status, 1);
			// Nothing beside the table: what the log would say stands there.
			assert.equal(run.stderr, "barazactl status: Not all is well.\n");
			return [run.lines.filter((line) => line.startsWith("WRONG")), JSON.parse(json.stdout)];
		};
		// Port 1 is nobody's here.
		let [lines, json] = wrong({ ws_port: 1 });
		assert.equal(lines.length, 1);
		assert.match(lines[0], /ws-daemon +127\.0\.0\.1 port 1: Connection refused; is it running\?/);
		assert.equal(json.daemon.ok, false);
		assert.equal(json.ok, false);
		[lines] = wrong({ ws_port: new URL(site.url).port });
		assert.match(lines[0], /ws-daemon +port \d+ answers \/metrics with 404: not a ws-daemon/);
		[lines, json] = wrong({ base_url: "http://127.0.0.1:1" });
		assert.match(lines[0], /fcgi-app +127\.0\.0\.1 port 1: Connection refused/);
		[lines, json] = wrong({ base_url: daemon.url });
		assert.match(lines[0], /fcgi-app .*\/healthz answers 404/);
		assert.equal(json.app.status, 404);
		[lines, json] = wrong({ db_socket: "/nonexistent.sock" });
		assert.match(lines[0], /database +The database cannot be reached/);
		assert.equal(json.database.ok, false);
		assert.equal(json.daemon.ok, true);
	});

	test("says what it cannot ask, and calls that no fault", () => {
		const conf = edited({ ws_port: 0, base_url: "https://chat.example.com" });
		const run = status("-f", conf, "status");
		assert.equal(run.status, 0, run.stdout);
		assert.match(run.stdout, /^ok +ws-daemon +not asked: ws_port = 0/m);
		assert.match(run.stdout, /^ok +fcgi-app +listens at \//m);
		const json = JSON.parse(status("-f", conf, "status", "--json").stdout);
		assert.deepEqual([json.ok, json.daemon.ok, json.app.ok], [true, null, true]);
		const gone = status("-f", edited({ base_url: "https://chat.example.com", fcgi_socket: "/nonexistent" }), "status");
		assert.equal(gone.status, 1);
		assert.match(gone.stdout, /^WRONG fcgi-app +\/nonexistent: No such file/m);
		const free = status("-f", edited({ base_url: "https://chat.example.com", fcgi_socket: "" }), "status");
		assert.match(free.stdout, /^ok +fcgi-app +not asked: base_url is not http:/m);
		const deaf = status("-f", edited({ doorbell: "/nonexistent" }), "status");
		assert.equal(deaf.status, 1);
		assert.match(deaf.stdout, /^WRONG doorbell +\/nonexistent: No such file/m);
	});

	test("asks a daemon that speaks TLS", async () => {
		const [cert, key] = ["cert.pem", "key.pem"].map((name) => join(site.dir, name));
		execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt",
			"ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=chat.example.com",
			"-out", cert, "-keyout", key], { stdio: "ignore" });
		const port = await freePort();
		const conf = edited({ ws_port: port, doorbell: join(dirname(site.env.DB_SOCKET), "bell2") });
		const own = join(site.dir, "tls.conf");
		writeFileSync(own, `${readFileSync(conf, "utf8")}tls_cert = ${cert}\ntls_key = ${key}\n`, { mode: 0o600 });
		const second = spawn(join(site.bin, "ws-daemon"), ["-f", own], { stdio: "ignore" });
		try {
			await until("it to be well", () => status("-f", own, "status").status === 0);
			assert.match(status("-f", own, "status").stdout, /^ok +ws-daemon +version 0\.2\.0, up /m);
			// Plain settings, and TLS there: no answer that can be read.
			assert.match(status("-f", conf, "status").stdout, /^WRONG ws-daemon +127/m);
			// Settings that were read again say nothing of a certificate.
			const reloads = () => execFileSync("curl", ["-sk", `https://127.0.0.1:${port}/metrics`],
				{ encoding: "utf8" }).match(/^baraza_tls_reloads_total\{.*$/gm);
			assert.deepEqual(reloads(), ['baraza_tls_reloads_total{result="ok"} 0',
				'baraza_tls_reloads_total{result="failed"} 0']);
			writeFileSync(key, "no key\n");
			second.kill("SIGHUP");
			await until("it to be counted", () =>
				reloads()[1] === 'baraza_tls_reloads_total{result="failed"} 1');
		} finally {
			second.kill("SIGTERM");
			assert.equal((await once(second, "exit"))[0], 0);
		}
	});

	test("gives up on a daemon that hangs", () => {
		const { wsd } = site.pids();
		process.kill(Number(wsd), "SIGSTOP");
		try {
			const run = status("-f", site.env.CONF, "status");
			assert.equal(run.status, 1);
			assert.match(run.stdout, /^WRONG ws-daemon +127\.0\.0\.1 port \d+: no answer within 2 s/m);
			assert.match(run.stdout, /^ok +database/m);
		} finally {
			process.kill(Number(wsd), "SIGCONT");
		}
	});

	test("says that a database hangs, and who waits for it", () => {
		process.kill(Number(site.env.DB_PID), "SIGSTOP");
		try {
			const run = status("-f", site.env.CONF, "status");
			assert.equal(run.status, 1);
			assert.match(run.stdout, /^WRONG database +no answer within 2 s$/m);
			assert.match(run.stdout, /^WRONG fcgi-app +.*no answer within 2 s: it waits for the database$/m);
		} finally {
			process.kill(Number(site.env.DB_PID), "SIGCONT");
		}
	});

	test("says that a bot's turn has been due for too long", async () => {
		const chat = await openChat(site, "turn is late");
		const id = chat.conversation_id.replaceAll("-", "");
		// As if a worker had it and would not give it back for a while.
		site.sql(`UPDATE bot_states SET due_at = UTC_TIMESTAMP(6) - INTERVAL 10 MINUTE,
			turn_owner = UNHEX(REPEAT('cd', 16)), turn_until = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR
			WHERE conversation_id = UNHEX('${id}')`);
		const run = status("-f", site.env.CONF, "status");
		assert.equal(run.status, 1);
		assert.match(run.stdout, /^WRONG turns +1 due, the oldest for 10 min$/m);
		site.sql(`UPDATE bot_states SET due_at = NULL, turn_owner = NULL, turn_until = NULL
			WHERE conversation_id = UNHEX('${id}')`);
	});

	test("takes no other arguments", () => {
		assert.match(status("-f", site.env.CONF, "status", "--jsonx").stderr, /--jsonx is not understood/);
	});
});

describe("limits read again on SIGHUP", () => {
	beforeEach(() => reload("wsd", {}, done));
	after(() => reload("wsd", {}, done));

	test("bind who is connected already, and let go again", async () => {
		const v = await visitor(site, "limits", { embed_token: people.token });
		assert.equal((await v.say("free")).ok, true);
		const [line] = await reload("wsd", { message_burst: 2, message_refill_ms: 3600000 }, done);
		assert.match(line, /changed=message_burst,message_refill_ms$/);
		const was = await metrics();
		const [refusal] = await logged("wsd", async () => {
			const answers = [];
			for (let i = 0; i < 4; i++) answers.push(await v.say(`limited ${i}`));
			assert.deepEqual(answers.map(({ ok, error }) => ok || error),
				[true, true, "rate_limited", "rate_limited"]);
		}, / event_refused /);
		assert.match(refusal, / warn .* sid=[\w-]{20} addr=127\.0\.0\.1 event=send_message error=rate_limited( suppressed=\d+)?$/);
		await rises(was, 2, "baraza_drops_total", { reason: "message_burst" });
		await reload("wsd", { message_burst: 10000, message_refill_ms: 1 }, done);
		await until("it to be let go", async () => (await v.say("free again")).ok);
		assert.equal(v.socket.connected, true);
		v.socket.disconnect();
	});

	test("reach every layer: packets, rooms, origins, the events of a connection", async () => {
		const v = await visitor(site, "layers", { embed_token: people.token });
		await reload("wsd", { max_payload: 2000, event_burst: 20, event_refill_ms: 3600000,
			ws_origins: "https://good.example", rooms_max: 1 }, done);
		const path = "/socket.io/?EIO=4&transport=polling";
		const open = async (Origin) => http(site, "GET", path, { headers: { Origin } });
		assert.equal((await open("https://good.example")).headers["access-control-allow-origin"],
			"https://good.example");
		const [refused] = await logged("wsd", async () =>
			assert.equal((await open('https://evil.example')).status, 403), /handshake_refused/);
		assert.match(refused, / warn .* addr=127\.0\.0\.1 reason=origin origin=https:\/\/evil\.example$/);
		assert.equal(JSON.parse((await open("https://good.example")).text.slice(1)).maxPayload, 2000);
		const other = await openChat(site, "layers 2", { embed_token: people.token });
		const joined = await ask(v.socket, "join_conversation",
			{ conversation_id: other.conversation_id, external_id: "layers 2" });
		assert.equal(joined.ok, false, "one room and no more");
		const answers = [];
		for (let i = 0; i < 30; i++)
			answers.push(await v.ask("user_typing", { sender_type: "end_user" }));
		assert.equal(answers.at(-1).error, "rate_limited");
		assert.ok(answers.filter(({ ok }) => ok).length <= 20);
		const gone = new Promise((resolve) => v.socket.once("disconnect", resolve));
		v.socket.emit("user_typing", { x: "x".repeat(3000) });
		await gone;
		v.socket.disconnect();
	});

	test("let go who was not read any more", async () => {
		const socket = await connect(site, { transports: ["websocket"] });
		await reload("wsd", { packet_burst: 10, packet_refill_ms: 3600000 }, done);
		const was = await metrics();
		const leave = () => ask(socket, "leave_conversation",
			{ conversation_id: "00000000-0000-0000-0000-0000000000C1" });
		const answers = Promise.all(Array.from({ length: 40 }, leave));
		await rises(was, 1, "baraza_drops_total", { reason: "packet_burst" });
		await reload("wsd", { packet_burst: 0, packet_refill_ms: 3600000 }, done);
		await answers;
		// Whoever is paused later waits by the new numbers, not by those hours.
		await reload("wsd", { packet_burst: 10, packet_refill_ms: 1 }, done);
		await Promise.all(Array.from({ length: 40 }, leave));
		socket.disconnect();
	});

	test("leave a session the ping times that its client was told", async () => {
		const old = await connect(site, { transports: ["websocket"] });
		await reload("wsd", { ping_interval_ms: 200, ping_timeout_ms: 60000 }, done);
		const fresh = await connect(site, { transports: ["websocket"] });
		let pings = 0;
		old.io.engine.on("ping", () => assert.fail("it was told 25 s"));
		fresh.io.engine.on("ping", () => pings++);
		await until("pings", () => pings >= 3);
		old.disconnect();
		fresh.disconnect();
	});

	test("change nothing at all when there is a fault in the file", async () => {
		const v = await visitor(site, "fault", { embed_token: people.token });
		const was = await metrics();
		const [line] = await reload("wsd", { message_burst: 1, workers: 100 },
			/ error ws-daemon\S+ settings_refused /);
		assert.match(line, /why=".*baraza\.conf:\d+: workers must be a whole number from 1 to 64"$/);
		for (let i = 0; i < 3; i++) assert.equal((await v.say(`still free ${i}`)).ok, true);
		await rises(was, 1, "baraza_settings_reloads_total", { result: "failed" });
		v.socket.disconnect();
	});

	test("name what needs a restart, and never its value", async () => {
		const lines = await reload("wsd", { workers: 3, db_password: "a new secret", rooms_max: 7 },
			/settings_(reloaded|need_restart)/);
		await until("both lines", () => lines.length === 2 ||
			lines.push(...log("wsd").filter((line) => /settings_need_restart/.test(line))));
		assert.match(lines[0], / changed=rooms_max$/);
		assert.match(lines[1], / warn .* settings_need_restart names=db_password,workers$/);
		assert.ok(!log("wsd").some((line) => line.includes("a new secret")));
	});

	test("change the log's level", async () => {
		const connects = () => log("wsd").filter((line) => / debug .* connect sid=/.test(line)).length;
		(await connect(site)).disconnect();
		assert.equal(connects(), 0);
		await reload("wsd", { log_level: "debug" }, done);
		const agent = await Agent.login(site);
		const [line] = await logged("wsd", async () => (await agent.socket()).disconnect(),
			/ debug .* disconnect /);
		assert.match(line, / sid=[\w-]{20} addr=127\.0\.0\.1 user=[\w-]{36} workspace=[\w-]{36} transport=\w+ reason="client namespace disconnect" seconds=\d+ events=0$/);
		assert.ok(connects() > 0);
	});

	test("are read by fcgi-app too", async () => {
		const login = async () => (await http(site, "POST", "/auth/login", {
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ email: "nobody@users.example", password: "wrong" }) })).status;
		assert.equal(await login(), 401);
		assert.equal(await login(), 401);
		const [line] = await reload("fcgi", { login_fails: 1, threads: 3 },
			/ info fcgi-app\S+ settings_reloaded /);
		assert.match(line, /changed=login_fails$/);
		await login(); // found wrong once more, and one too many by now
		assert.equal(await login(), 429);
		await until("the other line", () => log("fcgi").some((text) =>
			/ warn fcgi-app\S+ settings_need_restart names=threads$/.test(text)));
		await reload("fcgi", { login_fails: 0 }, / error fcgi-app\S+ settings_refused /);
		await reload("fcgi", {}, / info fcgi-app\S+ settings_reloaded changed=login_fails/);
	});
});

describe("the log", () => {
	after(() => reload("wsd", {}, done));

	test("keeps its head in a flood, and says how much it left out", async () => {
		const v = await visitor(site, "flood", { embed_token: people.token });
		const had = log("wsd").length;
		await reload("wsd", { event_burst: 200 }, done);
		let refusals = 0;
		const send = async (n) => {
			const acks = await Promise.all(Array.from({ length: n }, () =>
				v.ask("user_typing", { sender_type: "end_user" })));
			refusals += acks.filter(({ ok }) => !ok).length;
		};
		const refused = () => log("wsd").slice(had).filter((line) => / event_refused /.test(line));
		await until("a line that says so", async () => {
			await send(2000);
			return refused().some((line) => / suppressed=\d+$/.test(line));
		});
		const left = refused().reduce((n, line) => n + Number(/ suppressed=(\d+)$/.exec(line)?.[1] ?? 0), 0);
		assert.ok(refused().length + left <= refusals, "each refusal is written or counted, once");
		assert.ok(left > 0 && refused().length < refusals);
		v.socket.disconnect();
	});

	test("takes no field from a stranger's address or origin", async () => {
		await reload("wsd", { ws_origins: "https://good.example" }, done);
		const [line] = await logged("wsd", async () => {
			const { status } = await http(site, "GET", "/socket.io/?EIO=4&transport=polling", {
				headers: { Origin: 'https://e.example" user=root x="', "X-Forwarded-For": "1.2.3.4 sid=forged" } });
			assert.equal(status, 403);
		}, /handshake_refused .*root/);
		assert.match(line, / origin=https:\/\/e\.example\?\?user\?root\?x\?\?$/);
		assert.ok(!/sid=/.test(line));
	});
});
