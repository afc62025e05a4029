// apache.mjs: private Apaches, for the tests of what INSTALL tells to do
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, http, top, until } from "./harness.mjs";

export { freePort };

export const PROGRAM = "/usr/sbin/apache2";

/** INSTALL's part of a letter, as text. */
export function partOfInstall(letter) {
	const text = readFileSync(join(top, "INSTALL"), "utf8");
	const found = text.match(new RegExp(`^${letter}\\. .*\\n=+\\n([^]*?)(?=^\\S.*\\n=+\\n)`, "m"));
	assert.ok(found, `INSTALL has no part ${letter}`);
	return found[1];
}

/** Whom Apache runs as: as root it must be somebody else. */
export const user = process.getuid() === 0
	? Object.fromEntries(["uid", "gid"].map((key) => [key, Number(execFileSync(
		"id", [`-${key[0]}`, "www-data"], { encoding: "utf8" }))]))
	: {};

/** Text after changes [from, to], each of which must have something to do. */
export function replace(text, ...changes) {
	for (const [from, to] of changes) {
		assert.ok(text.includes(from), `there is no ${from} in ${text}`);
		text = text.replaceAll(from, to);
	}
	return text;
}

export class Apache {
	/** `args` are those of apache2; it listens at `port` of 127.0.0.1. */
	static async start({ args, port, env = process.env }) {
		const self = new Apache();
		self.url = `http://127.0.0.1:${port}`;
		self.sockets = [];
		self.output = "";
		self.child = spawn(PROGRAM, ["-D", "FOREGROUND", ...args],
			{ stdio: ["ignore", "pipe", "pipe"], env });
		for (const stream of [self.child.stdout, self.child.stderr])
			stream.on("data", (data) => (self.output += data));
		self.gone = once(self.child, "exit");
		self.gone.then(() => (self.ended = true));
		await until("Apache", () => {
			assert.ok(!self.ended, `Apache ended: ${self.output}`);
			return http(self, "GET", "/no-such-file").then(() => true, () => false);
		});
		return self;
	}

	async stop() {
		for (const socket of this.sockets) socket.disconnect();
		this.child.kill("SIGTERM");
		await this.gone;
	}
}
