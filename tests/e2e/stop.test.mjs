// stop.test.mjs: programs asked to end finish what they have begun, and open
// their log again when asked to
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { compare, crowd, leave, talk } from "./crowd.mjs";
import { Agent, Installation, openChat, until, visitor } from "./harness.mjs";

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
