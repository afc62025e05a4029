// stop.test.mjs: programs asked to end finish what they have begun, and open
// their log again when asked to
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { connect as dial } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { WebSocket } from "ws";
import { Client, compare, crowd, leave, talk } from "./crowd.mjs";
import { Agent, Installation, ask, bytes, connect, http, next, openChat, until, visitor } from "./harness.mjs";

let site, people, agent, dir, log;
before(async () => {
	dir = mkdtempSync(join(tmpdir(), "baraza-log."));
	log = join(dir, "baraza.log");
	site = await Installation.start({ conf: ["message_burst = 10000", "event_burst = 100000",
		"log_level = debug", `log_file = ${log}`].join("\n") });
	people = site.addWidget();
	agent = await Agent.login(site);
});
after(async () => {
	await site?.stop();
	if (dir) rmSync(dir, { recursive: true, force: true });
});

/** The lines that one process has written. */
const lines = (program, pid, file = log) => readFileSync(file, "utf8").split("\n")
	.filter((line) => line.includes(` ${program}[${pid}] `));

/** Holds a conversation's row until it is let go, as a slow writer would. */
async function hold(id) {
	const client = spawn("mariadb", ["--no-defaults", "-uroot", "-N", "-B", "-n",
		`--socket=${site.env.DB_SOCKET}`, "baraza"], { stdio: ["pipe", "pipe", "inherit"] });
	client.stdin.write(`BEGIN; SELECT 'held' FROM conversations
		WHERE id = UNHEX('${id.replaceAll("-", "")}') FOR UPDATE;\n`);
	await once(client.stdout, "data");
	return async () => {
		client.stdin.end("COMMIT;\n");
		await once(client, "exit");
	};
}

// Not information_schema.innodb_trx: it stands still for who asks often.
const waits = () => Number(site.sql(
	"SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'")[0][1]);

describe("ws-daemon asked to end", () => {
	test("in the middle of a burst, twice, loses nothing and doubles nothing", async () => {
		const { wsd } = site.pids();
		const people5 = await crowd(site, people, agent, "stop");
		await talk(people5, async () => {
			await site.crash("wsd", "SIGTERM");
			await site.crash("wsd", "SIGTERM");
		});
		compare(people5);
		leave(people5);
		assert.match(lines("ws-daemon", wsd).at(-1), /stopped$/, "it came to its own end");
	});

	test("answers the message that it has begun to store, and closes the connection", async () => {
		const v = await visitor(site, "begun", { embed_token: people.token });
		const { wsd } = site.pids();
		const release = await hold(v.id);
		let ended;
		v.socket.io.engine.once("close", (reason) => (ended = reason));
		const answer = v.say("the last words");
		await until("the writer to wait", waits);
		const crash = site.crash("wsd", "SIGTERM");
		await until("its end to begin", () => lines("ws-daemon", wsd).some((line) => / stop /.test(line)));
		await release();
		assert.equal((await answer).ok, true);
		await crash;
		assert.ok(ended);
		assert.match(lines("ws-daemon", wsd).at(-1), /stopped$/);
		assert.deepEqual(site.sql(`SELECT content FROM messages WHERE
			conversation_id = UNHEX('${v.id.replaceAll("-", "")}')`), [["the last words"]]);
		v.socket.disconnect();
	});
});

/** Where the daemon itself listens. */
const daemon = () => ({ url: `http://127.0.0.1:${
	readFileSync(site.env.CONF, "utf8").match(/^ws_port = (\d+)$/m)[1]}` });

const isAlive = (pid) => existsSync(`/proc/${pid}`);

/** SIGTERM; what systemd would have to kill after TimeoutStopSec is a failure. */
async function endsInTime(pid) {
	process.kill(Number(pid), "SIGTERM");
	await until("its end", () => !isAlive(pid), 15_000);
}

/** A SIGTERM that the watcher answers with a new daemon. */
async function replaced(pid) {
	site.crashes++;
	await endsInTime(pid);
	await until("a new daemon", () => site.pids().wsd !== pid);
	await until("it to answer", () => site.answers("wsd"));
}

describe("ws-daemon asked to end, whatever hangs,", () => {
	test("refuses new clients and new events at once, and serves those that it has", async () => {
		const v = await visitor(site, "last", { embed_token: people.token });
		const other = await visitor(site, "other", { embed_token: people.token });
		const { wsd } = site.pids();
		const release = await hold(v.id);
		const answer = v.say("begun");
		await until("the writer to wait", waits);
		process.kill(Number(wsd), "SIGTERM");
		site.crashes++;
		await until("its end to begin", () => lines("ws-daemon", wsd).some((line) => / stop /.test(line)));
		const path = "/socket.io/?EIO=4&transport=";
		assert.equal((await http(daemon(), "GET", `${path}polling`)).status, 503);
		assert.match(await bytes(daemon(), `GET ${path}websocket HTTP/1.1\r\nHost: x\r\n` +
			"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
			"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"), /^HTTP\/1\.1 503 /);
		assert.equal((await other.say("too late")).error, "unavailable");
		await release();
		assert.equal((await answer).ok, true);
		await until("its end", () => !isAlive(wsd), 15_000);
		await until("a new daemon", () => site.pids().wsd !== wsd);
		for (const who of [v, other]) {
			if (!who.socket.connected) await next(who.socket, "connect");
			who.socket.disconnect();
		}
	});

	test("tells each client to come back: 1001, or the end of its poll, and nobody 41", async () => {
		const { wsd } = site.pids();
		const direct = new WebSocket(`${daemon().url}/socket.io/?EIO=4&transport=websocket`);
		const heard = [];
		direct.on("message", (text) => heard.push(String(text)));
		await once(direct, "open");
		direct.send("40");
		await until("the CONNECT", () => heard.some((text) => text.startsWith("40")));
		const path = "/socket.io/?EIO=4&transport=polling";
		const { sid } = JSON.parse((await http(daemon(), "GET", path)).text.slice(1));
		await http(daemon(), "POST", `${path}&sid=${sid}`, { body: "40" });
		assert.match((await http(daemon(), "GET", `${path}&sid=${sid}`)).text, /^40/);
		const poll = http(daemon(), "GET", `${path}&sid=${sid}`);
		const official = await Promise.all(["polling", "websocket"].map((transport) =>
			connect(site, { transports: [transport] })));
		const reasons = official.map((socket) =>
			new Promise((resolve) => socket.once("disconnect", resolve)));
		const again = official.map((socket) => new Promise((resolve) =>
			socket.once("disconnect", () => socket.once("connect", resolve))));
		const closed = once(direct, "close");
		await replaced(wsd);
		assert.equal((await closed)[0], 1001);
		assert.equal((await poll).text, "1");
		assert.ok(heard.every((text) => !text.startsWith("41")), heard.join());
		for (const reason of await Promise.all(reasons))
			assert.match(reason, /^transport (close|error)$/, "not by the server's word");
		await Promise.all(again);
		for (const socket of official) socket.disconnect();
	});

	test("waits for no database that is stalled; what was not acknowledged is stored once, later", async () => {
		const v = await visitor(site, "stalled", { embed_token: people.token });
		assert.equal((await v.say("before")).ok, true);
		const { wsd } = site.pids();
		const db = Number(site.env.DB_PID);
		const names = Array.from({ length: 20 }, () => randomUUID());
		const acked = new Set();
		const say = (name) => v.socket.connected && v.socket.emit("send_message", {
			conversation_id: v.id, external_id: "stalled", sender_type: "end_user",
			content: `named ${name}`, client_id: name }, (ack) => ack.ok && acked.add(name));
		process.kill(db, "SIGSTOP");
		try {
			names.forEach(say);
			// Between two packets the socket has come to the daemon with them.
			assert.equal((await v.ask("nonsense")).ok, false);
			site.crashes++;
			await endsInTime(wsd);
			assert.equal(acked.size, 0);
			assert.match(lines("ws-daemon", wsd).at(-1), / error .* stop_with_work_left$/);
			// The next one has no database to look at when it is told to end.
			await until("a new daemon", () => site.pids().wsd !== wsd);
			site.crashes++;
			await endsInTime(site.pids().wsd);
		} finally {
			process.kill(db, "SIGCONT");
		}
		await until("a daemon that answers", () => site.answers("wsd"));
		await until("every acknowledgement", () => {
			names.filter((name) => !acked.has(name)).forEach(say);
			return acked.size === names.length;
		});
		const rows = site.sql(`SELECT client_id, seq FROM messages WHERE client_id IS NOT NULL AND
			conversation_id = UNHEX('${v.id.replaceAll("-", "")}') ORDER BY client_id`);
		assert.deepEqual(rows.map(([name]) => name), [...names].sort(), "each of them once");
		assert.deepEqual(rows.map(([, seq]) => Number(seq)).sort((a, b) => a - b),
			names.map((_, i) => i + 2), "without a hole");
		v.socket.disconnect();
	});

	test("waits for no client that does not read, says half a request or nothing", async () => {
		const v = await visitor(site, "laggard", { embed_token: people.token });
		const { wsd } = site.pids();
		const slow = new WebSocket(`${daemon().url}/socket.io/?EIO=4&transport=websocket`);
		const heard = [];
		slow.on("message", (text) => heard.push(String(text)));
		await once(slow, "open");
		slow.send("40");
		slow.send(`420${JSON.stringify(["join_conversation",
			{ conversation_id: v.id, external_id: "laggard" }])}`);
		await until("its join", () => heard.some((text) => text.startsWith("430")));
		slow._socket.pause();
		await until("much to wait for it", async () => {
			for (let i = 0; i < 20; i++) assert.equal((await v.say("\u{1F600}".repeat(4000))).ok, true);
			return Number((await http(daemon(), "GET", "/metrics")).text
				.match(/^baraza_queue_bytes (\d+)$/m)[1]) > 100_000;
		});
		const { port } = new URL(daemon().url);
		const texts = ["", "GET /socket.io/?EIO=4&tr", "POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n" +
			"Host: x\r\nContent-Length: 100\r\n\r\n4half"];
		const silent = await Promise.all(texts.map(async (text) => {
			const socket = dial(Number(port), "127.0.0.1");
			socket.on("error", () => {});
			await once(socket, "connect");
			socket.write(text);
			return socket;
		}));
		await replaced(wsd);
		assert.match(lines("ws-daemon", wsd).at(-1), /stopped$/);
		for (const socket of silent) socket.destroy();
		slow.terminate();
		v.socket.disconnect();
	});

	test("has its 500 clients back with all that they missed", async () => {
		const chats = await Promise.all(Array.from({ length: 10 }, (_, n) =>
			openChat(site, `back ${n}`, { embed_token: people.token })));
		const clients = chats.flatMap((chat) => Array.from({ length: 50 }, () =>
			new Client(site, { [chat.conversation_id]:
				{ external_id: chat.external_id, sender_type: "end_user" } })));
		await until("all to be in", () => clients.every((client) => client.joined.size === 1));
		const { wsd } = site.pids();
		const writers = clients.filter((_, n) => n % 50 === 0);
		const say = (i) => writers.forEach((client, n) =>
			client.say(chats[n].conversation_id, `message ${i}`));
		for (let i = 0; i < 3; i++) say(i);
		const ended = replaced(wsd);
		for (let i = 3; i < 6; i++) say(i);
		await until("the end", () => !isAlive(wsd));
		for (let i = 6; i < 10; i++) say(i);
		await ended;
		await until("everything to be shown to all", () => clients.every((client) =>
			[...client.shown.values()][0].length === 10));
		assert.deepEqual(clients.flatMap((client) => client.faults), []);
		await until("all to be counted", async () => (await http(daemon(), "GET", "/metrics")).text
			.includes("\nbaraza_sockets 500\n"));
		for (const [n, chat] of chats.entries()) {
			const rows = site.sql(`SELECT client_id FROM messages WHERE conversation_id =
				UNHEX('${chat.conversation_id.replaceAll("-", "")}') ORDER BY seq`).flat();
			assert.equal(new Set(rows).size, 10);
			assert.deepEqual([...writers[n].acks.keys()].sort(), [...rows].sort());
			for (const client of clients.slice(50 * n, 50 * n + 50))
				assert.deepEqual([...client.shown.values()][0].map((m) => m.client_id), rows);
		}
		for (const client of clients) client.socket.disconnect();
	});
});

describe("fcgi-app asked to end", () => {
	test("finishes the request that waits for the database", async () => {
		const chat = await openChat(site, "resolved", { embed_token: people.token });
		const { fcgi } = site.pids();
		const release = await hold(chat.conversation_id);
		const path = `/api/conversations/${chat.conversation_id}`;
		const answer = agent.request("POST", `${path}/resolve`, { tags: ["kept"] });
		await until("the request to wait", waits);
		const crash = site.crash("fcgi", "SIGTERM");
		await until("its end to begin", () => lines("fcgi-app", fcgi).some((line) => / stop /.test(line)));
		await release();
		assert.equal((await answer).status, 200);
		assert.deepEqual((await (await answer).json()).tags, ["kept"]);
		await crash;
		assert.match(lines("fcgi-app", fcgi).at(-1), /stopped$/);
		assert.equal((await agent.json("GET", path)).active_session, null);
	});

	test("gives whole answers or none, and none that says yes to what was not done", async () => {
		let going = true;
		const seen = [];
		// Each visitor is new: an answer of 200 means that the rows are there.
		async function ask(who) {
			for (let i = 0; going; i++) {
				const answer = await fetch(`${site.url}/chat-widget/open`, { method: "POST",
					headers: { "Content-Type": "application/json" },
					body: JSON.stringify({ embed_token: people.token, session_id: `${who} ${i}` }) });
				const text = await answer.text(); // rejects when it is cut off
				seen.push(answer.status);
				if (answer.status === 200)
					assert.equal(JSON.parse(text).external_id, `${who} ${i}`);
				else
					assert.ok([502, 503].includes(answer.status), `${answer.status} ${text}`);
			}
		}
		const before = site.counts().conversations;
		const all = Promise.all(Array.from({ length: 6 }, (_, n) => ask(`many ${n}`)));
		await until("a few answers", () => seen.length >= 20);
		await site.crash("fcgi", "SIGTERM");
		const had = seen.length;
		await until("answers of the new one", () => seen.length >= had + 20);
		going = false;
		await all;
		const good = seen.filter((status) => status === 200).length;
		assert.equal(site.counts().conversations - before, good);
	});
});

describe("a log that was rotated", () => {
	test("goes on in a new file after SIGHUP, by both programs, and nobody notices", async () => {
		const v = await visitor(site, "rotation", { embed_token: people.token });
		const { fcgi, wsd } = site.pids();
		const old = `${log}.1`;
		renameSync(log, old);
		for (const pid of [fcgi, wsd]) process.kill(Number(pid), "SIGHUP");
		await until("both to write to the new file", async () => {
			await openChat(site, "rotation", { embed_token: people.token });
			const other = await visitor(site, "rotation", { embed_token: people.token });
			other.socket.disconnect();
			return existsSync(log) && lines("fcgi-app", fcgi).length > 0 &&
				lines("ws-daemon", wsd).length > 0;
		});
		const { size } = statSync(old);
		assert.ok(size > 0);
		await openChat(site, "rotation", { embed_token: people.token });
		assert.equal((await v.say("still here")).ok, true);
		assert.equal(statSync(old).size, size, "the old file is left alone");
		assert.equal(statSync(log).mode & 0o007, 0, "and the new one is not for all");
		assert.deepEqual(site.pids(), { fcgi, wsd });
		v.socket.disconnect();
	});
});
