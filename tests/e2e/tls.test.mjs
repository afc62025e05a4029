// tls.test.mjs: the same protocol through TLS, against tests/load/sio-echo.c
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import { createRequire } from "node:module";
import net from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import tls from "node:tls";
import { fileURLToPath } from "node:url";
import { until } from "./clients.mjs";

const require = createRequire(import.meta.url);
const WebSocket = require("ws");
const { io } = require("socket.io-client");
const top = join(dirname(fileURLToPath(import.meta.url)), "../..");
const binary = process.env.SIO_ECHO ?? join(top, "build/sio-echo");

const dir = mkdtempSync(join(tmpdir(), "baraza-tls."));
const cert = join(dir, "cert.pem");
const key = join(dir, "key.pem");
let server;
let ca;

function makeCertificate(name) {
	const made = join(dir, `${name}.pem`);
	const madeKey = join(dir, `${name}.key`);
	execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt",
		"ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", `/CN=${name}`,
		"-addext", "subjectAltName=IP:127.0.0.1", "-out", made, "-keyout", madeKey],
	{ stdio: "ignore" });
	return { made, madeKey };
}

function install({ made, madeKey }) {
	copyFileSync(made, cert);
	copyFileSync(madeKey, key);
	return readFileSync(made);
}

/** Runs sio-echo; `ended` tells how it ended, `said` what it wrote. */
async function run(...options) {
	const child = spawn(binary, ["--port", "0", "--max-payload", "1000000", ...options],
		{ stdio: ["ignore", "pipe", "pipe"] });
	const self = { child, said: "", ended: null };
	child.stderr.on("data", (data) => (self.said += data));
	const ended = new Promise((resolve) => child.once("exit", resolve));
	ended.then((code) => (self.ended = code ?? -1));
	self.gone = ended;
	self.port = await Promise.race([
		new Promise((resolve) => child.stdout.once("data", (data) => resolve(Number(data)))),
		ended.then(() => null)]);
	return self;
}

function request(method, query, body, more = {}) {
	return new Promise((resolve, reject) => {
		const req = https.request({ host: "127.0.0.1", port: server.port, ca, method, agent: false,
			path: `/socket.io/?EIO=4&transport=polling${query}`, ...more }, (res) => {
			const parts = [];
			res.on("data", (data) => parts.push(data));
			res.on("end", () => resolve({ status: res.statusCode, body: Buffer.concat(parts).toString(),
				peer: res.socket?.getPeerCertificate?.()?.subject?.CN }));
			res.on("error", reject);
		});
		req.on("error", reject);
		req.end(body);
	});
}

async function open() {
	const { status, body } = await request("GET", "");
	assert.equal(status, 200);
	return `&sid=${JSON.parse(body.slice(1)).sid}`;
}

const cpu = () => {
	const fields = readFileSync(`/proc/${server.child.pid}/stat`, "utf8").split(") ")[1].split(" ");
	return Number(fields[11]) + Number(fields[12]);
};

before(async () => {
	ca = install(makeCertificate("first"));
	server = await run("--tls-cert", cert, "--tls-key", key);
	assert.ok(server.port, server.said);
});
after(async () => {
	server.child.kill("SIGTERM");
	assert.equal(await server.gone, 0, server.said);
	assert.doesNotMatch(server.said, /Sanitizer|runtime error/);
	rmSync(dir, { recursive: true, force: true });
});

describe("the official client", () => {
	for (const [name, options] of [
		["polling", { transports: ["polling"] }],
		["WebSocket", { transports: ["websocket"] }],
		["the upgrade", { transports: ["polling", "websocket"] }],
	])
		test(`over ${name}`, { timeout: 60000 }, async () => {
			const socket = io(`https://127.0.0.1:${server.port}`, { ...options, ca, forceNew: true, reconnection: false });
			socket.on("connect_error", (err) => assert.fail(err));
			if (name === "the upgrade")
				await new Promise((resolve) => socket.io.engine.once("upgrade", resolve));
			const large = "ü".repeat(150000);
			const bytes = Buffer.alloc(200000, 7);
			for (let i = 0; i < 20; i++) assert.equal(await socket.emitWithAck("message-with-ack", i), i);
			assert.equal(await socket.emitWithAck("message-with-ack", large), large);
			assert.deepEqual(await socket.emitWithAck("message-with-ack", bytes), bytes);
			const back = new Promise((resolve) => socket.on("message-back", (...args) => resolve(args)));
			socket.emit("message", 1, large);
			assert.deepEqual(await back, [1, large]);
			socket.disconnect();
		});
});

describe("polls", () => {
	test("are held and answered", async () => {
		const sid = await open();
		await request("POST", sid, "40");
		assert.match((await request("GET", sid)).body, /^40\{"sid"/);
		const held = request("GET", sid);
		await request("POST", sid, '42["message","x"]');
		assert.match((await held).body, /message-back/);
	});

	test("go over one connection one after the other", async () => {
		const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
		const sid = await open();
		for (let i = 0; i < 10; i++)
			assert.equal((await request("POST", sid, "3", { agent })).body, "ok");
		agent.destroy();
	});

	test("with an answer larger than the buffers reach a slow reader whole", { timeout: 60000 }, async () => {
		const sid = await open();
		await request("POST", sid, "40");
		await request("GET", sid);
		await request("POST", sid, `42["message","${"x".repeat(900000)}"]`);
		const socket = tls.connect({ port: server.port, host: "127.0.0.1", ca });
		await new Promise((resolve) => socket.once("secureConnect", resolve));
		let n = 0;
		socket.pause();
		socket.write(`GET /socket.io/?EIO=4&transport=polling${sid} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
		await new Promise((resolve) => setTimeout(resolve, 300));
		const used = cpu();
		await new Promise((resolve) => setTimeout(resolve, 700));
		assert.ok(cpu() - used < 35, "it spins");
		socket.on("data", (data) => (n += data.length));
		socket.resume();
		await new Promise((resolve) => socket.once("close", resolve));
		assert.ok(n > 900000, `${n} bytes came`);
	});

	for (const [name, leave] of [
		["hangs up", (socket) => socket.destroy()],
		["half-closes", (socket) => socket.end()],
		["says more", (socket) => socket.write("x".repeat(5000))],
	])
		test(`whose client ${name} cost no CPU, and the session ends`, { timeout: 60000 }, async () => {
			const sid = await open();
			const socket = tls.connect({ port: server.port, host: "127.0.0.1", ca, allowHalfOpen: true });
			socket.on("error", () => {});
			await new Promise((resolve) => socket.once("secureConnect", resolve));
			socket.write(`GET /socket.io/?EIO=4&transport=polling${sid} HTTP/1.1\r\nHost: x\r\n\r\n`);
			// Known to the server once two posts were answered.
			for (let i = 0; i < 2; i++) assert.equal((await request("POST", sid, "3")).body, "ok");
			const used = cpu();
			leave(socket);
			await new Promise((resolve) => setTimeout(resolve, 1000));
			assert.ok(cpu() - used < 50, "it spins");
			if (name !== "says more")
				await until("the session's end", async () => (await request("GET", sid)).status === 400);
			socket.destroy();
		});
});

describe("a WebSocket", () => {
	test("whose frames come in pieces of records", { timeout: 60000 }, async () => {
		const ws = new WebSocket(`wss://127.0.0.1:${server.port}/socket.io/?EIO=4&transport=websocket`, { ca });
		const got = [];
		ws.on("message", (data) => got.push(data.toString()));
		await new Promise((resolve) => ws.once("open", resolve));
		ws.send("40");
		await until("the answer", () => got.some((one) => one.startsWith("40")));
		for (let i = 0; i < 50; i++) ws.send(`42["message",${i},"${"y".repeat(i * 600)}"]`);
		await until("all to come back", () => got.filter((one) => one.includes("message-back")).length === 50);
		const order = got.filter((one) => one.includes("message-back")).map((one) => JSON.parse(one.slice(2))[1]);
		assert.deepEqual(order, [...order.keys()]);
		ws.close();
	});

	test("that reads nothing is closed", { timeout: 60000 }, async () => {
		const ws = new WebSocket(`wss://127.0.0.1:${server.port}/socket.io/?EIO=4&transport=websocket`, { ca });
		ws.on("error", () => {});
		await new Promise((resolve) => ws.once("open", resolve));
		ws.send("40");
		ws._socket.pause();
		const text = `42["message","${"z".repeat(500000)}"]`;
		for (let i = 0; i < 40; i++) ws.send(text);
		await until("it to be closed", () => /slow_consumer/.test(server.said));
		ws.terminate();
	});
});

test("a plain request is hung up on, and silence waited for", { timeout: 60000 }, async () => {
	const silent = net.connect(server.port, "127.0.0.1");
	silent.on("error", () => {});
	const socket = net.connect(server.port, "127.0.0.1");
	socket.on("error", () => {});
	let said = "";
	socket.on("data", (data) => (said += data));
	const closed = new Promise((resolve) => socket.once("close", resolve));
	socket.write("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n");
	await closed;
	assert.doesNotMatch(said, /200 OK/);
	assert.equal((await request("GET", "")).status, 200);
	silent.destroy();
});

test("no version before 1.2 is spoken", async () => {
	for (const [version, works] of [["TLSv1.1", false], ["TLSv1.2", true], ["TLSv1.3", true]]) {
		const more = { minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" };
		const answer = await request("GET", "", undefined, more).catch((err) => err);
		assert.equal(answer.status === 200, works, version);
	}
});

test("a client that would speak HTTP/2, as browsers do, is told to speak HTTP/1.1", { timeout: 60000 }, async () => {
	const socket = tls.connect({ port: server.port, host: "127.0.0.1", ca, ALPNProtocols: ["h2", "http/1.1"] });
	await once(socket, "secureConnect");
	assert.equal(socket.alpnProtocol, "http/1.1");
	socket.destroy();
	const url = `https://127.0.0.1:${server.port}/socket.io/?EIO=4&transport=polling`;
	const curl = spawnSync("curl", ["-sS", "--http2", "-m", "30", "--cacert", cert, url], { encoding: "utf8" });
	if (!curl.error) assert.match(curl.stdout, /^0\{"sid"/, curl.stderr);
});

test("SIGHUP reads the certificate again, and keeps the old one when it is bad", { timeout: 60000 }, async () => {
	const ws = new WebSocket(`wss://127.0.0.1:${server.port}/socket.io/?EIO=4&transport=websocket`, { ca });
	const got = [];
	ws.on("message", (data) => got.push(data.toString()));
	await new Promise((resolve) => ws.once("open", resolve));
	const old = ca;
	ca = install(makeCertificate("second"));
	server.child.kill("SIGHUP");
	await until("the new certificate", async () =>
		(await request("GET", "").catch(() => ({}))).status === 200);
	await assert.rejects(request("GET", "", undefined, { ca: old }));
	// Who is connected stays so.
	ws.send("40");
	await until("the answer", () => got.some((one) => one.startsWith("40")));
	ws.close();
	writeFileSync(key, "no key\n");
	server.child.kill("SIGHUP");
	await until("the complaint", () => /tls_not_reloaded/.test(server.said));
	assert.equal((await request("GET", "")).status, 200);
	install({ made: join(dir, "second.pem"), madeKey: join(dir, "second.key") });
});

test("what SIGHUP says of the certificate stands in the new log", { timeout: 60000 }, async () => {
	const log = join(dir, "log");
	const own = await run("--tls-cert", cert, "--tls-key", key, "--log-file", log);
	assert.ok(own.port, own.said);
	renameSync(log, `${log}.1`);
	own.child.kill("SIGHUP");
	await until("the line", () => existsSync(log) && /tls_reloaded/.test(readFileSync(log, "utf8")));
	assert.doesNotMatch(readFileSync(`${log}.1`, "utf8"), /tls_reloaded/);
	own.child.kill("SIGTERM");
	assert.equal(await own.gone, 0);
});

test("what cannot be used is said at the start", async () => {
	const { madeKey } = makeCertificate("other");
	for (const [options, words] of [
		[["--tls-cert", cert], /both/],
		[["--tls-cert", join(dir, "nothing"), "--tls-key", key], /tls_cert .*nothing: No such file/],
		[["--tls-cert", cert, "--tls-key", madeKey], /tls_key/],
	]) {
		const refused = await run(...options);
		assert.equal(await refused.gone, 1);
		assert.match(refused.said, words);
	}
});
