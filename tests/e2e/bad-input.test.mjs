// bad-input.test.mjs: HTTP that no honest client sends: told so, nothing stored
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, test } from "node:test";
import { Agent, Installation, bytes, http, openChat } from "./harness.mjs";

const DEEP = 10_000;
const NO_UTF8 = Buffer.from([0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22]);

let site, agent, chat, people, counts, pids;
before(async () => {
	site = await Installation.start();
	people = site.addWidget();
	agent = await Agent.login(site);
	chat = await openChat(site, "victim", { embed_token: people.token });
	counts = site.counts();
	pids = site.pids();
});
after(() => site?.stop());

// Whatever a test has sent: nothing is stored, nothing has crashed, and the
// next request is answered.
afterEach(async () => {
	assert.deepEqual(site.counts(), counts);
	assert.deepEqual(site.pids(), pids);
	assert.equal((await http(site, "GET", "/healthz")).status, 200);
});

function send(path, body, headers = {}) {
	return http(site, "POST", path, {
		headers: { Cookie: agent.cookie, "X-CSRFToken": agent.me.csrf_token,
			"Content-Type": "application/json", ...headers },
		body: Buffer.isBuffer(body) || typeof body === "string" ? body : JSON.stringify(body),
	});
}
const get = (path, headers = {}) => http(site, "GET", path,
	{ headers: { Cookie: agent.cookie, ...headers } });

function refused(answer, status, error, what) {
	// Some bytes in an address do not even pass the web server.
	if (answer.text.startsWith("<?xml") && /%(00|ff|zz|2f)/.test(what)) {
		assert.ok([400, 404].includes(answer.status), what);
		return;
	}
	assert.equal(answer.status, status, `${what}: ${answer.text}`);
	assert.equal(answer.json.error, error, what);
	assert.ok(answer.json.message.length > 5, what);
	assert.doesNotMatch(answer.json.message, /SELECT|mysql|\/tmp|\.c:/i);
}

const opening = (more) => ({ embed_token: people.token, session_id: "fresh", ...more });

describe("a body", () => {
	const paths = () => ["/auth/login", "/chat-widget/open",
		...["assign", "resolve", "tag"].map((verb) =>
			`/api/conversations/${chat.conversation_id}/${verb}`)];

	test("that is no JSON object is a bad request", async () => {
		for (const path of paths())
			for (const body of ["{", "{]", "nonsense", "[]", "1", "null", "\"x\"", "{\"a\":1}x",
				"{\"a\":01}", "{'a':1}", "{\"a\":1,}", "\u0000", "{\"a\":\"\\ud800\"}",
				"{\"a\":\"\\u0000\"}", "\ufeff{}", Buffer.concat([Buffer.from("{\"tags\":[]," +
				"\"email\":"), NO_UTF8, Buffer.from("}")]), NO_UTF8])
				refused(await send(path, body), 400, "bad_request",
					`${path} ${JSON.stringify(String(body))}`);
	});

	test("nested ten thousand deep is a bad request, or too large", async () => {
		for (const path of paths())
			for (const body of ["[".repeat(DEEP), "{\"a\":".repeat(DEEP / 10),
				`{"tags":${"[".repeat(400)}${"]".repeat(400)}}`]) {
				const answer = await send(path, body);
				assert.ok([400, 413].includes(answer.status), `${path}: ${answer.text}`);
			}
	});

	test("of another type is not read", async () => {
		for (const path of paths())
			for (const type of ["text/plain", "", "multipart/form-data; boundary=x",
				"application/jsonp", "application/json2; charset=utf-8"])
				refused(await send(path, "{}", { "Content-Type": type }), 415,
					"unsupported_media_type", `${path} ${type}`);
		const form = await send("/chat-widget/open", "embed_token=x",
			{ "Content-Type": "application/x-www-form-urlencoded" });
		assert.equal(form.status, 415);
	});

	test("above the route's limit is too large", async () => {
		for (const path of paths())
			for (const size of [17_000, 2_000_000])
				refused(await send(path, { email: "x".repeat(size) }), 413, "too_large", path);
		assert.equal((await send("/auth/login", "x".repeat(13 * 1024 * 1024))).status, 413);
	});

	test("that stops half-way holds nobody up and does nothing", async () => {
		const head = (path, length) => `POST ${path} HTTP/1.1\r\nHost: x\r\n` +
			`Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
		for (const path of paths()) {
			const { hostname, port } = new URL(site.url);
			const { connect } = await import("node:net");
			await Promise.all(Array.from({ length: 10 }, () => new Promise((resolve) => {
				const socket = connect(Number(port), hostname, () => {
					socket.write(head(path, 500) + "{\"embed_token\":\"", () => socket.destroy());
				});
				socket.on("error", resolve);
				socket.on("close", resolve);
			})));
			assert.equal((await get("/auth/me")).status, 200);
		}
	});
});

describe("a field", () => {
	test("of the wrong type is named", async () => {
		for (const value of [1, true, [], {}, ["x"], -1e300]) {
			for (const name of ["embed_token", "session_id", "customer_name", "page_url"]) {
				const answer = await send("/chat-widget/open", opening({ [name]: value }));
				refused(answer, 400, "bad_request", `${name} ${JSON.stringify(value)}`);
				assert.ok(answer.json.message.includes(name), answer.text);
			}
			for (const name of ["email", "password"])
				refused(await send("/auth/login", { email: "a@b.example", password: "x", [name]: value }),
					400, "bad_request", name);
		}
		for (const body of [{ agent_id: 5 }, { agent_id: "x" }, { agent_id: [] }, { force: "yes" },
			{ force: 1 }])
			refused(await send(`/api/conversations/${chat.conversation_id}/assign`, body),
				400, "bad_request", JSON.stringify(body));
	});

	test("that is too long, empty or holds what is no text is refused", async () => {
		for (const more of [{ session_id: "" }, { session_id: "x".repeat(256) },
			{ session_id: "é".repeat(200) }, { session_id: "a\u0000b" }, { session_id: "a\nb" },
			{ session_id: undefined }, { session_id: null }, { customer_name: "n".repeat(101) },
			{ customer_name: "a\u0007" }, { customer_name: "a\u0000" },
			{ page_url: "u".repeat(2001) }, { embed_token: "t".repeat(129) },
			{ embed_token: "" }])
			refused(await send("/chat-widget/open", opening(more)), 400, "bad_request",
				JSON.stringify(more).slice(0, 60));
		for (const token of ["ew_x", "' OR 1=1 -- ", people.token.slice(1)])
			refused(await send("/chat-widget/open", opening({ embed_token: token })),
				403, "forbidden", token);
		for (const body of [{ email: `${"a".repeat(250)}@b.example`, password: "x" },
			{ email: "a@b.example", password: "x".repeat(1025) }, { email: "", password: "" }, {}])
			refused(await send("/auth/login", body), 400, "bad_request", "login");
		refused(await send("/auth/login", { email: "not an address", password: "x" }),
			401, "unauthorized", "no address");
	});
});

describe("an address", () => {
	test("with an id that is none, or that is nobody's, leads to nothing", async () => {
		for (const id of [randomUUID(), "x", "1", "-1", `${chat.conversation_id}0`,
			chat.conversation_id.slice(1), "%00", `${chat.conversation_id}%00`, "..%2f..%2fetc%2fpasswd",
			"7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "%ff%fe", "a".repeat(3000),
			"%27%20OR%201=1"]) {
			refused(await get(`/api/conversations/${id}`), 404, "not_found", id);
			refused(await get(`/chat-widget/history/${id}?external_id=victim`), 404, "not_found", id);
			refused(await send(`/api/conversations/${id}/tag`, { tags: [] }), 404, "not_found", id);
		}
	});

	test("does not lead out of the site", async () => {
		for (const path of ["/..%2f..%2f..%2fetc/passwd", "/assets/..%2f..%2f..%2f..%2fetc%2fpasswd",
			"/assets/../../../../etc/passwd", "/console/..%2f..%2fetc%2fpasswd", "//etc/passwd",
			"/%2e%2e/%2e%2e/etc/passwd", "/chat-widget/..%5c..%5cetc", "/assets/%00", "/.%00./x"]) {
			const answer = await get(path);
			assert.ok(!/root:.*:0:0:/.test(answer.text), path);
			assert.ok(answer.status < 500, `${path} ${answer.status}`);
		}
	});

	test("with parameters out of range says so", async () => {
		const history = `/api/conversations/${chat.conversation_id}/history`;
		for (const path of [`${history}?limit=-1`, `${history}?limit=0`, `${history}?limit=201`,
			`${history}?limit=99999999999999999999999`, `${history}?limit=1.5`, `${history}?limit=0x10`,
			`${history}?limit=+1`, `${history}?offset=-1`, `${history}?offset=99999999999999999999`,
			`${history}?offset=abc`, `${history}?after_seq=-1`, `${history}?after_seq=1e3`,
			`${history}?after_seq=18446744073709551616`,
			"/api/conversations/?limit=201", "/api/conversations/?limit=-5",
			"/api/conversations/?filter=everything", "/api/conversations/?status=closed",
			"/api/conversations/?channel=5", "/api/conversations/?cursor=garbage",
			`/api/conversations/?cursor=${"A".repeat(500)}`, `/api/conversations/?q=${"x".repeat(101)}`,
			"/api/conversations/?q=%00", "/api/conversations/?q=%ff", "/api/conversations/?q=%zz",
			`/api/conversations/?tag=${"t".repeat(51)}`, `/api/conversations/?${"a=1&".repeat(40)}`,
			`/chat-widget/history/${chat.conversation_id}`,
			`/chat-widget/history/${chat.conversation_id}?external_id=victim&after_seq=x`])
			refused(await get(path), 400, "bad_request", path);
	});

	test("with line ends in it adds no header anywhere", async () => {
		const crlf = "%0d%0aX-Injected:%20yes%0d%0a%0d%0a<b>";
		for (const path of [`/auth/login?next=/${crlf}`, `/console/${crlf}`, `/console/?a=${crlf}`,
			`/chat-widget?embed_token=${people.token}&session_id=${crlf}&title=${crlf}`,
			`/api/conversations/?cursor=${crlf}`, `/api/conversations/?q=${crlf}`]) {
			const answer = await http(site, "GET", path);
			assert.equal(answer.headers["x-injected"], undefined, path);
			assert.ok(!/x-injected/i.test(Object.keys(answer.headers).join()), path);
			assert.ok(!answer.text.includes("<b>"), path);
		}
	});
});

describe("a header", () => {
	test("of one megabyte is refused by the web server", async () => {
		for (const name of ["X-Large", "Cookie", "X-CSRFToken"]) {
			const answer = await bytes(site,
				`GET /auth/me HTTP/1.1\r\nHost: x\r\n${name}: ${"a".repeat(1_000_000)}\r\n` +
				"Connection: close\r\n\r\n");
			assert.match(answer, /^(HTTP\/1\.[01] 4(00|13|31) |$)/, name);
		}
	});

	test("with a cookie that is none is no session", async () => {
		for (const cookie of ["session", "session=", "session=%00", "=", ";;;", "session==;session",
			`session=${"a".repeat(5000)}`, `session=${"a".repeat(43)}`, "session=' OR '1'='1",
			`${agent.cookie}x`, `${agent.cookie}; session=other`, `Session=${agent.cookie.slice(8)}`,
			`x${agent.cookie}`, "a=b; ".repeat(500)])
			refused(await http(site, "GET", "/auth/me", { headers: { Cookie: cookie } }),
				401, "unauthorized", cookie.slice(0, 60));
		const quoted = await http(site, "GET", "/auth/me",
			{ headers: { Cookie: `a=b; c; ${agent.cookie}; d="x;y"` } });
		assert.equal(quoted.status, 200);
	});

	test("that comes slowly, or never ends, holds nobody else up", async () => {
		const { connect } = await import("node:net");
		const { hostname, port } = new URL(site.url);
		const slow = await Promise.all(Array.from({ length: 30 }, () => new Promise((resolve) => {
			const socket = connect(Number(port), hostname, () => {
				socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: a", () => resolve(socket));
			});
			socket.on("error", () => {});
		})));
		assert.equal((await get("/auth/me")).status, 200);
		for (const socket of slow) socket.destroy();
	});

	test("pair that means two lengths is refused or closed", async () => {
		const body = "{\"email\":\"a@b.example\",\"password\":\"x\"}";
		for (const head of [`Content-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\n`,
			"Content-Length: -1\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n",
			"Content-Length: 99999999999999999999\r\n"]) {
			const answer = await bytes(site, "POST /auth/login HTTP/1.1\r\nHost: x\r\n" +
				`Content-Type: application/json\r\nConnection: close\r\n${head}\r\n${body}`);
			assert.doesNotMatch(answer, /^HTTP\/1\.[01] (200|5)/, head);
		}
	});
});

// Apache hands bodies on as they come: a client that stalls holds a thread.
describe("behind Apache with two threads, bodies that never come", () => {
	let apache;
	before(async () => (apache = await Installation.start({ web: "apache", conf: "threads = 2" })));
	after(() => apache?.stop());

	test("are given up with 408, and others are answered then", async () => {
		const rows = apache.counts();
		const stalled = Array.from({ length: 6 }, () => bytes(apache,
			"POST /chat-widget/open HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
			"Connection: close\r\nContent-Length: 300\r\n\r\n{\"embed_token\":\""));
		assert.equal((await http(apache, "GET", "/healthz")).status, 200);
		for (const answer of await Promise.all(stalled))
			assert.match(answer, /^HTTP\/1\.1 408 /);
		assert.deepEqual(apache.counts(), rows);
	});
});
