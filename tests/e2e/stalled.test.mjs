// stalled.test.mjs: many uploads that never go on, and who comes behind them
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { connect } from "node:net";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { Installation, http, until } from "./harness.mjs";

let site;
before(async () => (site = await Installation.start({ web: "apache", conf: "threads = 8" })));
after(() => site?.stop());

/** A client that sends the beginning of a body and then nothing more. */
function stall() {
	const { hostname, port } = new URL(site.url);
	const socket = connect(Number(port), hostname);
	const one = { socket, answer: "" };
	socket.on("data", (data) => (one.answer += data));
	socket.on("error", () => {});
	socket.write("POST /auth/login HTTP/1.1\r\nHost: x\r\n" +
		"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
	return one;
}

/** How many connections the program has accepted or will accept. */
const held = () => readFileSync("/proc/net/unix", "utf8").split("\n").filter((line) =>
	line.endsWith(join(dirname(site.env.DB_SOCKET), "fcgi.sock"))).length - 1;

// Half of the threads wait with patience, the others must get through all the
// rest before the first of the patient ones gives up.
test("sixty stalled uploads are passed by while the first is still waited for", async () => {
	const first = stall();
	const rest = [];
	try {
		await until("the first to be waited for", () => http(site, "GET", "/healthz"));
		while (rest.length < 59) rest.push(stall());
		await until("most to arrive", () => held() >= 44);
		const answer = await http(site, "GET", "/healthz");
		assert.equal(answer.status, 200, answer.text);
		assert.equal(first.answer, "", "it had to wait for the first to give up");
	} finally {
		for (const one of [first, ...rest]) one.socket.destroy();
	}
});
