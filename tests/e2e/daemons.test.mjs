// daemons.test.mjs: several ws-daemons on one database are one server
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect as dial, createServer } from "node:net";
import { dirname, join as path } from "node:path";
import { after, before, describe, test } from "node:test";
import { compare, crowd, leave, talk } from "./crowd.mjs";
import { Agent, ask, connect, freePort, Installation, openChat, record, sleep, until }
	from "./harness.mjs";

// Daemons that did not hear each other's doorbells would wait for ten minutes.
const conf = `
feed_poll_ms = 600000
daemon_beat_ms = 500
daemon_dead_ms = 4000
presence_grace_ms = 3000
message_burst = 1000
event_burst = 10000
`;

let site, widget, b, c;
before(async () => {
	site = await Installation.start({ conf, daemons: ["two", "three"] });
	[b, c] = site.daemons;
	widget = { embed_token: site.addWidget().token };
});
after(() => site?.stop());

/** A visitor's sockets at several daemons, in one conversation. */
async function rooms(who, at) {
	const chat = await openChat(site, who, widget);
	const me = { conversation_id: chat.conversation_id, external_id: who };
	const sockets = await Promise.all(at.map((daemon) => connect(daemon)));
	const heard = sockets.map(record);
	for (const socket of sockets) {
		const joined = await ask(socket, "join_conversation", { ...me, since_seq: 0 });
		assert.equal(joined.ok, true, joined.message);
	}
	return { id: chat.conversation_id, me, sockets, heard };
}

const say = (socket, me, content, more = {}) =>
	ask(socket, "send_message", { ...me, sender_type: "end_user", content, ...more });

const of = (heard, event) =>
	heard.filter(([name]) => name === event).map(([, payload]) => payload);
const seqs = (heard) => of(heard, "message_received").map(({ seq }) => seq);
const upTo = (n) => Array.from({ length: n }, (_, i) => i + 1);

describe("a doorbell", () => {
	const bell = (name) => path(dirname(site.env.DB_SOCKET), name);

	/** A ws-daemon with settings of its own; `said` is what it logs. */
	function run(values) {
		const file = path(site.dir, "bell.conf");
		const text = readFileSync(site.env.CONF, "utf8").replace(/^(ws_port|doorbell|log_file) = .*\n/gm, "");
		writeFileSync(file, `${text}\n${values}\n`, { mode: 0o600 });
		const child = spawn(path(site.bin, "ws-daemon"), ["-f", file], { stdio: ["ignore", "pipe", "pipe"] });
		const self = { child, said: "", gone: once(child, "exit") };
		for (const out of [child.stdout, child.stderr]) out.on("data", (data) => (self.said += data));
		return self;
	}
	const first = () => readFileSync(site.env.CONF, "utf8").match(/^doorbell = (\S+)/m)[1];

	test("stays with the daemon that listens there", { timeout: 60000 }, async () => {
		const { ino } = statSync(first());
		const thief = run(`ws_port = 0\ndoorbell = ${first()}`);
		assert.equal((await thief.gone)[0], 1);
		assert.match(thief.said, /start_failed why="Another program listens at the doorbell /);
		assert.equal(statSync(first()).ino, ino);
	});

	test("is handed over by one that ends, and made anew behind one that was killed", { timeout: 60000 }, async () => {
		const values = `ws_port = 0\ndoorbell = ${bell("handed")}`;
		const old = run(values);
		await until("the old one", () => / listen /.test(old.said));
		const { ctimeMs } = statSync(bell("handed"));
		const next = run(values);
		await sleep(300);
		assert.doesNotMatch(next.said, / listen /);
		old.child.kill("SIGTERM");
		assert.equal((await old.gone)[0], 0, old.said);
		await until("the next one", () => / listen /.test(next.said));
		assert.notEqual(statSync(bell("handed")).ctimeMs, ctimeMs);
		next.child.kill("SIGKILL");
		await next.gone;
		const last = run(values);
		await until("the last one", () => / listen /.test(last.said));
		// What stands there in its place by now is not its own to take away.
		rmSync(bell("handed"));
		writeFileSync(bell("handed"), "");
		last.child.kill("SIGTERM");
		assert.equal((await last.gone)[0], 0, last.said);
		assert.equal(existsSync(bell("handed")), true);
		const refused = run(values);
		assert.equal((await refused.gone)[0], 1);
		assert.match(refused.said, /start_failed why="The doorbell .*handed is no socket/);
		rmSync(bell("handed"));
	});
});

describe("messages", () => {
	test("of concurrent senders at two daemons reach every room in order, once", async () => {
		const each = 40;
		const { me, sockets, heard } = await rooms("order", [site, b, c]);
		const agent = await Agent.login(site);
		const queue = await connect(c, { extraHeaders: { Cookie: agent.cookie } });
		assert.equal((await ask(queue, "join_queue", {})).ok, true);
		const updates = record(queue);
		await Promise.all([0, 1].flatMap((from) => upTo(each).map(async (i) => {
			const ack = await say(sockets[from], me, `${from}-${i}`, { client_id: `${from}-${i}` });
			assert.equal(ack.ok, true, ack.message);
		})));
		for (const list of heard) {
			await until("all of them", () => seqs(list).length >= 2 * each);
			assert.deepEqual(seqs(list), upTo(2 * each));
		}
		await until("the queue's", () => of(updates, "conversation_updated").length >= 2 * each);
		assert.deepEqual(of(updates, "conversation_updated").map(({ seq }) => seq)
			.sort((x, y) => x - y), upTo(2 * each));
		queue.disconnect();
	});

	test("an assignment, a resolution and a reading reach the rooms of all", async () => {
		const { id, me, sockets, heard } = await rooms("states", [site, b]);
		await say(sockets[0], me, "hello");
		const agent = await Agent.login(site);
		const queue = await connect(c, { extraHeaders: { Cookie: agent.cookie } });
		const events = record(queue);
		await ask(queue, "join_queue", {});
		const socket = await connect(b, { extraHeaders: { Cookie: agent.cookie } });
		const claimed = await ask(socket, "claim_conversation", { conversation_id: id });
		assert.equal(claimed.ok, true, claimed.message);
		const { missed } = await ask(socket, "join_conversation",
			{ conversation_id: id, since_seq: 0 });
		await ask(socket, "mark_read", { conversation_id: id, message_ids: [missed[0].id] });
		assert.equal((await agent.request("POST", `/api/conversations/${id}/resolve`, {})).status, 200);
		const expected = ["conversation_assigned", "messages_read", "conversation_resolved"];
		await until("the queue's events", () => expected.every((name) => of(events, name).length > 0));
		for (const list of heard)
			await until("the rooms' events", () => expected.every((name) => of(list, name).length > 0));
		await sleep(200);
		for (const list of [events, ...heard])
			for (const name of expected) assert.equal(of(list, name).length, 1, name);
		socket.disconnect();
		queue.disconnect();
	});
});

describe("typing", () => {
	test("is seen at another daemon, ends with the message, and with silence", async () => {
		const { me, sockets: [here, there], heard: [, list] } = await rooms("typing", [site, b]);
		const type = () => ask(here, "user_typing", { ...me, sender_type: "end_user" });
		// Each daemon must know of the other by now.
		await until("the other to hear of typing", async () => {
			await type();
			return of(list, "typing_indicator").length > 0;
		});
		await say(here, me, "said");
		await until("the end", () => of(list, "typing_cleared").length > 0);
		const before = of(list, "typing_indicator").length;
		const names = list.map(([name]) => name);
		assert.ok(names.indexOf("message_received") < names.indexOf("typing_cleared"));
		await sleep(2100);
		await type();
		await until("typing again", () => of(list, "typing_indicator").length > before);
		here.disconnect();
		await until("the end of who went away", () => of(list, "typing_cleared").length > 1);
		assert.deepEqual(of(list, "typing_indicator")[0],
			{ conversation_id: me.conversation_id, sender_type: "end_user" });
		there.disconnect();
	});

	test("writes a row at most every two seconds, and no client is told of rows", async () => {
		const { id, me, sockets: [here] } = await rooms("typist", [site]);
		const start = Date.now();
		for (let i = 0; i < 20; i++) await ask(here, "user_typing", { ...me, sender_type: "end_user" });
		const most = 1 + Math.floor((Date.now() - start) / 2000);
		const rows = site.sql(`SELECT COUNT(*) FROM notifications WHERE kind = 'typing'
			AND conversation_id = UNHEX(REPLACE('${id}', '-', ''))`);
		assert.ok(Number(rows[0][0]) <= most, `${rows} rows`);
		here.disconnect();
	});
});

/** An agent's socket at a daemon, in the presence room. */
async function watcher(daemon, agent) {
	const socket = await connect(daemon, { extraHeaders: { Cookie: agent.cookie } });
	const heard = record(socket);
	const { online } = await ask(socket, "join_org_presence", {});
	return { socket, heard, online,
		statuses: (id) => of(heard, "agent_status_changed")
			.filter(({ agent_id }) => agent_id === id).map(({ status }) => status) };
}

describe("presence", () => {
	let amina, juma;
	before(async () => {
		amina = await Agent.login(site);
		juma = await Agent.login(site, "CONSOLE2");
	});

	test("of an agent at one daemon is known at the others", async () => {
		const w = await watcher(b, amina);
		const id = juma.me.user.id;
		const socket = await connect(c, { extraHeaders: { Cookie: juma.cookie } });
		await until("online", () => w.statuses(id).at(-1) === "online");
		const late = await watcher(site, amina);
		await until("the first daemon to know", async () =>
			(await ask(late.socket, "join_org_presence", {})).online.includes(id));
		socket.disconnect();
		await until("offline", () => w.statuses(id).at(-1) === "offline");
		assert.deepEqual(w.statuses(id), ["online", "offline"]);
		for (const { socket: s } of [w, late]) s.disconnect();
	});

	test("of a killed daemon's agents ends after the grace, without a flicker for who moves",
		async () => {
			site.addUser("ZAWADI");
			const zawadi = await Agent.login(site, "ZAWADI");
			const [moves, stays] = [juma.me.user.id, zawadi.me.user.id];
			const w = await watcher(b, amina);
			const options = (agent) => ({ reconnection: false,
				extraHeaders: { Cookie: agent.cookie } });
			await connect(c, options(juma));
			await connect(c, options(zawadi));
			await until("both online", () => w.statuses(moves).at(-1) === "online" &&
				w.statuses(stays).at(-1) === "online");
			w.heard.length = 0;
			await c.kill();
			const moved = await connect(site, { extraHeaders: { Cookie: juma.cookie } });
			await until("the other one to be offline", () => w.statuses(stays).length > 0);
			assert.deepEqual(w.statuses(stays), ["offline"]);
			assert.deepEqual(w.statuses(moves), []);
			const { online } = await ask(w.socket, "join_org_presence", {});
			assert.ok(online.includes(moves) && !online.includes(stays));
			for (const s of [w.socket, moved]) s.disconnect();
			await c.start();
		});

	test("comes back with a daemon that was only asleep, and so do its messages", async () => {
		const id = juma.me.user.id;
		const w = await watcher(b, amina);
		const room = await rooms("asleep", [site, c]);
		const socket = await connect(c, { extraHeaders: { Cookie: juma.cookie } });
		// Only there: who left another daemon may still have the grace of it.
		await until("its row", () => site.sql(`SELECT 1 FROM presences p JOIN daemons d
			ON d.id = p.daemon_id WHERE d.pid = ${c.child.pid}`).length === 1);
		await until("online", async () =>
			(await ask(w.socket, "join_org_presence", {})).online.includes(id));
		c.child.kill("SIGSTOP");
		for (const i of upTo(3)) await say(room.sockets[0], room.me, `asleep ${i}`);
		await until("offline", () => w.statuses(id).at(-1) === "offline");
		c.child.kill("SIGCONT");
		await until("online again", () => w.statuses(id).at(-1) === "online");
		await until("its messages", () => seqs(room.heard[1]).length >= 3);
		assert.deepEqual(seqs(room.heard[1]), upTo(3));
		assert.deepEqual(w.statuses(id).slice(-2), ["offline", "online"]);
		assert.ok(socket.connected);
		for (const s of [w.socket, socket, ...room.sockets]) s.disconnect();
	});

	test("of a daemon that is stopped is handed over in the same way", async () => {
		const id = juma.me.user.id;
		const first = await connect(c,
			{ reconnection: false, extraHeaders: { Cookie: juma.cookie } });
		const w = await watcher(b, amina);
		await until("online", async () =>
			(await ask(w.socket, "join_org_presence", {})).online.includes(id));
		w.heard.length = 0;
		const own = `FROM daemons d LEFT JOIN presences p ON p.daemon_id = d.id
			WHERE d.pid = ${c.child.pid}`;
		await until("its row", () => site.sql(`SELECT COUNT(p.user_id) ${own}`)[0][0] === "1");
		assert.equal(await c.kill("SIGTERM"), 0);
		first.disconnect();
		assert.equal(site.sql(`SELECT COUNT(*) ${own}`)[0][0], "0");
		const moved = await connect(site, { extraHeaders: { Cookie: juma.cookie } });
		await sleep(4000);
		assert.deepEqual(w.statuses(id), []);
		for (const s of [w.socket, moved]) s.disconnect();
		await c.start();
	});
});

/** Gives each connection to the next daemon that answers, as a balancer does. */
async function balance(daemons) {
	let turn = 0;
	const server = createServer((client) => {
		client.on("error", () => {});
		const first = turn++;
		const attempt = (n) => {
			if (n === daemons.length) return client.destroy();
			const { port } = new URL(daemons[(first + n) % daemons.length].url);
			const to = dial(Number(port), "127.0.0.1");
			to.once("connect", () => {
				client.pipe(to).pipe(client);
				to.off("error", again).on("error", () => {});
				to.on("close", () => client.destroy());
				client.on("close", () => to.destroy());
			});
			const again = () => attempt(n + 1);
			to.on("error", again);
		};
		attempt(0);
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	return { url: `http://127.0.0.1:${server.address().port}`,
		env: site.env, sockets: site.sockets, end: () => server.close() };
}

/** An inbox: what it heard of each conversation, over all of its connections. */
async function inbox(via, agent) {
	const self = { seqs: new Map(), missed: 0, joins: 0 };
	let cursor;
	const hear = (event, payload) => {
		if (event !== "conversation_updated") return;
		const list = self.seqs.get(payload.conversation_id) ?? new Set();
		self.seqs.set(payload.conversation_id, list.add(payload.seq));
	};
	const socket = await connect(via,
		{ transports: ["websocket"], extraHeaders: { Cookie: agent.cookie } });
	socket.onAny(hear);
	socket.on("queue_cursor", (payload) => (cursor = payload.cursor));
	const join = async () => {
		const { id } = socket;
		const ack = await ask(socket, "join_queue", cursor === undefined ? {} : { since: cursor })
			.catch(() => ({}));
		if (socket.id !== id || !ack.ok) return; // gone again, and so is this answer
		assert.equal(ack.reload, undefined);
		self.joins++;
		self.missed += ack.missed?.length ?? 0;
		for (const { event, payload } of ack.missed ?? []) hear(event, payload);
		cursor = ack.cursor;
		if (ack.more) await join();
	};
	socket.on("connect", join);
	await join();
	return Object.assign(self, { socket });
}

describe("clients of a daemon that is killed", () => {
	test("go on at another one with since_seq and since, and miss nothing", async () => {
		const agent = await Agent.login(site);
		const via = await balance([b, c]);
		const list = await inbox(via, agent);
		const people = await crowd(site, { token: widget.embed_token }, agent, "moved",
			{ via, options: { transports: ["websocket"] } });
		await talk(people, async () => {
			await b.kill();
			await b.start();
			await c.kill();
			await c.start();
		});
		compare(people);
		for (const id of people.ids)
			await until(`the inbox to know all of ${id}`, () => list.seqs.get(id)?.size === 50);
		assert.ok(list.joins > 1 && list.missed > 0, "it did move");
		leave(people);
		list.socket.disconnect();
		via.end();
	});

	test("go on when the database is killed under both", async () => {
		const agent = await Agent.login(site);
		const via = await balance([b, c]);
		const people = await crowd(site, { token: widget.embed_token }, agent, "no database",
			{ via, options: { transports: ["websocket"] } });
		await talk(people, () => site.crash("db"));
		compare(people);
		leave(people);
		via.end();
	});
});

/** lighttpd in front of two daemons, as docs/operations.md tells. */
async function sticky(daemons) {
	const port = await freePort();
	const conf = path(site.dir, "sticky.conf");
	const hosts = daemons.map(({ url }) =>
		`( "host" => "127.0.0.1", "port" => ${new URL(url).port} )`);
	writeFileSync(conf, `server.modules = ( "mod_proxy" )
		server.document-root = "/nonexistent"
		server.bind = "127.0.0.1"
		server.port = ${port}
		proxy.balance = "sticky"
		proxy.server = ( "" => ( ${hosts.join(", ")} ) )
		proxy.header = ( "upgrade" => "enable" )
		server.stream-response-body = 2
		server.max-read-idle = 90\n`);
	const child = spawn("setpriv", ["--pdeathsig", "TERM", "/usr/sbin/lighttpd", "-D", "-f", conf],
		{ stdio: "ignore" });
	const url = `http://127.0.0.1:${port}`;
	await until("lighttpd", () => fetch(`${url}/socket.io/?EIO=4&transport=polling`)
		.then((answer) => answer.ok, () => false));
	return { url, env: site.env, sockets: site.sockets, async end() {
		child.kill();
		await once(child, "exit");
	} };
}

describe("a web server that keeps an address at one daemon", () => {
	test("serves polling and the upgrade, and goes to another when that one dies", async () => {
		const via = await sticky([b, c]);
		const who = await rooms("sticky", [via]);
		const poll = await connect(via, { transports: ["polling"] });
		const heard = record(poll);
		await ask(poll, "join_conversation", { ...who.me, since_seq: 0 });
		assert.equal((await say(who.sockets[0], who.me, "before")).ok, true);
		await until("the first", () => seqs(heard).length === 1);
		const agent = await Agent.login(site);
		const at = () => site.sql(`SELECT d.pid FROM presences p JOIN daemons d ON d.id = p.daemon_id
			AND d.beat_at > UTC_TIMESTAMP(6) - INTERVAL 4 SECOND`).map(([pid]) => Number(pid));
		await until("earlier agents to be gone", () => at().length === 0);
		const queue = await connect(via, { extraHeaders: { Cookie: agent.cookie } });
		await until("its presence", () => at().length === 1);
		const daemon = [b, c].find(({ child }) => at().includes(child.pid));
		queue.disconnect();
		const sids = () => [who.sockets[0], poll].map(({ id }) => id);
		const before = sids();
		await daemon.kill();
		await until("both to be back", () => sids().every((id, i) => id && id !== before[i]));
		await ask(poll, "join_conversation", { ...who.me, since_seq: 1 });
		assert.equal((await say(who.sockets[0], who.me, "after")).ok, true);
		await until("the second", () => seqs(heard).at(-1) === 2);
		for (const socket of [...who.sockets, poll]) socket.disconnect();
		await daemon.start();
		await via.end();
	});
});
