// raw.mjs: HTTP and WebSocket written by hand, byte by byte where need be
// SPDX-License-Identifier: MIT
import { randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import assert from "node:assert/strict";
import { programs } from "./harness.mjs";

const PATIENCE_MS = 60_000;

/** tests/load/sio-echo.c under the sanitizers, on a free port. */
export async function startEcho(...options) {
	const child = spawn(process.env.SIO_ECHO ?? join(programs, "sio-echo"), ["--port", "0", ...options],
		{ stdio: ["ignore", "pipe", "inherit"] });
	const gone = once(child, "exit");
	const [line] = await Promise.race([once(child.stdout, "data"), gone.then(([code]) => {
		throw new Error(`sio-echo ended with ${code}`);
	})]);
	return { port: Number(line), async stop() {
		child.kill("SIGTERM");
		assert.deepEqual(await gone, [0, null], "a sanitizer spoke");
	} };
}

/** One TCP connection, read as it is asked for. */
export class Line {
	constructor(port) {
		this.buffer = Buffer.alloc(0);
		this.isOver = false;
		this.socket = connect(port, "127.0.0.1");
		this.socket.setNoDelay(true);
		this.socket.on("error", () => {}); // a reset is an end as well
		this.socket.on("data", (data) => {
			this.buffer = Buffer.concat([this.buffer, data]);
			this.wake?.();
		});
		this.socket.on("close", () => {
			this.isOver = true;
			this.wake?.();
		});
	}

	write(...parts) {
		this.socket.write(Buffer.concat(parts.map((part) => Buffer.from(part))));
	}

	/** Each byte in a segment of its own, as far as the kernel lets them. */
	async trickle(bytes) {
		for (const byte of Buffer.from(bytes)) {
			this.socket.write(Buffer.from([byte]));
			await new Promise((resolve) => setImmediate(resolve));
		}
	}

	/** Until `probe` gives something, or the connection is over: then null. */
	async until(probe) {
		for (;;) {
			const value = probe(this.buffer);
			if (value || this.isOver) return value || null;
			await new Promise((resolve, reject) => {
				const timer = setTimeout(() => reject(new Error(`nothing came behind ${
					this.buffer.toString("latin1")}`)), PATIENCE_MS);
				this.wake = () => {
					clearTimeout(timer);
					resolve();
				};
			});
		}
	}

	take(n) {
		const taken = this.buffer.subarray(0, n);
		this.buffer = this.buffer.subarray(n);
		return taken;
	}

	/** One answer; null when the connection ends before. */
	async answer() {
		const end = await this.until((buffer) => buffer.indexOf("\r\n\r\n") + 1);
		if (!end) return null;
		const [status, ...lines] = this.take(end + 3).toString("latin1").trim().split("\r\n");
		const headers = Object.fromEntries(lines.map((line) =>
			[line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
		const length = status.includes(" 101 ") ? 0 : Number(headers["content-length"]);
		await this.until((buffer) => buffer.length >= length);
		return { status: Number(status.split(" ")[1]), headers, body: this.take(length).toString() };
	}

	/** Whether nothing but the end came. */
	async end() {
		await this.until(() => false);
		return this.buffer.length === 0;
	}

	close() {
		this.socket.destroy();
	}
}

/** A request; a body gets its length unless a header says how it comes. */
export function request(method, path, { headers = {}, body } = {}) {
	const all = { Host: "echo.example", ...headers };
	if (body !== undefined && !("Transfer-Encoding" in all) && !("Content-Length" in all))
		all["Content-Length"] = Buffer.byteLength(body);
	const head = `${method} ${path} HTTP/1.1\r\n${Object.entries(all).map(([name, value]) =>
		`${name}: ${value}\r\n`).join("")}\r\n`;
	return Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(body ?? "")]);
}

/** A request on a connection of its own. */
export async function ask(port, method, path, more) {
	const line = new Line(port);
	line.write(request(method, path, more));
	const answer = await line.answer();
	line.close();
	return answer;
}

/** A WebSocket made of frames. */
export class Frames extends Line {
	static async open(port, path, headers = {}) {
		const self = new Frames(port);
		self.write(request("GET", path, { headers: { Connection: "Upgrade", Upgrade: "websocket",
			"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
			...headers } }));
		self.handshake = await self.answer();
		return self;
	}

	static bytes(opcode, payload = "", { fin = true, rsv = 0, mask = true } = {}) {
		const data = Buffer.from(payload);
		const head = [(fin ? 0x80 : 0) | rsv << 4 | opcode];
		const bit = mask ? 0x80 : 0;
		if (data.length < 126) head.push(bit | data.length);
		else if (data.length < 65536) head.push(bit | 126, data.length >> 8, data.length & 255);
		else head.push(bit | 127, 0, 0, 0, 0, ...new Uint8Array(new Uint32Array([data.length]).buffer).reverse());
		if (!mask) return Buffer.concat([Buffer.from(head), data]);
		const key = randomBytes(4);
		return Buffer.concat([Buffer.from(head), key, data.map((byte, i) => byte ^ key[i & 3])]);
	}

	send(...texts) {
		this.write(...texts.map((one) => typeof one === "string" ? Frames.bytes(1, one) : Frames.bytes(2, one)));
	}

	frame(...args) {
		this.write(Frames.bytes(...args));
	}

	/** A text as string, binary data as Buffer, others as {opcode, data}; null at the end. */
	async next() {
		const size = (b) => {
			if (b.length < 2) return 0;
			const short = b[1] & 127, head = short < 126 ? 2 : short === 126 ? 4 : 10;
			if (b.length < head) return 0;
			const n = short < 126 ? short : short === 126 ? b.readUInt16BE(2) : Number(b.readBigUInt64BE(2));
			return b.length < head + n ? 0 : [head, n];
		};
		const found = await this.until(size);
		if (!found) return null;
		const [head, n] = found;
		const bytes = this.take(head + n);
		assert.equal(bytes[0] & 0xf0, 0x80, "one whole frame, no reserved bits");
		assert.equal(bytes[1] & 0x80, 0, "servers do not mask");
		const opcode = bytes[0] & 15, data = bytes.subarray(head);
		return opcode === 1 ? data.toString() : opcode === 2 ? data : { opcode, data };
	}

	/** The code of the close frame that comes next (1005: none in it), after which the end comes. */
	async closed() {
		const frame = await this.next();
		if (frame === null) return 1006;
		assert.equal(frame.opcode, 8, JSON.stringify(frame));
		this.frame(8, frame.data);
		assert.equal(await this.end(), true, "nothing follows the close frame");
		return frame.data.length ? frame.data.readUInt16BE(0) : 1005;
	}
}
