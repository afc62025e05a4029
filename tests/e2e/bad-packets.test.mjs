// bad-packets.test.mjs: Socket.IO that no honest client sends
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { connect as dial } from "node:net";
import { after, afterEach, before, describe, test } from "node:test";
import { Agent, Installation, ask, connect, http, openChat, until } from "./harness.mjs";

const { WebSocket } = createRequire(import.meta.url)("ws");
const ID = randomUUID();

let site, agent, chat, counts, pids, live;
before(async () => {
	site = await Installation.start({ conf: "event_burst = 100000" });
	agent = await Agent.login(site);
	chat = await openChat(site, "victim", { embed_token: site.addWidget().token });
	live = await agent.socket();
	counts = site.counts();
	pids = site.pids();
});
after(() => {
	live?.close();
	return site?.stop();
});

// Whatever a test has sent: nothing is stored, nothing has crashed, and who is
// connected stays connected.
afterEach(async () => {
	assert.deepEqual(site.counts(), counts);
	assert.deepEqual(site.pids(), pids);
	assert.equal((await ask(live, "join_queue")).ok, true);
});

/** A raw client: sends texts after CONNECT; what came, and how it ended. */
function raw(...packets) {
	return new Promise((resolve) => {
		const got = [];
		const ws = new WebSocket(`${site.url.replace("http", "ws")}` +
			"/socket.io/?EIO=4&transport=websocket");
		ws.on("error", () => {});
		ws.on("close", (code) => resolve({ got, code }));
		ws.on("message", (data) => {
			const text = String(data);
			got.push(text);
			if (text[0] === "0") ws.send("40");
			if (!text.startsWith("40")) return;
			for (const packet of packets) ws.send(packet);
			// A fence: who is still there is told about an event that there is not.
			ws.send("4299[\"no_such_event\"]");
		}).on("message", (data) => {
			if (String(data).startsWith("4399")) ws.close();
		});
	});
}

const lives = ({ got }) => got.some((text) => text.startsWith("4399"));

describe("a packet", () => {
	test("that is malformed ends its connection, and nothing else", async () => {
		const deep = "[".repeat(10_000);
		for (const packet of ["", "x", "9", "4", "47", "4x", "42{", "42{}", "42[]", "42[null]",
			"42[{}]", "42[\"a\"", "42[\"a\"]x", "42\"a\"", "42[\"connect\"]", "42[\"disconnecting\"]",
			"42-1[\"a\"]", "421.5[\"a\"]", "42/other,[\"a\"]", "44", "43{}", "40[]", "41[]", "2", "0",
			`42["a",${deep}${"]".repeat(10_000)}]`, `42["a",${deep}`, "42[\"a\",\"\\ud800\"]",
			"42[\"a\",\u0001]", "42[\"\\u0000\"", "45-[\"a\"]", "451-", "4511-[\"a\"]", "45999999999999-[]",
			"46", "4299999999999999999999999[\"a\"]", "b!!!!", "1"]) {
			const end = await raw(packet);
			if (lives(end)) continue; // some of them may be passed over
			assert.ok([1000, 1005, 1006, 1007, 1002].includes(end.code), `${packet.slice(0, 40)} ${end.code}`);
		}
	});

	test("of broken JSON, or that is no event, never reaches the conversation", async () => {
		for (const packet of ["42{", "42{}", "42[]", "42[null]", "42[\"a\"", "42[\"a\"]x", "4x",
			"420[\"a\",\"\\u0000\"]", "420[\"a\",\"\\ud800\"]", "44", "42/other,[\"a\"]", "451-", "42[\"connect\"]"])
			assert.equal(lives(await raw(packet)), false, packet);
	});

	test("of bytes that are no text, or expected by nobody, ends the connection", async () => {
		assert.equal(lives(await raw(Buffer.from([1, 2, 3]))), false);
		assert.equal(lives(await raw("451-[\"send_message\",{\"_placeholder\":true,\"num\":0}]",
			"42[\"x\"]")), false);
		const frame = Buffer.from([0x34, 0x32, 0x5b, 0x22, 0xff, 0xfe, 0x22, 0x5d]);
		const end = await new Promise((resolve) => {
			const ws = new WebSocket(`${site.url.replace("http", "ws")}` +
				"/socket.io/?EIO=4&transport=websocket");
			ws.on("error", () => {});
			ws.on("close", resolve);
			ws.once("message", () => ws.send(frame, { binary: false }));
		});
		assert.ok([1005, 1006, 1007, 1002].includes(end), String(end));
	});

	test("above max_payload ends the connection", async () => {
		const end = await raw(`42["send_message",{"content":"${"x".repeat(1_100_000)}"}]`);
		assert.equal(lives(end), false);
		assert.ok([1006, 1009].includes(end.code), String(end.code));
	});

	test("whose event is unknown is told so, however odd its name", async () => {
		const socket = await connect(site);
		for (const name of ["no_such_event", "", "__proto__", "x".repeat(5000), "send_message ", "\u{1f30d}"]) {
			const ack = await ask(socket, name, {});
			assert.deepEqual([ack.ok, ack.error], [false, "bad_request"], name.slice(0, 20));
		}
		socket.close();
	});
});

describe("an event", () => {
	let socket, who;
	before(async () => {
		socket = await connect(site);
		who = { conversation_id: chat.conversation_id, external_id: "victim" };
	});
	after(() => socket?.close());

	async function refused(event, payload, error = "bad_request", by = socket) {
		const ack = await ask(by, event, payload);
		assert.deepEqual([ack.ok, ack.error], [false, error],
			`${event} ${JSON.stringify(payload)?.slice(-200)} ${JSON.stringify(ack).slice(0, 200)}`);
		assert.ok(ack.message.length > 5);
		assert.doesNotMatch(ack.message, /SELECT|mysql|\.c:/i);
	}

	test("without its object is refused", async () => {
		for (const event of ["send_message", "join_conversation", "leave_conversation",
			"user_typing", "mark_read"])
			for (const payload of [undefined, null, 1, "x", [], [{}], true, {}])
				await refused(event, payload);
		await refused("claim_conversation", {}, "bad_request", live);
	});

	test("with a field of the wrong type is refused", async () => {
		const message = { ...who, sender_type: "end_user", content: "x" };
		for (const bad of [1, true, [], {}, "not an id", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "x".repeat(70_000)])
			for (const [event, payload] of [["send_message", message], ["join_conversation", who],
				["leave_conversation", who], ["user_typing", who], ["mark_read", who]])
				await refused(event, { ...payload, conversation_id: bad });
		for (const name of ["external_id", "content", "content_type", "rich_media", "client_id",
			"sender_type"])
			for (const bad of [1, true, [], name === "rich_media" ? "x" : {}, [["x"]]])
				await refused("send_message", { ...message, [name]: bad });
		for (const bad of ["1", -1, 1.5, 2 ** 60, [], {}, true])
			await refused("join_conversation", { ...who, since_seq: bad });
		for (const bad of ["bot", "admin", "END_USER", ""])
			await refused("send_message", { ...message, sender_type: bad || "x" });
	});

	test("with content that is too long, empty or no text is refused", async () => {
		const message = { ...who, sender_type: "end_user", content: "x" };
		for (const more of [{ content: "x".repeat(4097) }, { content: "é".repeat(5000) }, { content: "" },
			{ content: "   \n " }, { content: undefined }, { content: "a\u0007b" },
			{ client_id: "c".repeat(65) }, { client_id: "é".repeat(40) }, { external_id: "e".repeat(256) },
			{ content_type: "video" }, { content_type: "movie" }, { content_type: "TEXT" }])
			await refused("send_message", { ...message, ...more });
		await refused("send_message", { ...message, external_id: "Victim" }, "forbidden");
		await refused("send_message", { ...message, conversation_id: ID }, "not_found");
	});

	test("with rich media of another shape than its type is refused", async () => {
		const message = { ...who, sender_type: "agent", content: "x" };
		const button = { label: "l", value: "v" };
		for (const [type, media] of [
			["image", undefined], ["image", {}], ["image", { url: 1 }], ["image", { url: "javascript:alert(1)" }],
			["image", { url: "data:text/html,x" }], ["image", { url: `https://x/${"a".repeat(70_000)}` }],
			["file", { url: "https://x/y" }], ["file", { url: "https://x/y", filename: [], size: 1, mime_type: "a/b" }],
			["quick_button", undefined], ["quick_button", { buttons: {} }], ["quick_button", { buttons: [] }],
			["quick_button", { buttons: [1] }], ["quick_button", { buttons: [{ value: "v" }] }],
			["quick_button", { buttons: Array(51).fill(button) }],
			["carousel", { cards: [] }], ["carousel", { cards: [{ title: 1 }] }],
			["carousel", { cards: [{ title: "t", buttons: [{}] }] }],
			["dropdown", { options: [] }], ["dropdown", { options: [{ label: "l", value: {} }] }],
			["list", { options: [button] }], ["list", { sections: [{ options: [] }] }],
			["list", { sections: Array(26).fill({ options: [button, button] }) }],
			["video", { url: "javascript:alert(1)" }], ["video", { url: "/v", poster: "data:image/png,x" }],
			["audio", undefined], ["audio", { url: ["/a"] }],
			["form", { fields: [] }], ["form", { fields: [{ name: "a", label: "A", type: "file" }] }],
			["form", { fields: [{ name: "_flow", label: "A", type: "text" }] }],
			["form", { fields: Array.from({ length: 31 }, (_, i) => ({ name: `f${i}`, label: "A", type: "text" })) }],
			["text", { value: "v".repeat(70_000) }],
			["text", { form: { message_id: "nobody", values: {} } }], ["text", { form: { message_id: ID, values: [] } }],
		])
			await refused("send_message", { ...message, content_type: type, rich_media: media },
				"bad_request", live);
		let deep = {};
		for (let i = 0; i < 100; i++) deep = { a: deep };
		const again = await connect(site);
		again.emit("send_message", { ...message, rich_media: { value: deep } });
		again.close();
	});
});

describe("a polling client", () => {
	const base = "/socket.io/?EIO=4&transport=polling";

	async function open() {
		const answer = await http(site, "GET", base);
		assert.equal(answer.status, 200);
		return `${base}&sid=${JSON.parse(answer.text.slice(1)).sid}`;
	}
	const post = (path, body, headers = {}) => http(site, "POST", path,
		{ body, headers: { "Content-Type": "text/plain;charset=UTF-8", ...headers } });

	test("is told what is wrong with its address", async () => {
		for (const [method, path, status, code] of [
			["GET", "/socket.io/", 400, 0], ["GET", "/socket.io/?EIO=4&transport=x", 400, 0],
			["GET", `${base}&sid=unknown`, 400, 1], ["POST", base, 400, 2],
			["GET", "/socket.io/?EIO=4&transport=websocket", 400, 3],
			["GET", "/socket.io/?EIO=3&transport=polling", 400, 5],
			["GET", `${base}&sid=${"a".repeat(4000)}`, 400, 1],
		]) {
			const answer = await http(site, method, path);
			assert.deepEqual([answer.status, answer.json.code], [status, code], `${method} ${path}`);
		}
		assert.notEqual((await http(site, "GET", `${base}&x=%0d%0aX-Injected:%20y`)).headers["x-injected"], "y");
	});

	test("loses its session by a body that is none, and keeps it by one too large", async () => {
		for (const body of ["", "\x1e", "40\x1e", "x", "4x", "42[", Buffer.from([0x34, 0xff, 0xfe])]) {
			const path = await open();
			await post(path, "40");
			assert.ok([200, 400].includes((await post(path, body)).status), JSON.stringify(body));
			await until("the session's end", async () => {
				const answer = await http(site, "GET", path);
				return answer.status === 400 && answer.json.code === 1;
			});
		}
		const path = await open();
		assert.equal((await post(path, "4".repeat(1_000_001))).status, 413);
		assert.equal((await post(path, "40")).status, 200);
		assert.match((await http(site, "GET", path)).text, /^40\{"sid"/);
		assert.equal((await post(path, "1")).status, 200);
	});

	test("that leaves in the middle of a body takes only itself away", async () => {
		const { hostname, port } = new URL(site.url);
		for (let i = 0; i < 10; i++) {
			const path = await open();
			await new Promise((resolve) => {
				const socket = dial(Number(port), hostname, () => socket.write(
					`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n` +
					"Content-Length: 1000\r\n\r\n42[\"send_message\"", () => socket.destroy()));
				socket.on("error", () => {});
				socket.on("close", resolve);
			});
		}
	});

	test("that leaves while its poll is held is forgotten", async () => {
		const { hostname, port } = new URL(site.url);
		const path = await open();
		await post(path, "40");
		await http(site, "GET", path);
		await new Promise((resolve) => {
			const socket = dial(Number(port), hostname, () => socket.write(
				`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`, () => socket.destroy()));
			socket.on("error", () => {});
			socket.on("close", resolve);
		});
	});
});
