// wild.test.mjs: requests and frames with bytes changed, cut and left in the middle
// SPDX-License-Identifier: MIT
//
// What the fuzzing entries (tests/fuzz) do to the protocols is done here to the
// transport: to libwebsockets and what stands around it. WILD=100000 for longer.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { Frames, ask, request, startEcho } from "./raw.mjs";

const POLL = "/socket.io/?EIO=4&transport=polling";
const WS = "/socket.io/?EIO=4&transport=websocket";
const CONNECTIONS = Number(process.env.WILD ?? 500);
const AT_ONCE = 24;

// The same numbers in every run: a linear congruence is random enough.
let seed = 20261120;
const below = (n) => {
	seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
	return (seed >> 8) % n;
};
const oneOf = (list) => list[below(list.length)]();

let echo;
before(async () => (echo = await startEcho("--max-payload", "20000", "--ping-interval", "500",
	"--ping-timeout", "400", "--connect-timeout", "800", "--upgrade-timeout", "300")));
after(() => echo.stop());

const upgrade = (path) => request("GET", path, { headers: { Connection: "Upgrade", Upgrade: "websocket",
	"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==" } });

const frames = () => Array.from({ length: below(6) }, () => oneOf([
	() => Frames.bytes(1, "40"), () => Frames.bytes(1, '42["message",1]'),
	() => Frames.bytes(1, '451-["message",{"_placeholder":true,"num":0}]'),
	() => Frames.bytes(2, Buffer.alloc(below(3000))), () => Frames.bytes(9, "ping"),
	() => Frames.bytes(8, Buffer.from([3, 232])), () => Frames.bytes(1, "2probe"), () => Frames.bytes(1, "5"),
	() => Frames.bytes(1, '42["close-me"]'), () => Frames.bytes(0, "y", { fin: below(2) > 0 }),
	() => Frames.bytes(1, "x".repeat(below(25_000)), { fin: below(2) > 0 }),
]));

/** What a client might send on one connection. */
const honest = (sid) => Buffer.concat(oneOf([
	() => [request("GET", POLL)], () => [request("GET", `${POLL}&sid=${sid}`)],
	() => [request("POST", `${POLL}&sid=${sid}`, { body: '40\x1e42["message",1]' })],
	() => [request("POST", `${POLL}&sid=${sid}`, { headers: { "Transfer-Encoding": "chunked" },
		body: '2\r\n40\r\n10\r\n\x1e42["message",1]\r\n0\r\n\r\n' })],
	() => [upgrade(WS), ...frames()], () => [upgrade(`${WS}&sid=${sid}`), ...frames()],
	() => [request("OPTIONS", POLL, { headers: { Origin: "http://a" } })],
	() => [request("PUT", `${POLL}&sid=${sid}`, { body: "x".repeat(below(5000)) })],
	() => [request("POST", `${POLL}&sid=${sid}`, { body: `4${"z".repeat(below(30_000))}` })],
	() => [request("HEAD", POLL), request("GET", POLL), request("GET", POLL)],
]));

function spoil(bytes) {
	const at = below(bytes.length || 1);
	return oneOf([
		() => (bytes[at] = below(256), bytes),
		() => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + below(10))]),
		() => Buffer.concat([bytes.subarray(0, at),
			Buffer.from(Array.from({ length: below(20) }, () => below(256))), bytes.subarray(at)]),
		() => bytes.subarray(0, at),
	]);
}

/** Sends it in pieces, and goes away in one of the ways there are. */
const talk = (bytes) => new Promise((resolve) => {
	const socket = connect(echo.port, "127.0.0.1");
	socket.on("error", () => {});
	socket.on("close", resolve);
	if (below(4) === 0) socket.pause(); // one that never reads
	const step = () => {
		if (socket.destroyed) return;
		if (bytes.length === 0) {
			oneOf([() => socket.destroy(), () => socket.end(), () => socket.resetAndDestroy(), () => {}]);
			setTimeout(() => socket.destroy(), below(400));
			return;
		}
		const n = below(3) ? bytes.length : 1 + below(200);
		socket.write(bytes.subarray(0, n));
		bytes = bytes.subarray(n);
		setTimeout(step, below(5));
	};
	socket.on("connect", step);
});

test("clients of all kinds, most of them broken, leave the server as it was", async () => {
	let left = CONNECTIONS;
	await Promise.all(Array.from({ length: AT_ONCE }, async () => {
		while (left-- > 0) {
			const { status, body } = await ask(echo.port, "GET", POLL);
			assert.equal(status, 200);
			let bytes = honest(JSON.parse(body.slice(1)).sid);
			for (let n = below(3) ? below(4) : 0; n > 0; n--) bytes = spoil(bytes);
			await talk(bytes);
		}
	}));
	const ws = await Frames.open(echo.port, WS);
	ws.send("40", '42["message","well"]');
	for (let packet; packet !== '42["message-back","well"]'; ) {
		packet = await ws.next();
		assert.ok(packet, "it is still there");
	}
	ws.close();
});
