// demo.test.mjs: ctl/demo.sh starts again what has died, as an init system would
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { test } from "node:test";
import { Installation, until } from "./harness.mjs";

test("two parts that die together are both started again", async () => {
	const site = await Installation.start();
	try {
		for (let i = 0; i < 3; i++) {
			const before = site.pids();
			site.crashes += 2;
			for (const pid of [before.fcgi, before.wsd]) process.kill(Number(pid), "SIGKILL");
			await until("both", () => {
				try {
					const now = site.pids();
					return now.fcgi !== before.fcgi && now.wsd !== before.wsd;
				} catch {
					return false; // being replaced
				}
			});
			for (const part of ["fcgi", "wsd"])
				await until(`${part} to answer`, () => site.answers(part));
		}
		assert.equal((await fetch(`${site.url}/healthz`)).status, 200);
	} finally {
		await site.stop();
	}
});
