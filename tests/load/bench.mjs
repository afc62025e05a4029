// bench.mjs: the figures of docs/performance.md: each server in turn under the
// same load, medians, a table
//
//   make bench        or: node tests/load/bench.mjs [--only saturation,stored]
//                         [--servers sio-echo,node] [--runs 3] [--list]
//                         [--json FILE] [--no-site]
//                         [--seconds S] [--clients N]   (less than usual)
//
// BENCH_CONF holds more lines for baraza.conf, BENCH_POOL the connections of
// the peer's pool. The figures of the site (measure.mjs) come last.
// SPDX-License-Identifier: MIT
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { top } from "../e2e/harness.mjs";
import { bin, servers, site, stopSite } from "./bench-servers.mjs";

const run = promisify(execFile);
const MEMORY = ["sio-echo", "node", "python"];
const STORED = ["ws-daemon", "node-mysql2"];

const { values: options } = parseArgs({ options: {
	only: { type: "string" },
	servers: { type: "string" },
	runs: { type: "string", default: "3" },
	json: { type: "string" },
	seconds: { type: "string" },
	clients: { type: "string" },
	list: { type: "boolean" },
	"no-site": { type: "boolean" },
} });

// Name, where it stands in sioload's object, and what is aimed at.
const cpu = (goal) => ["CPU s per 1 M deliveries", (r) => r.run.cpu_s_per_million, goal];
const median50 = (goal) => ["ack, median µs", (r) => r.run.ack_us.p50, goal];
const percent99 = (goal) => ["ack, 99 % µs", (r) => r.run.ack_us.p99, goal];
const per1000 = (who, i) => [`${who}'s CPU s per 1,000 messages`,
	(r) => 1000 * r.run.processes?.[i]?.cpu_s / r.run.acked];

const idle = (n) => ({
	name: `idle-${n}`, servers: MEMORY, rooms: n / 10,
	title: `500 messages/s, N = ${n}, rooms of 10`,
	args: ["--clients", n, "--rate", 500, "--warmup", 1, "--seconds", 8],
	figures: [cpu("≤ 12"), median50(), percent99()],
});

const experiments = [
	{
		name: "saturation", servers: [...MEMORY, "ws-daemon"], rooms: 500,
		title: "closed loop, N = 5000, rooms of 10, a sender in each",
		args: ["--clients", 5000, "--warmup", 2, "--seconds", 8],
		figures: [cpu("≤ 6, ≤ half of node's"),
			["deliveries/s", (r) => r.run.delivered_per_s],
			["resident bytes per connection", (r) => r.connect.rss_per_client, "≤ 7,000"],
			["CPU ms per connect and join", (r) => r.connect.cpu_ms_per_client, "≤ 0.06"]],
	},
	idle(200), idle(1000), idle(5000), idle(10000),
	{
		name: "ack", servers: MEMORY, rooms: 100,
		title: "one sender alone in its room, one message after the other, N = 100",
		args: ["--clients", 100, "--room-size", 1, "--senders", 1, "--warmup", 1, "--seconds", 5],
		figures: [median50("≤ 45"), percent99("≤ 100")],
	},
	{
		name: "stored", servers: STORED, rooms: 100,
		title: "stored: 1,000 senders in 100 rooms, closed loop",
		args: ["--clients", 1000, "--senders", 1000, "--warmup", 2, "--seconds", 10],
		figures: [["acknowledged messages/s", (r) => r.run.acked_per_s, "≥ 5 × node-mysql2"],
			median50(), percent99(), per1000("server", 0), per1000("database", 1)],
	},
	{
		name: "stored-latency", servers: [...STORED, "one-commit"], rooms: 100,
		title: "stored: 200 messages/s, N = 1000, rooms of 10; one-commit: one INSERT of one row, " +
			"prepared, committed, at 200/s",
		args: ["--clients", 1000, "--rate", 200, "--warmup", 2, "--seconds", 8],
		figures: [median50("≤ 1.5 × one-commit"), percent99(), per1000("server", 0),
			per1000("database", 1)],
	},
];

function chosen(list, names, of) {
	if (names === undefined) return list;
	const wanted = names.split(",");
	for (const name of wanted)
		if (!list.some((item) => of(item) === name)) throw new Error(`unknown: ${name}`);
	return list.filter((item) => wanted.includes(of(item)));
}

/** As the command line wants it: shorter, and with fewer clients. */
function adapted(args) {
	const most = Number(options.clients ?? Infinity);
	return args.map((value, i) => {
		if (["--clients", "--senders"].includes(args[i - 1])) return Math.min(value, most);
		return args[i - 1] === "--seconds" ? options.seconds ?? value : value;
	});
}

async function commit() {
	const { env, sql } = await site();
	sql.call({ env }, "CREATE DATABASE IF NOT EXISTS peer");
	const { stdout } = await run(join(bin, "one-commit"), [env.DB_SOCKET, "peer", "200",
		String(Math.ceil(options.seconds ?? 8))]);
	return { run: { ack_us: JSON.parse(stdout) } };
}

async function load(name, experiment) {
	const server = await servers[name](experiment);
	try {
		const args = ["--port", server.port, "--pid", server.pids.join(","),
			...adapted(experiment.args), ...server.args].map(String);
		const { stdout } = await run(join(bin, "sioload"), args)
			.catch((error) => error.stdout ? error : Promise.reject(error));
		return JSON.parse(stdout);
	} finally {
		await server.stop();
	}
}

/** Whatever makes a figure worthless. */
function faults({ total }) {
	if (!total) return [];
	return ["refused", "unacknowledged", "lost", "duplicated", "reordered", "stray",
		"unexpected_acks", "malformed", "unconnected", "closed"]
		.filter((key) => total[key] > 0).map((key) => `${key} ${total[key]}`);
}

function median(values) {
	const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
	return sorted[sorted.length >> 1];
}

function shown(value) {
	if (!Number.isFinite(value)) return "";
	if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString("en");
	return String(Number(value.toPrecision(3)));
}

/** Each server once, then each again: what else the machine does hits all. */
async function measure(experiment, names, runs) {
	const cells = new Map(names.map((name) => [name, []]));
	for (let i = 0; i < runs; i++) {
		for (const name of names) {
			const result = name === "one-commit" ? await commit() : await load(name, experiment);
			const bad = faults(result);
			console.error(`${experiment.name} ${name} ${i + 1}/${runs}: ${experiment.figures
				.map(([what, of]) => `${what} ${shown(of(result))}`).join("; ")}${
				bad.length ? `; FAULTS ${bad.join(", ")} ${result.total.first_fault ?? ""}` : ""}`);
			cells.get(name).push(result);
		}
	}
	return cells;
}

function print(experiment, cells) {
	const names = [...cells.keys()];
	console.log(`\n### ${experiment.title}\n`);
	if (experiment.args) console.log(`\`sioload ${adapted(experiment.args).join(" ")}\`\n`);
	console.log(`| | ${names.join(" | ")} | aim |`);
	console.log(`|---|${names.map(() => "---").join("|")}|---|`);
	for (const [what, of, goal = ""] of experiment.figures)
		console.log(`| ${what} | ${names.map((name) =>
			shown(median(cells.get(name).map(of)))).join(" | ")} | ${goal} |`);
	for (const name of names)
		for (const bad of cells.get(name).map(faults).filter((list) => list.length > 0))
			console.log(`\n${name}, in one of the runs: ${bad.join(", ")}.`);
}

const list = chosen(experiments, options.only, (e) => e.name);
if (options.list) {
	for (const { name, title, servers: names } of list)
		console.log(`${name.padEnd(15)} ${title} (${names.join(", ")})`);
	process.exit(0);
}
const version = (command, ...args) => execFileSync(command, args, { encoding: "utf8" }).trim();
console.log(`${cpus().length} cores (${cpus()[0].model}), Linux ${version("uname", "-r")}, ` +
	`Node ${process.version}, ${version("mariadbd", "--version").replace(/.*Ver (\S+).*/, "MariaDB $1")}; ` +
	`medians of ${options.runs}.`);
const all = {};
for (const experiment of list) {
	const wanted = options.servers?.split(",");
	const names = experiment.servers.filter((name) => !wanted || wanted.includes(name));
	if (names.length === 0) continue;
	const cells = await measure(experiment, names, Number(options.runs));
	print(experiment, cells);
	all[experiment.name] = Object.fromEntries(cells);
}
await stopSite();
if (options.json) writeFileSync(options.json, JSON.stringify(all, null, "\t"));
if (!options.only && !options["no-site"]) {
	console.log("\n### The site: memory, latency behind the web servers, sizes\n");
	spawnSync(process.execPath, [join(top, "tests/load/measure.mjs")], { stdio: "inherit" });
}
