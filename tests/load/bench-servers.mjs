// bench-servers.mjs: the servers that bench.mjs measures, each on a free port
// SPDX-License-Identifier: MIT
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Installation, openChat, top } from "../e2e/harness.mjs";

export const bin = process.env.BARAZA_BIN ?? join(top, "build");

// Budgets stop visitors who talk as fast as a load generator does.
const CONF = `message_burst = 10000
message_refill_ms = 1
event_burst = 100000
event_refill_ms = 1
${process.env.BENCH_CONF ?? ""}`;

/** A program that prints its port. */
async function program(command, ...args) {
	const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
	const gone = once(child, "exit");
	const [data] = await Promise.race([once(child.stdout, "data"), gone]);
	const port = Number(String(data).trim());
	if (!(port > 0)) throw new Error(`${command} ${args.join(" ")} did not start`);
	return {
		port, pids: [child.pid], args: [],
		async stop() {
			child.kill("SIGTERM");
			await gone;
		},
	};
}

// One private MariaDB for all who store, ours and the peer.
let installation;

export async function site() {
	if (!installation) {
		installation = await Installation.start({ bin, conf: CONF });
		installation.people = installation.addWidget();
	}
	return installation;
}

export async function stopSite() {
	await installation?.stop();
	installation = undefined;
}

/** ws-daemon, a new process, with as many conversations as asked for. */
async function daemon({ rooms }) {
	const home = await site();
	await home.crash("wsd", "SIGTERM");
	const conf = readFileSync(home.env.CONF, "utf8");
	const port = Number(/^ws_port = (\d+)$/m.exec(conf)[1]);
	const lines = home.conversations ??= [];
	while (lines.length < rooms)
		lines.push(...await Promise.all(Array.from(
			{ length: Math.min(20, rooms - lines.length) }, async (_, i) => {
				const who = `bench-${lines.length + i}`;
				const chat = await openChat(home, who, { embed_token: home.people.token });
				return `${chat.conversation_id} ${chat.external_id}`;
			})));
	const file = join(home.dir, "conversations");
	writeFileSync(file, `${lines.join("\n")}\n`);
	return {
		port, pids: [Number(home.pids().wsd), Number(home.env.DB_PID)],
		args: ["--mode", "stored", "--conversations", file],
		async stop() {},
	};
}

async function nodeMysql() {
	const home = await site();
	home.sql("CREATE DATABASE IF NOT EXISTS peer");
	const server = await program(process.execPath, join(top, "tests/load/peer-mysql.mjs"),
		home.env.DB_SOCKET, "peer", process.env.BENCH_POOL ?? "10");
	server.pids.push(Number(home.env.DB_PID));
	server.args = ["--mode", "stored"];
	return server;
}

/** Starters by name; `rooms` is how many conversations will be joined. */
export const servers = {
	"sio-echo": () => program(join(bin, "sio-echo"), "--port", "0"),
	"node": () => program(process.execPath, join(top, "tests/load/peer.mjs")),
	"python": () => program("/usr/bin/python3", join(top, "tests/load/peer.py")),
	"ws-daemon": daemon,
	"node-mysql2": nodeMysql,
};
