// engine.test.mjs: plain Engine.IO, without Socket.IO on top, on bare sockets
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Frames, Line, ask, request, startEcho } from "./raw.mjs";

const POLL = "/socket.io/?EIO=4&transport=polling";
const WS = "/socket.io/?EIO=4&transport=websocket";

let echo;
const get = (sid) => ask(echo.port, "GET", `${POLL}&sid=${sid}`);
const post = (sid, body) => ask(echo.port, "POST", `${POLL}&sid=${sid}`, { body });
const short = ({ status, body }) => [status, body];

async function open() {
	const { status, body } = await ask(echo.port, "GET", POLL);
	assert.equal(status, 200);
	return JSON.parse(body.slice(1));
}

async function socket(path = WS) {
	const ws = await Frames.open(echo.port, path);
	assert.equal(ws.handshake.status, 101);
	return ws;
}

describe("Engine.IO alone", () => {
	before(async () => (echo = await startEcho("--engine", "--ping-interval", "300", "--ping-timeout", "1500")));
	after(() => echo.stop());

	test("messages by polling: text, several, binary", async () => {
		const { sid } = await open();
		const line = new Line(echo.port);
		line.write(request("GET", `${POLL}&sid=${sid}`));
		assert.deepEqual(short(await post(sid, "4hello é\x1e4\x1ebAQIDBA==")), [200, "ok"]);
		let got = (await line.answer()).body;
		while (got.split("\x1e").filter((record) => record !== "2").length < 3) got += `\x1e${(await get(sid)).body}`;
		assert.deepEqual(got.split("\x1e").filter((record) => record !== "2"), ["4hello é", "4", "bAQIDBA=="]);
		line.close();
	});

	test("messages by WebSocket: text as text, binary as binary", async () => {
		const ws = await socket();
		await ws.next();
		ws.send("4hello", Buffer.from([1, 2, 3]), "4", "bBAU=");
		const got = [];
		while (got.length < 4) {
			const frame = await ws.next();
			if (frame === "2") ws.send("3");
			else got.push(frame);
		}
		assert.deepEqual(got, ["4hello", Buffer.from([1, 2, 3]), "4", Buffer.from([4, 5])]);
		ws.close();
	});

	test("pings are sent by the server, and without pongs it is over", () => Promise.all([
		(async () => {
			const { sid } = await open();
			for (let i = 0; i < 2; i++) {
				assert.deepEqual(short(await get(sid)), [200, "2"]);
				assert.deepEqual(short(await post(sid, "3")), [200, "ok"]);
			}
			assert.deepEqual(short(await get(sid)), [200, "2"]);
			assert.deepEqual(short(await get(sid)), [200, "1"]);
		})(),
		(async () => {
			const ws = await socket();
			await ws.next();
			for (let i = 0; i < 2; i++) {
				assert.equal(await ws.next(), "2");
				ws.send("3");
			}
			assert.equal(await ws.next(), "2");
			assert.equal(await ws.closed(), 1005);
		})(),
	]));

	test("a session upgrades with what waits, in order", async () => {
		const { sid } = await open();
		await post(sid, "4first");
		const ws = await socket(`${WS}&sid=${sid}`);
		ws.send("2probe");
		assert.equal(await ws.next(), "3probe");
		await post(sid, "4second");
		ws.send("5", "4third");
		const got = [];
		while (got.length < 3) {
			const frame = await ws.next();
			if (frame === "2") ws.send("3");
			else got.push(frame);
		}
		assert.deepEqual(got, ["4first", "4second", "4third"]);
		ws.send("1");
		assert.equal(await ws.closed(), 1005);
	});
});
