// api-bench.mjs: the figures of the developer API in docs/performance.md: its
// routes, the least programs that do the same (bare.c), and a Node peer, in one run
//
//   make bench-api    or: node tests/load/api-bench.mjs [--seconds 5] [--runs 3]
//                         [--only rest,cgi,memory,big] [--json FILE]
// SPDX-License-Identifier: MIT
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { Installation, freePort, top, until } from "../e2e/harness.mjs";
import { bin } from "./bench-servers.mjs";

const run = promisify(execFile);
const { values: options } = parseArgs({ options: {
	seconds: { type: "string", default: "5" },
	runs: { type: "string", default: "3" },
	only: { type: "string", default: "rest,cgi,memory,big" },
	json: { type: "string" },
	seed: { type: "string" },
} });
const wanted = new Set(options.only.split(","));
const RUNS = Number(options.runs);
const SESSIONS = 1000;

// Two states that lead to each other: every message is a change of state.
const FLOW = {
	there: { message: "You are there, {{contact_name}}.", transitions: { next: "here", default: "here" } },
	here: { message: "You are here again.", transitions: { next: "there", default: "there" } },
};
const ENDLESS = ["key_read_burst", "key_read_rate", "key_write_burst", "key_write_rate"]
	.map((name) => `${name} = 1000000`).join("\n");

const site = await Installation.start({ bin, conf: ENDLESS });
const key = site.ctl(["key", "add", "--workspace", site.env.WORKSPACE_ID, "--name", "bench",
	"--scope", "write"]).trim().split(/\s+/).pop();
const children = [];
const results = {};

async function api(method, path, body) {
	const answer = await fetch(`${site.url}/api/dev/v1${path}`, { method,
		headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
		body: body && JSON.stringify(body) });
	const text = await answer.text();
	if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
	return text ? JSON.parse(text) : undefined;
}

/** Ends with us; resolves when it has printed a line or its port answers. */
async function start(command, args, env = {}) {
	const child = spawn("setpriv", ["--pdeathsig", "TERM", command, ...args],
		{ stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, ...env } });
	children.push(child);
	return child;
}

async function lighttpd(name, lines, env) {
	const port = await freePort();
	const file = join(site.dir, `${name}.conf`);
	mkdirSync(join(site.dir, name), { recursive: true });
	writeFileSync(file, `server.document-root = "${join(site.dir, name)}"
server.bind = "127.0.0.1"
server.port = ${port}
server.max-keep-alive-requests = 100000
${lines}`);
	const child = await start("/usr/sbin/lighttpd", ["-D", "-f", file], env);
	await until(name, () => fetch(`http://127.0.0.1:${port}/hello`).then(() => true, () => false));
	return { url: `http://127.0.0.1:${port}`, pid: child.pid };
}

const tick = Number((await run("getconf", ["CLK_TCK"])).stdout);

/** CPU seconds of a process, with those of its ended children. */
function cpu(pid) {
	const text = readFileSync(`/proc/${pid}/stat`, "utf8");
	const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
	return [11, 12, 13, 14].reduce((sum, i) => sum + Number(fields[i]), 0) / tick;
}

const rss = (pid) => Number(/VmRSS:\s+(\d+)/
	.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

async function wrk(url, pids, { seconds = options.seconds, connections = 16, script, env = {} } = {}) {
	const before = pids.map(cpu);
	const { stdout } = await run("wrk", ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency",
		"-H", `Authorization: Bearer ${key}`, ...(script ? ["-s", script] : []), url],
		{ env: { ...process.env, ...env } });
	const used = pids.map((pid, i) => cpu(pid) - before[i]);
	if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${url}: ${stdout}`);
	const n = Number(/(\d+) requests in/.exec(stdout)[1]);
	const ms = (q) => {
		const [, value, unit] = new RegExp(`${q}%\\s+([\\d.]+)(us|ms|s)`).exec(stdout);
		return Number(value) * { us: 0.001, ms: 1, s: 1000 }[unit];
	};
	return { rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]), n, p50: ms(50), p99: ms(99),
		us: used.map((s) => s * 1e6 / n), total: used.reduce((a, b) => a + b, 0) * 1e6 / n };
}

function median(values) {
	return [...values].sort((a, b) => a - b)[values.length >> 1];
}

const shown = (x) => x >= 1000 ? Math.round(x).toLocaleString("en") : String(Number(x.toPrecision(3)));

/** Each in turn, then each again: what else the machine does hits all. */
async function compare(title, cases) {
	const all = new Map(cases.map(([name]) => [name, []]));
	for (let i = 0; i < RUNS; i++)
		for (const [name, measure] of cases) {
			all.get(name).push(await measure());
			console.error(`${title}: ${name} ${i + 1}/${RUNS}: ${shown(all.get(name).at(-1).rate)}/s`);
		}
	console.log(`\n### ${title}\n\n| | requests/s | CPU µs per request: web server + program + database | 50 % ms | 99 % ms |`);
	console.log("|---|---|---|---|---|");
	for (const [name, list] of all) {
		const of = (pick) => median(list.map(pick));
		console.log(`| ${name} | ${shown(of((r) => r.rate))} | ${shown(of((r) => r.total))} (${list[0].us
			.map((_, k) => shown(of((r) => r.us[k]))).join(" + ")}) | ${shown(of((r) => r.p50))} | ${
			shown(of((r) => r.p99))} |`);
	}
	results[title] = Object.fromEntries(all);
	return all;
}

async function prepare() {
	const bot = await api("POST", "/chatbots", { name: "Bench" });
	const flow = await api("POST", `/chatbots/${bot.id}/flows`,
		{ name: "Round", type: "conversation", flow: FLOW });
	await api("POST", `/chatbots/${bot.id}/flows/${flow.id}/publish`, {});
	return bot.id;
}

async function sessions(bot) {
	const paths = [];
	while (paths.length < SESSIONS)
		paths.push(...await Promise.all(Array.from({ length: 20 }, async () => {
			const { session_id: id } = await api("POST", `/chatbots/${bot}/chat/sessions`, {});
			return `/api/dev/v1/chatbots/${bot}/chat/sessions/${id}/messages`;
		})));
	const file = join(site.dir, "sessions");
	writeFileSync(file, `${paths.join("\n")}\n`);
	return { file, paths };
}

/** The bare program behind a lighttpd of its own. */
async function bare() {
	const socket = join(site.dir, "bare.sock");
	const child = await start(join(bin, "bare"), [socket, site.env.DB_SOCKET, "baraza"]);
	await once(child.stdout, "data");
	const web = await lighttpd("bare", `server.modules = ( "mod_fastcgi" )
fastcgi.server = ( "" => (( "socket" => "${socket}", "check-local" => "disable" )) )
`);
	return { ...web, pids: [web.pid, child.pid, Number(site.env.DB_PID)] };
}

async function rest(bot, least) {
	const our = [Number(site.env.WEB_PID), Number(site.pids().fcgi), Number(site.env.DB_PID)];
	const peer = await start(process.execPath, [join(top, "tests/load/peer-api.mjs"),
		site.env.DB_SOCKET, "baraza"]);
	const peerUrl = `http://127.0.0.1:${String((await once(peer.stdout, "data"))[0]).trim()}`;
	const theirs = [peer.pid, Number(site.env.DB_PID)];
	const one = `/api/dev/v1/chatbots/${bot}`;
	await compare("GET /chatbots/{id}", [
		["bare, no database", () => wrk(`${least.url}/hello`, least.pids)],
		["bare, one prepared SELECT", () => wrk(`${least.url}/select`, least.pids)],
		["fcgi-app", () => wrk(site.url + one, our)],
		["fastify + mysql2, no web server before it", () => wrk(peerUrl + one, theirs)],
	]);
	const { file, paths } = await sessions(bot);
	const session = paths[0].split("/").at(-2);
	for (let i = 0; i < 55; i++)
		await api("POST", paths[0].slice("/api/dev/v1".length), { message: "next" });
	const messages = `${one}/conversations/${session}/messages?limit=50`;
	const hex = site.sql(`SELECT HEX(conversation_id) FROM messages GROUP BY conversation_id
		HAVING COUNT(*) > 100 ORDER BY conversation_id DESC LIMIT 1`)[0][0];
	await compare("GET …/messages, 50 pairs", [
		["bare, one SELECT of the same rows as JSON", () => wrk(`${least.url}/rows?${hex}`, least.pids)],
		["fcgi-app", () => wrk(site.url + messages, our)],
		["fastify + mysql2, no web server before it", () => wrk(peerUrl + messages, theirs)],
	]);
	const commits = () => Number(site.sql("SHOW GLOBAL STATUS LIKE 'Handler_commit'")[0][1]);
	let per;
	await compare("Chat API POST …/messages through a state change", [
		["bare, one INSERT and its commit", () => wrk(`${least.url}/insert`, least.pids)],
		["fcgi-app", async () => {
			const before = commits();
			const r = await wrk(site.url, our, { script: join(top, "tests/load/talk.lua"),
				env: { SESSIONS: file, API_KEY: key } });
			per = (commits() - before) / r.n;
			return r;
		}],
	]);
	console.log(`\nHandler_commit per message of fcgi-app, reads included: ${shown(per)}.`);
}

async function cgi(bot) {
	const dir = join(site.dir, "cgi-bin");
	mkdirSync(dir, { recursive: true });
	const conf = join(dir, "cgi.conf");
	writeFileSync(conf, readFileSync(site.env.CONF, "utf8").split("\n")
		.filter((line) => !/^\s*fcgi_socket\b/.test(line)).join("\n"), { mode: 0o600 });
	const at = async (name, program) => {
		mkdirSync(join(site.dir, name), { recursive: true });
		symlinkSync(join(bin, program), join(site.dir, name, "x.cgi"));
		return lighttpd(name, `server.modules = ( "mod_rewrite", "mod_setenv", "mod_cgi" )
setenv.add-environment = ( "BARAZA_CONF" => "${conf}",
	"BARE_DB_SOCKET" => "${site.env.DB_SOCKET}", "BARE_DB" => "baraza" )
url.rewrite-once = ( "^/([^?]*)(\\?.*)?$" => "/x.cgi/$1$2" )
cgi.assign = ( ".cgi" => "" )
`);
	};
	const least = await at("cgi-bare", "bare");
	const ours = await at("cgi-ours", "fcgi-app");
	const db = Number(site.env.DB_PID);
	await compare("GET /chatbots/{id} as a plain CGI program", [
		["bare: connect and one SELECT", () => wrk(`${least.url}/select`, [least.pid, db])],
		["fcgi-app", () => wrk(`${ours.url}/api/dev/v1/chatbots/${bot}`, [ours.pid, db])],
	]);
}

async function memory(bot) {
	const pid = Number(site.pids().fcgi);
	console.log("\n### Resident memory of fcgi-app, 8 threads\n\n| requests | MB |\n|---|---|");
	let n = 0;
	for (const goal of [1, 25_000, 50_000, 75_000, 100_000]) {
		while (n < goal) n += (await wrk(`${site.url}/api/dev/v1/chatbots/${bot}`, [pid],
			{ seconds: 1 })).n;
		console.log(`| ${n.toLocaleString("en")} | ${rss(pid).toFixed(1)} |`);
	}
}

/** Median milliseconds of 50 calls, one after the other. */
async function timed(path) {
	const times = [];
	for (let i = 0; i < 50; i++) {
		const began = performance.now();
		await api("GET", path);
		times.push(performance.now() - began);
	}
	return median(times);
}

async function big(bot) {
	const workspace = site.env.WORKSPACE_ID.replace(/-/g, "");
	const hex = site.sql(`SELECT HEX(id) FROM chatbots WHERE name = 'Bench'`)[0][0];
	console.error("seeding 2,000,000 messages");
	site.sql(`SET @bot = UNHEX('${hex}'), @workspace = UNHEX('${workspace}');
		${readFileSync(join(top, "tests/load/seed.sql"), "utf8").replace(/^--.*$/gm, "")}`);
	site.ctl(["work"]);
	// Connections that ended while we were blocked are known to have.
	await new Promise((done) => setTimeout(done, 100));
	const list = `/chatbots/${bot}/conversations`;
	let cursor = "";
	for (let page = 0; page < 999; page++)
		cursor = `&cursor=${(await api("GET", `${list}?limit=50${cursor}`)).next_cursor}`;
	const day = (n) => new Date(Date.now() - n * 86_400_000).toISOString();
	const from = `start_date=${day(30).slice(0, 10)}`;
	const cases = [
		["list, first page of 50", `${list}?limit=50`],
		["list, page 1,000", `${list}?limit=50${cursor}`],
		["status=HANDOFF_PENDING", `${list}?limit=50&status=HANDOFF_PENDING`],
		["channel=api", `${list}?limit=50&channel=api`],
		["status and channel", `${list}?limit=50&status=CLOSED&channel=api`],
		["two days in the middle", `${list}?limit=50&start_time=${day(20)}&end_time=${day(18)}`],
		["analytics/overview, 30 days", `/chatbots/${bot}/analytics/overview?${from}`],
		["analytics/conversations, 30 days", `/chatbots/${bot}/analytics/conversations?${from}`],
		["analytics/messages, 30 days", `/chatbots/${bot}/analytics/messages?${from}`],
		["stats", `/chatbots/${bot}/stats`],
	];
	console.log("\n### 100,000 conversations of 20 messages\n\n| | median ms of 50 | aim |\n|---|---|---|");
	for (const [name, path] of cases) {
		results[name] = await timed(path);
		console.log(`| ${name} | ${shown(results[name])} | ≤ 20 |`);
	}
}

try {
	const bot = await prepare();
	const least = await bare(); // makes the tables of its CGI form too
	if (wanted.has("rest")) await rest(bot, least);
	if (wanted.has("cgi")) await cgi(bot);
	if (wanted.has("memory")) await memory(bot);
	if (wanted.has("big")) await big(bot);
} finally {
	children.forEach((child) => child.kill("SIGTERM"));
	await site.stop();
}
if (options.json) writeFileSync(options.json, JSON.stringify(results, null, "\t"));
process.exit(0);
