// conformance.test.mjs: what the protocols leave no choice about, on bare sockets
// SPDX-License-Identifier: MIT
//
// Engine.IO 4 and Socket.IO 5 clause by clause, beside eio-protocol.test.mjs: here
// nothing but TCP stands between the test and the server.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Frames, Line, ask, request, startEcho } from "./raw.mjs";

const POLL = "/socket.io/?EIO=4&transport=polling";
const WS = "/socket.io/?EIO=4&transport=websocket";
const MAX = 20_000;
const PLAIN = { "Content-Type": "text/plain;charset=UTF-8" };

let echo;
const get = (sid, headers) => ask(echo.port, "GET", `${POLL}&sid=${sid}`, { headers });
const post = (sid, body, headers = {}) => ask(echo.port, "POST", `${POLL}&sid=${sid}`,
	{ body, headers: { ...PLAIN, ...headers } });
const short = ({ status, body }) => [status, body];
const refusal = (code, message) => [400, JSON.stringify({ code, message })];
const UNKNOWN = refusal(1, "Session ID unknown");
const BAD = refusal(3, "Bad request");

async function open(query = "") {
	const { status, body } = await ask(echo.port, "GET", POLL + query);
	assert.equal(status, 200);
	return JSON.parse(body.slice(1));
}

/** A polling session that has joined the main namespace, its greeting read. */
async function joined() {
	const { sid } = await open();
	assert.deepEqual(short(await post(sid, "40")), [200, "ok"]);
	assert.match((await get(sid)).body, /^40\{"sid":"[\w-]{20}"\}\x1e42\["auth",\{\}\]$/);
	return sid;
}

async function socket(path = WS, headers) {
	const ws = await Frames.open(echo.port, path, headers);
	assert.equal(ws.handshake.status, 101, JSON.stringify(ws.handshake));
	return ws;
}

/** A WebSocket session that has joined the main namespace. */
async function connected() {
	const ws = await socket();
	assert.match(await ws.next(), /^0\{/);
	ws.send("40");
	assert.match(await ws.next(), /^40\{"sid":"[\w-]{20}"\}$/);
	assert.equal(await ws.next(), '42["auth",{}]');
	return ws;
}

/** It takes events still. */
async function isWell(ws) {
	ws.send('42["message","well"]');
	assert.equal(await ws.next(), '42["message-back","well"]');
	ws.close();
}

/** The GET is held once a POST of the same session was answered twice. */
async function hold(sid) {
	const line = new Line(echo.port);
	line.write(request("GET", `${POLL}&sid=${sid}`));
	await post(sid, "3");
	await post(sid, "3");
	return line;
}

describe("requests", () => {
	before(async () => (echo = await startEcho("--max-payload", `${MAX}`, "--cors", "*")));
	after(() => echo.stop());

	test("every line of the table of refusals, in its order", async () => {
		const { sid } = await open();
		const ws = await socket();
		const born = JSON.parse((await ws.next()).slice(1)).sid;
		const control = { Origin: "http://a\x01b" };
		for (const [method, query, headers, want] of [
			["GET", "", {}, refusal(0, "Transport unknown")],
			["GET", "?", {}, refusal(0, "Transport unknown")],
			["GET", "?EIO=4", {}, refusal(0, "Transport unknown")],
			["GET", "?EIO=4&transport=", {}, refusal(0, "Transport unknown")],
			["GET", "?EIO=4&transport=tcp", {}, refusal(0, "Transport unknown")],
			["GET", "?EIO=4&transport=Polling", {}, refusal(0, "Transport unknown")],
			["GET", "?EIO=3&transport=tcp&sid=nobody", control, refusal(0, "Transport unknown")],
			["POST", "?EIO=4&transport=tcp", {}, refusal(0, "Transport unknown")],
			["GET", "?EIO=4&transport=polling&sid=nobody", control, BAD],
			["GET", "?EIO=4&transport=polling", control, BAD],
			["GET", "?EIO=3&transport=polling&sid=nobody", {}, UNKNOWN],
			["POST", "?EIO=4&transport=polling&sid=nobody", {}, UNKNOWN],
			["PUT", "?EIO=4&transport=polling&sid=nobody", {}, UNKNOWN],
			["GET", "?EIO=4&transport=websocket&sid=nobody", {}, UNKNOWN],
			["GET", `?EIO=4&transport=polling&sid=${sid}x`, {}, UNKNOWN],
			["GET", `?EIO=4&transport=polling&sid=${sid.slice(1)}`, {}, UNKNOWN],
			["GET", `?EIO=4&transport=websocket&sid=${sid}`, {}, BAD],
			["POST", `?EIO=4&transport=websocket&sid=${sid}`, {}, BAD],
			["GET", `?EIO=4&transport=polling&sid=${born}`, {}, BAD],
			["POST", `?EIO=4&transport=polling&sid=${born}`, {}, BAD],
			["GET", `?EIO=4&transport=websocket&sid=${born}`, {}, BAD],
			["POST", "?EIO=3&transport=polling", {}, refusal(2, "Bad handshake method")],
			["DELETE", "?EIO=4&transport=polling", {}, refusal(2, "Bad handshake method")],
			["PATCH", "?EIO=4&transport=polling", {}, refusal(2, "Bad handshake method")],
			["POST", "?EIO=4&transport=websocket", {}, refusal(2, "Bad handshake method")],
			["GET", "?EIO=4&transport=websocket", {}, BAD],
			["GET", "?EIO=3&transport=websocket", {}, BAD],
			["GET", "?transport=polling", {}, refusal(5, "Unsupported protocol version")],
			["GET", "?EIO=&transport=polling", {}, refusal(5, "Unsupported protocol version")],
			["GET", "?EIO=04&transport=polling", {}, refusal(5, "Unsupported protocol version")],
			["GET", "?EIO=4x&transport=polling&sid=", {}, refusal(5, "Unsupported protocol version")],
		]) {
			const answer = await ask(echo.port, method, `/socket.io/${query}`, { headers,
				...(method === "POST" ? { body: "40" } : {}) });
			const what = `${method} ${query} ${JSON.stringify(headers)}`;
			assert.deepEqual(short(answer), want, what);
			assert.equal(answer.headers["content-type"], "application/json", what);
			assert.equal(answer.headers["access-control-allow-origin"], "*", what);
		}
		assert.deepEqual(short(await post(sid, "40")), [200, "ok"], "the session has not suffered");
		ws.send("40");
		assert.match(await ws.next(), /^40/);
		ws.close();
	});

	test("the version is looked at in the handshake only, the rest of the query never", async () => {
		const { sid } = await open("&t=N8hyd6w&j=0&token=a+b%20%26c&EIOx=3&transportx=tcp&SID=x");
		const old = (method, body) => ask(echo.port, method,
			`/socket.io/?EIO=3&transport=polling&sid=${sid}&t=1`, { body });
		assert.deepEqual(short(await old("POST", "40")), [200, "ok"]);
		assert.match((await old("GET")).body, /^40/);
	});

	test("an Upgrade is refused for the same reasons", async () => {
		const { sid } = await open();
		for (const [path, headers, words] of [
			["/socket.io/?EIO=4", {}, "Transport unknown"], ["/socket.io/?EIO=4&transport=tcp", {}, "Transport unknown"],
			[`${WS}&sid=nobody`, {}, "Session ID unknown"], [`${WS}&sid=${sid.slice(1)}`, {}, "Session ID unknown"],
			[WS, { Origin: "http://a\x01b" }, "Bad request"],
			["/socket.io/?transport=websocket", {}, "Unsupported protocol version"],
			["/socket.io/?EIO=3&transport=websocket", {}, "Unsupported protocol version"],
		]) {
			const ws = await Frames.open(echo.port, path, headers);
			assert.equal(ws.handshake.status, 400, path);
			assert.ok(ws.handshake.body.includes(words), ws.handshake.body);
			assert.equal(ws.handshake.headers.connection, "close");
			assert.equal(await ws.end(), true, "and the connection ends");
		}
	});

	test("the open packet holds what it must and nothing else", async () => {
		const answer = await ask(echo.port, "GET", POLL);
		const { sid, ...rest } = JSON.parse(answer.body.slice(1));
		assert.match(sid, /^[\w-]{20}$/);
		assert.deepEqual(rest, { upgrades: ["websocket"], pingInterval: 25000, pingTimeout: 20000, maxPayload: MAX });
		assert.deepEqual([answer.headers["content-type"], answer.headers["cache-control"],
			answer.headers["x-accel-buffering"], answer.headers["set-cookie"], answer.headers["content-encoding"]],
		["text/plain; charset=UTF-8", "no-store", "no", undefined, undefined]);
		const ws = await socket();
		const born = JSON.parse((await ws.next()).slice(1));
		assert.deepEqual({ ...born, sid: "" }, { sid: "", upgrades: [], pingInterval: 25000, pingTimeout: 20000,
			maxPayload: MAX });
		ws.send("40");
		const reply = JSON.parse((await ws.next()).slice(2));
		assert.deepEqual(Object.keys(reply), ["sid"]);
		assert.notEqual(reply.sid, born.sid, "what others see is not the key to the session");
		ws.close();
	});

	test("header names come in any case, and in a segment each", async () => {
		const sid = await joined();
		const line = new Line(echo.port);
		await line.trickle(`POST ${POLL}&sid=${sid} HTTP/1.1\r\nhOST: a\r\nCONTENT-length:   3\r\n\r\n6\x1e3`);
		assert.deepEqual(short(await line.answer()), [200, "ok"]);
		line.write(request("POST", `${POLL}&sid=${sid}`, { body: '42["message",1]', headers: PLAIN }));
		assert.deepEqual(short(await line.answer()), [200, "ok"]);
		line.close();
		assert.equal((await get(sid)).body, '42["message-back",1]');
	});

	test("a body that came with its headers, and one in chunks of any size", async () => {
		const sid = await joined();
		const body = '42["message","é\u{1f30d}"]';
		assert.deepEqual(short(await post(sid, body)), [200, "ok"]);
		for (const size of [1, 3, 7]) {
			const bytes = Buffer.from(body);
			const chunks = [];
			for (let i = 0; i < bytes.length; i += size) {
				const part = bytes.subarray(i, i + size);
				chunks.push(Buffer.from(`${part.length.toString(16)};x=y\r\n`), part, Buffer.from("\r\n"));
			}
			const line = new Line(echo.port);
			line.write(request("POST", `${POLL}&sid=${sid}`, { headers: { "Transfer-Encoding": "chunked" },
				body: Buffer.concat([...chunks, Buffer.from("0\r\nA: b\r\n\r\n")]) }));
			assert.deepEqual(short(await line.answer()), [200, "ok"], `chunks of ${size}`);
			line.close();
		}
		assert.equal((await get(sid)).body, Array(4).fill('42["message-back","é\u{1f30d}"]').join("\x1e"));
	});

	test("a body whose length is not clear reaches nobody", async () => {
		const sid = await joined();
		const head = (lines) => `POST ${POLL}&sid=${sid} HTTP/1.1\r\nHost: a\r\n${lines}\r\n\r\n`;
		for (const lines of ["Content-Length: 2\r\nTransfer-Encoding: chunked", "Content-Length: -1",
			"Content-Length: 2x", "Content-Length: 99999999999999999999", "Transfer-Encoding: gzip",
			"Content-Length: 2\r\nContent-Length: 3"]) {
			const line = new Line(echo.port);
			line.write(`${head(lines)}41`);
			const answer = await line.answer();
			assert.ok(answer === null || answer.status === 400, `${lines}: ${answer?.status}`);
			line.close();
		}
		assert.deepEqual(short(await post(sid, '42["message"]')), [200, "ok"]);
		assert.equal((await get(sid)).body, '42["message-back"]');
	});

	test("what a POST may hold, and what ends the session", async () => {
		for (const body of ["0", "5", "6", "3", "3probe", "0{}\x1e5\x1e6\x1e3", "6\x1e40"]) {
			const { sid } = await open();
			assert.deepEqual(short(await post(sid, body)), [200, "ok"], body);
			assert.deepEqual(short(await post(sid, "6")), [200, "ok"], `${body} ends nothing`);
		}
		for (const body of ["", "\x1e", "\x1e40", "40\x1e", "40\x1e\x1e6", "7", "a", "40\x1ex", "2", "2probe",
			"bx", "b=", "bAQI=AQI=", " 40", "1"]) {
			const { sid } = await open();
			const answer = await post(sid, body);
			assert.deepEqual(short(answer), [200, "ok"], JSON.stringify(body));
			assert.equal(answer.headers["content-type"], "text/html");
			assert.deepEqual(short(await get(sid)), UNKNOWN, JSON.stringify(body));
		}
	});

	test("what came before the fault in a POST was taken", async () => {
		const sid = await joined();
		const other = await connected();
		other.send('421["join","witness"]');
		assert.equal(await other.next(), "431[true]");
		await post(sid, '42["all","witness","heard"]\x1e9\x1e42["all","witness","not heard"]');
		assert.equal(await other.next(), '42["all","heard"]');
		assert.deepEqual(short(await get(sid)), UNKNOWN);
		await isWell(other);
	});

	test("bodies at the limit and beyond it", async () => {
		const sid = await joined();
		const fit = `42["message","${"x".repeat(MAX - 16)}"]`;
		assert.equal(fit.length, MAX);
		assert.deepEqual(short(await post(sid, fit)), [200, "ok"]);
		assert.equal((await get(sid)).body.length, MAX + 5);
		const over = await post(sid, `${fit} `);
		assert.deepEqual([over.status, over.body, over.headers["access-control-allow-origin"]], [413, "", "*"]);
		assert.deepEqual(short(await post(sid, '42["message"]')), [200, "ok"], "the session lives");
		assert.equal((await get(sid)).body, '42["message-back"]');
	});

	test("the end of a polling session that the server wants", async () => {
		const held = await joined();
		const line = await hold(held);
		await post(held, '42["close-me"]');
		assert.deepEqual(short(await line.answer()), [200, "41\x1e1"]);
		assert.deepEqual(short(await get(held)), UNKNOWN);
		line.close();
		const sid = await joined();
		await post(sid, '42["message",1]\x1e42["close-me"]\x1e42["message",2]');
		assert.equal((await get(sid)).body, '42["message-back",1]\x1e41\x1e1');
		assert.deepEqual(short(await post(sid, "3")), UNKNOWN);
	});

	test("every answer carries the CORS line, errors too", async () => {
		const { sid } = await open();
		const Origin = "https://page.example";
		for (const [want, answer] of [
			[200, await ask(echo.port, "GET", POLL, { headers: { Origin } })],
			[200, await post(sid, "40", { Origin })], [200, await get(sid, { Origin })],
			[413, await post(sid, "x".repeat(MAX + 1), { Origin })],
			[500, await ask(echo.port, "PUT", `${POLL}&sid=${sid}`, { headers: { Origin } })],
			[400, await post(sid, "x", { Origin, "Content-Type": "application/octet-stream" })],
			[400, await get(sid, { Origin })],
		]) {
			assert.equal(answer.status, want);
			assert.equal(answer.headers["access-control-allow-origin"], "*", `${want}`);
			assert.equal(answer.headers["access-control-allow-credentials"], undefined);
		}
		const preflight = await ask(echo.port, "OPTIONS", `${POLL}&sid=nobody`,
			{ headers: { Origin, "Access-Control-Request-Headers": "x-a, content-type" } });
		assert.deepEqual([preflight.status, preflight.body, preflight.headers["access-control-allow-headers"],
			preflight.headers.vary], [204, "", "x-a, content-type", "Access-Control-Request-Headers"]);
	});
});

describe("the upgrade", () => {
	before(async () => (echo = await startEcho("--max-payload", `${MAX}`)));
	after(() => echo.stop());
	const candidate = (sid) => socket(`${WS}&sid=${sid}`);

	test("a GET that waits gets 6 alone, a later one too, and messages go before", async () => {
		const sid = await joined();
		const line = await hold(sid);
		const ws = await candidate(sid);
		ws.send("2probe");
		assert.equal(await ws.next(), "3probe");
		assert.deepEqual(short(await line.answer()), [200, "6"]);
		line.close();
		assert.deepEqual(short(await get(sid)), [200, "6"]);
		assert.deepEqual(short(await post(sid, '42["message",1]')), [200, "ok"]);
		assert.deepEqual(short(await get(sid)), [200, '42["message-back",1]']);
		assert.deepEqual(short(await get(sid)), [200, "6"]);
		ws.send("2probe");
		assert.equal(await ws.next(), "3probe", "it may ask again");
		ws.send("5");
		await isWell(ws);
	});

	test("5 and what follows it in one segment, with a GET still held", async () => {
		const sid = await joined();
		const ws = await candidate(sid);
		const line = await hold(sid);
		ws.send("5", '42["message",1]', '451-["message",{"_placeholder":true,"num":0}]', Buffer.from([7]));
		assert.deepEqual(short(await line.answer()), [200, "6"]);
		assert.equal(await ws.next(), '42["message-back",1]');
		assert.equal(await ws.next(), '451-["message-back",{"_placeholder":true,"num":0}]');
		assert.deepEqual(await ws.next(), Buffer.from([7]));
		line.close();
		ws.close();
	});

	test("attachments that were announced by POST may come by WebSocket", async () => {
		const sid = await joined();
		await post(sid, '452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]\x1ebAQ==');
		const ws = await candidate(sid);
		ws.send("2probe", "5", Buffer.from([2]));
		assert.equal(await ws.next(), "3probe");
		assert.match(await ws.next(), /^452-/);
		assert.deepEqual([await ws.next(), await ws.next()], [Buffer.from([1]), Buffer.from([2])]);
		ws.close();
	});

	test("polling is over afterwards, in every way", async () => {
		const sid = await joined();
		const ws = await candidate(sid);
		ws.send("5", '42["message"]');
		assert.equal(await ws.next(), '42["message-back"]');
		assert.deepEqual(short(await get(sid)), BAD);
		assert.deepEqual(short(await post(sid, "1")), BAD);
		const late = await candidate(sid);
		assert.equal(await late.closed(), 1005);
		await isWell(ws);
	});

	test("a session that began as a WebSocket is nothing to upgrade", async () => {
		const ws = await socket();
		const { sid } = JSON.parse((await ws.next()).slice(1));
		assert.equal(await (await candidate(sid)).closed(), 1005);
		ws.send("40");
		assert.match(await ws.next(), /^40/);
		ws.close();
	});

	test("a candidate that says anything else is closed alone", async () => {
		for (const frame of ["40", "2", "3probe", "1", "6", "", "2Probe", "5x", Buffer.from("2probe"), Buffer.from("5")]) {
			const sid = await joined();
			const line = await hold(sid);
			const ws = await candidate(sid);
			ws.send(frame);
			assert.equal(await ws.closed(), 1005, String(frame));
			await post(sid, '42["message"]');
			assert.deepEqual(short(await line.answer()), [200, '42["message-back"]'], String(frame));
			line.close();
		}
	});

	test("the session's end is the candidate's end", async () => {
		const sid = await joined();
		const ws = await candidate(sid);
		await post(sid, "1");
		assert.equal(await ws.closed(), 1005);
		assert.deepEqual(short(await get(sid)), UNKNOWN);
	});
});

describe("WebSockets", () => {
	before(async () => (echo = await startEcho("--max-payload", `${MAX}`)));
	after(() => echo.stop());

	test("no subprotocol and no extension is agreed to, whatever is offered", async () => {
		const plain = await socket();
		assert.equal(plain.handshake.headers["sec-websocket-protocol"], undefined);
		plain.close();
		const offered = await socket(WS, { "Sec-WebSocket-Extensions":
			"permessage-deflate; client_max_window_bits, x-webkit-deflate-frame" });
		assert.equal(offered.handshake.headers["sec-websocket-extensions"], undefined);
		assert.match(await offered.next(), /^0/);
		offered.close();
	});

	test("the handshake in any case of letters", async () => {
		const line = new Line(echo.port);
		line.write(`GET ${WS} HTTP/1.1\r\nhost: a\r\nCONNECTION: keep-alive, upgrade\r\nupgrade: WebSocket\r\n` +
			"SEC-WEBSOCKET-VERSION: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
		const answer = await line.answer();
		assert.deepEqual([answer.status, answer.headers["sec-websocket-accept"]],
			[101, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="]);
		line.close();
	});

	test("frames in pieces, and many in one piece", async () => {
		const ws = await connected();
		await ws.trickle(Frames.bytes(1, '42["message",1]'));
		assert.equal(await ws.next(), '42["message-back",1]');
		ws.send(...Array.from({ length: 50 }, (_, i) => `42["message",${i}]`));
		for (let i = 0; i < 50; i++) assert.equal(await ws.next(), `42["message-back",${i}]`);
		ws.frame(1, '42["mes', { fin: false });
		ws.frame(9, "are you there");
		ws.frame(0, 'sage","', { fin: false });
		ws.frame(0, Buffer.from("é").subarray(0, 1), { fin: false });
		ws.frame(0, Buffer.concat([Buffer.from("é").subarray(1), Buffer.from('"]')]));
		// Which of them is first is not said.
		const both = [await ws.next(), await ws.next()].sort((a, b) => typeof a < typeof b ? -1 : 1);
		assert.deepEqual(both, [{ opcode: 10, data: Buffer.from("are you there") }, '42["message-back","é"]']);
		ws.frame(10, "an answer to nothing");
		await isWell(ws);
	});

	test("a close frame is answered by one", async () => {
		const ws = await connected();
		ws.frame(8, Buffer.concat([Buffer.from([0x03, 0xe8]), Buffer.from("bye")]));
		const frame = await ws.next();
		assert.equal(frame?.opcode, 8);
		assert.equal(await ws.end(), true);
	});

	const faults = [
		["a reserved bit", [1, "3", { rsv: 4 }]], ["another reserved bit", [1, "3", { rsv: 2 }]],
		["an opcode that there is not", [3, "x"]], ["a control opcode that there is not", [11, "x"]],
		["a continuation of nothing", [0, "x"]],
		["a control frame in fragments", [9, "x", { fin: false }]],
		["a control frame of 126 bytes", [9, "x".repeat(126)]],
	];
	for (const [name, frame] of faults)
		test(`${name} ends the connection`, async () => {
			const ws = await connected();
			ws.frame(...frame);
			assert.ok([1002, 1006].includes(await ws.closed()), name);
		});

	test("a message within the fragments of another ends the connection", async () => {
		const ws = await connected();
		ws.frame(1, '42["a', { fin: false });
		ws.frame(1, "3");
		assert.ok([1002, 1006].includes(await ws.closed()));
	});

	test("text that is not UTF-8 ends it with 1007, be it cut into fragments", async () => {
		for (const parts of [[[0x34, 0xff]], [[0x34, 0xc3], [0x28]], [[0xed, 0xa0, 0x80]], [[0x34, 0xc3]]]) {
			const ws = await connected();
			parts.forEach((part, i) => ws.frame(i ? 0 : 1, Buffer.from(part), { fin: i === parts.length - 1 }));
			assert.equal(await ws.closed(), 1007, JSON.stringify(parts));
		}
	});

	test("messages at the limit and beyond it", async () => {
		const ws = await connected();
		const fit = `42["message","${"x".repeat(MAX - 16)}"]`;
		ws.send(fit);
		assert.equal((await ws.next()).length, MAX + 5);
		ws.send(`${fit} `);
		assert.equal(await ws.closed(), 1009);
		const bytes = await connected();
		bytes.send('451-["message",{"_placeholder":true,"num":0}]', Buffer.alloc(MAX));
		await bytes.next();
		assert.equal((await bytes.next()).length, MAX);
		bytes.send('451-["message",{"_placeholder":true,"num":0}]', Buffer.alloc(MAX + 1));
		assert.equal(await bytes.closed(), 1009);
		const claim = await connected();
		claim.write([0x82, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 1]);
		// An answer to the close frame would be part of the message.
		assert.equal((await claim.next()).data.readUInt16BE(0), 1009, "announced, and begun");
		claim.close();
	});
});

describe("Socket.IO packets", () => {
	before(async () => (echo = await startEcho("--max-payload", `${MAX}`)));
	after(() => echo.stop());

	test("the parser's table by polling: what closes", async () => {
		for (const packet of ["49", "4", "4 2", "42{", '42["a"]x', "42{}", "42[]", "42[null]", "42[true]", '42[["a"]]',
			'42["connect"]', '42["disconnecting"]', '42["newListener"]', '42-1["a"]', '421.5["a"]', '421e3["a"]',
			"43{}", '43"a"', "40", "40[]", '40"x"', "40null", "41[]", '41{"a":1}', '44{"message":"a"}', '42/custom,["a"]',
			"43/custom,1[]", "41/custom,", "42/custom", '45["a"]', "45", "45-", '451["a"]', '4511-["a"]', '45 1-["a"]',
			"451-", "461-7{}", '451-["a",{"_placeholder":true,"num":1}]', '451-["a",[{"x":{"_placeholder":true,"num":-1}}]]']) {
			const sid = await joined();
			assert.deepEqual(short(await post(sid, packet)), [200, "ok"], packet);
			const { status, body } = await get(sid);
			assert.ok(body === "1" || status === 400, `${packet}: ${status} ${body}`);
			assert.deepEqual(short(await get(sid)), UNKNOWN, packet);
		}
	});

	test("the parser's table: what lives", async () => {
		const ws = await connected();
		ws.send("42", "425", "42[1]", '42["nobody listens"]', '427["nobody listens"]', "43", "431", "431[]", "43999[1,2]", "431[]",
			'42["x",{"_placeholder":true,"num":9}]', '42[ "message" , 1 ]', '42["message",2]');
		assert.equal(await ws.next(), '42["message-back",1]');
		assert.equal(await ws.next(), '42["message-back",2]');
		ws.send('461-5[{"_placeholder":true,"num":0}]', Buffer.from([1]), '42["message",3]');
		assert.equal(await ws.next(), '42["message-back",3]');
		// A placeholder may be there twice, or not at all.
		ws.send('451-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]', Buffer.from([2]));
		assert.equal(await ws.next(), '451-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]');
		assert.deepEqual(await ws.next(), Buffer.from([2]));
		ws.send('451-["message"]', Buffer.from([3]));
		assert.equal(await ws.next(), '451-["message-back"]');
		assert.deepEqual(await ws.next(), Buffer.from([3]));
		await isWell(ws);
	});

	test("numbers and texts come back as the same values", async () => {
		const ws = await connected();
		const args = '[0,-0.5,1e-7,123456789012345,1.7976931348623157e308,"\\u2028\\ud83d\\ude00\\u0001\\/"]';
		ws.send(`420["message-with-ack",${args}]`);
		const answer = await ws.next();
		assert.match(answer, /^430\[/);
		assert.deepEqual(JSON.parse(answer.slice(3)), [JSON.parse(args)]);
		ws.send(`421["message-with-ack",{"a":1,"a":2,"__proto__":3}]`);
		assert.equal(JSON.parse((await ws.next()).slice(3))[0].a, 2);
		ws.close();
	});

	test("acknowledgements: the id 0, an empty list, each namespace for itself", async () => {
		const ws = await connected();
		ws.send('420["message-with-ack"]');
		assert.equal(await ws.next(), "430[]");
		ws.send('4200["message-with-ack",null]');
		assert.equal(await ws.next(), "430[null]");
		ws.send("40/custom,{}");
		assert.match(await ws.next(), /^40\/custom,\{"sid"/);
		await ws.next();
		ws.send('42/custom,3["nobody listens there"]', '423["message-with-ack",3]');
		assert.equal(await ws.next(), "433[3]");
		ws.close();
	});

	test("namespaces end one by one, and the connection with none of them", async () => {
		const ws = await connected();
		ws.send("40/custom");
		await ws.next();
		await ws.next();
		ws.send("41");
		ws.send('42/custom,["still there"]', "41/custom,", "40/nope,", "40/custom,{\"again\":1}");
		assert.equal(await ws.next(), '44/nope,{"message":"Invalid namespace"}');
		assert.match(await ws.next(), /^40\/custom,\{"sid"/);
		assert.equal(await ws.next(), '42/custom,["auth",{"again":1}]');
		ws.send('42["message"]');
		assert.equal(await ws.closed(), 1005, "the main one has ended");
	});

	test("a name that is sent back in an error cannot break out of it", async () => {
		const ws = await socket();
		await ws.next();
		ws.send('40/"}x,');
		assert.equal(await ws.next(), '44/"}x,{"message":"Invalid namespace"}');
		ws.send(`40/${"x".repeat(127)}`);
		assert.match(await ws.next(), /^44\/x+,\{"message":"Invalid namespace"\}$/);
		ws.send(`40/${"x".repeat(128)}`);
		assert.equal(await ws.closed(), 1005);
	});
});

describe("without CONNECT", () => {
	before(async () => (echo = await startEcho("--connect-timeout", "1000", "--ping-interval", "100000")));
	after(() => echo.stop());

	test("the clock runs on through refusals, by polling too", async () => {
		const { sid } = await open();
		await post(sid, "40/nope");
		assert.equal((await get(sid)).body, '44/nope,{"message":"Invalid namespace"}');
		assert.deepEqual(short(await get(sid)), [200, "1"]);
		assert.deepEqual(short(await get(sid)), UNKNOWN);
	});

	test("who was connected once may stay", async () => {
		const left = await socket();
		await left.next();
		left.send("40", "41");
		await left.next();
		await left.next();
		const never = await socket();
		await never.next();
		assert.equal(await never.closed(), 1005, "its time is over, and so is the other's");
		left.send("40");
		assert.match(await left.next(), /^40/);
		left.close();
	});
});

describe("with a list of origins", () => {
	before(async () => (echo = await startEcho("--cors", "https://a.example https://b.example:8443")));
	after(() => echo.stop());

	test("who is listed is told so in every answer, the others are not refused", async () => {
		for (const [Origin, allowed] of [["https://a.example", true], ["https://b.example:8443", true],
			["https://b.example", false], ["http://a.example", false], ["https://xa.example", false], ["null", false]]) {
			const first = await ask(echo.port, "GET", POLL, { headers: { Origin } });
			const { sid } = JSON.parse(first.body.slice(1));
			for (const [method, path, status] of [["GET", POLL, 200], ["POST", `${POLL}&sid=${sid}`, 200],
				["GET", `${POLL}&sid=nobody`, 400], ["OPTIONS", POLL, 204]]) {
				const answer = await ask(echo.port, method, path, { headers: { Origin,
					"Access-Control-Request-Headers": "x-a" }, ...(method === "POST" ? { body: "6" } : {}) });
				const what = `${method} ${path} from ${Origin}`;
				assert.equal(answer.status, status, what);
				assert.equal(answer.headers["access-control-allow-origin"], allowed ? Origin : undefined, what);
				assert.match(answer.headers.vary, /Origin|Access-Control-Request-Headers/, what);
				if (method === "OPTIONS")
					assert.equal(answer.headers["access-control-allow-methods"], "GET,HEAD,PUT,PATCH,POST,DELETE");
			}
		}
	});
});
