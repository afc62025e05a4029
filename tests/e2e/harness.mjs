// harness.mjs: a whole installation for one test file; clients.mjs talks to it
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync }
	from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "./clients.mjs";

export * from "./clients.mjs";
export const top = join(dirname(fileURLToPath(import.meta.url)), "../..");
/** Where the programs under test are: the sanitized ones, unless told. */
export const programs = process.env.BARAZA_BIN ?? join(top, "build/asan");

// What a sanitizer prints when it has found something.
const FAULT = /AddressSanitizer|LeakSanitizer|runtime error:|Assertion .* failed/;

function readEnv(file) {
	const env = {};
	for (const line of readFileSync(file, "utf8").split("\n")) {
		const at = line.indexOf("=");
		if (at > 0) env[line.slice(0, at)] = line.slice(at + 1);
	}
	return env;
}

// Programs under test: fast enough, and every fault ends them.
const sanitizers = {
	ASAN_OPTIONS: "detect_leaks=1:abort_on_error=0:exitcode=99",
	UBSAN_OPTIONS: "print_stacktrace=1:halt_on_error=1",
};

export async function freePort() {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address();
	server.close();
	await once(server, "close");
	return port;
}

/** One more ws-daemon of an installation, reached without its web server. */
export class Daemon {
	constructor(site, name, port) {
		Object.assign(this, { site, name, env: site.env, sockets: site.sockets });
		this.url = `http://127.0.0.1:${port}`;
		this.conf = join(site.dir, `${name}.conf`);
		// Its own doorbell stands first, all the others behind it.
		const bells = site.bells.filter((bell) => bell !== name);
		writeFileSync(this.conf, readFileSync(site.env.CONF, "utf8")
			.replace(/^ws_port = .*$/m, `ws_port = ${port}`)
			.replace(/^doorbell = (\S*\/)\S+.*$/m, (_, dir) =>
				`doorbell = ${[name, ...bells].map((bell) => dir + bell).join(" ")}`),
			{ mode: 0o600 });
	}

	async start() {
		const log = openSync(join(this.site.dir, "log", `${this.name}.log`), "a");
		// Told to end when the tests are killed.
		this.child = spawn("setpriv", ["--pdeathsig", "TERM",
			join(this.site.bin, "ws-daemon"), "-f", this.conf],
			{ env: { ...process.env, ...sanitizers }, stdio: ["ignore", log, log] });
		closeSync(log);
		this.gone = once(this.child, "exit");
		await until(`${this.name} to answer`, () => this.answers());
		return this;
	}

	async answers() {
		try {
			return (await fetch(`${this.url}/socket.io/?EIO=4&transport=polling`)).ok;
		} catch {
			return false;
		}
	}

	/** Ends it, as a crash would unless told; it stays away until start(). */
	async kill(signal = "SIGKILL") {
		this.child.kill(signal);
		const [status] = await this.gone;
		return status;
	}
}

/** One installation under a folder of its own; see ctl/demo.sh. */
export class Installation {
	static async start({ web = "lighttpd", conf = "", bin = programs,
		daemon = true, daemons = [] } = {}) {
		const self = new Installation();
		self.bin = bin;
		self.sockets = [];
		self.crashes = 0;
		self.daemons = [];
		self.bells = ["doorbell", ...daemons];
		self.dir = mkdtempSync(join(tmpdir(), "baraza-test."));
		self.output = "";
		self.child = spawn(join(top, "ctl/demo.sh"), [], {
			env: {
				...process.env,
				VAR: self.dir,
				WEB: web,
				EXTRA_CONF: conf,
				DAEMON: daemon ? "yes" : "no",
				BIN: bin,
				DOORBELLS: daemons.join(" "),
				...sanitizers,
			},
			stdio: ["ignore", "pipe", "pipe"],
		});
		for (const stream of [self.child.stdout, self.child.stderr])
			stream.on("data", (data) => (self.output += data));
		const gone = once(self.child, "exit");
		const ready = until("the installation", () =>
			/Ready after/.test(self.output));
		await Promise.race([ready, gone.then(() => {
			throw new Error(`the installation ended:\n${self.output}\n${self.logs()}`);
		})]);
		self.gone = gone;
		self.env = readEnv(join(self.dir, "demo.env"));
		for (const name of daemons) await self.addDaemon(name);
		return self;
	}

	/** One more ws-daemon on the same database; `name` is its doorbell's. */
	async addDaemon(name) {
		const daemon = await new Daemon(this, name, await freePort()).start();
		this.daemons.push(daemon);
		return daemon;
	}

	get url() {
		return this.env.BASE_URL;
	}

	/** Ends a part, as a crash would unless told, and waits until it is up again. */
	async crash(part, signal = "SIGKILL") {
		const key = `${part.toUpperCase()}_PID`;
		const file = join(this.dir, "demo.env");
		const before = readEnv(file)[key];
		this.crashes++;
		process.kill(Number(before), signal);
		await until(`a new ${part}`, () => {
			try {
				return readEnv(file)[key] !== before;
			} catch {
				return false; // being replaced
			}
		});
		await until(`${part} to answer`, () => this.answers(part));
	}

	async answers(part) {
		const path = part === "wsd"
			? "/socket.io/?EIO=4&transport=polling" : "/healthz";
		try {
			return (await fetch(this.url + path)).ok;
		} catch {
			return false;
		}
	}

	/** Rows of a query, each an array of texts. */
	sql(query) {
		const out = execFileSync("mariadb", ["--no-defaults", "-uroot", "-N", "-B",
			`--socket=${this.env.DB_SOCKET}`, "baraza", "-e", query],
			{ encoding: "utf8" });
		return out.split("\n").filter(Boolean).map((line) => line.split("\t"));
	}

	ctl(args, options = {}) {
		return execFileSync(join(this.bin, "barazactl"),
			["-f", this.env.CONF, ...args], { encoding: "utf8", ...options });
	}

	/** The programs that run now: a crash would show as another number. */
	pids() {
		const env = readEnv(join(this.dir, "demo.env"));
		return { fcgi: env.FCGI_PID, wsd: env.WSD_PID };
	}

	/** How many rows there are of what visitors and agents can make. */
	counts() {
		const tables = ["contacts", "conversations", "conversation_sessions", "messages"];
		return Object.fromEntries(tables.map((table) =>
			[table, Number(this.sql(`SELECT COUNT(*) FROM ${table}`)[0][0])]));
	}

	/** Another widget, without a bot unless asked; its channel and token. */
	addWidget({ workspace = this.env.WORKSPACE_ID, more = [] } = {}) {
		const [channel, token] = this.ctl(["widget", "add", "--workspace", workspace,
			"--name", "People only", ...more]).trim().split(" ");
		return { channel, token };
	}

	/** Another user, known as `which` to Agent.login. */
	addUser(which, { workspace = this.env.WORKSPACE_ID, role = "agent" } = {}) {
		const email = `${which.toLowerCase()}@users.example`;
		const password = `the password of ${which}`;
		this.ctl(["user", "add", "--workspace", workspace, "--role", role,
			"--email", email, "--name", `User ${which}`],
			{ env: { ...process.env, BARAZA_PASSWORD: password } });
		this.env[`${which}_EMAIL`] = email;
		this.env[`${which}_PASSWORD`] = password;
	}

	logs() {
		const dir = join(this.dir, "log");
		return readdirSync(dir)
			.map((name) => `--- ${name}\n${readFileSync(join(dir, name), "utf8")}`)
			.join("\n");
	}

	/** Stops everything; a finding of a sanitizer in any log is a failure. */
	async stop() {
		for (const socket of this.sockets) socket.disconnect();
		const ended = await Promise.all(this.daemons
			.filter(({ child }) => child.exitCode === null && child.signalCode === null)
			.map((daemon) => daemon.kill("SIGTERM")));
		this.child.kill("SIGTERM");
		await this.gone;
		const logs = this.logs();
		rmSync(this.dir, { recursive: true, force: true });
		const fault = logs.match(FAULT);
		assert.equal(fault, null, `a sanitizer spoke:\n${logs.slice(
			Math.max(0, (fault?.index ?? 0) - 500), (fault?.index ?? 0) + 4000)}`);
		assert.ok(ended.every((status) => status === 0), `an end with ${ended}:\n${logs.slice(-4000)}`);
		const restarts = this.output.match(/ended; starting it again/g)?.length ?? 0;
		assert.equal(restarts, this.crashes, `a program ended by itself:\n${logs.slice(-4000)}`);
	}
}
