// strict-llm.mjs: a model's server of our own that refuses what real ones refuse
// SPDX-License-Identifier: MIT
import { once } from "node:events";
import { createServer } from "node:http";

const NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const KEY = "sk-strict-0123456789";
const USAGE = [11, 7];

class Refused extends Error {
	constructor(status, message, code) {
		super(message);
		Object.assign(this, { status, code });
	}
}
const want = (ok, message) => {
	if (!ok) throw new Refused(400, message, "invalid_request_error");
};

/** What OpenAI's chat completions refuse. */
function checkOpenai(headers, body) {
	if (headers.authorization !== `Bearer ${KEY}`)
		throw new Refused(401, `Incorrect API key provided: ${headers.authorization}`, "invalid_api_key");
	want(typeof body.model === "string" && body.model, "you must provide a model parameter");
	want(Array.isArray(body.messages) && body.messages.length > 0, "messages is required");
	want(!body.messages.some(({ role }) => !["system", "user", "assistant", "tool"].includes(role)),
		"invalid role");
	want(body.max_tokens === undefined || Number.isInteger(body.max_tokens), "max_tokens");
	let open = new Set();
	for (const m of body.messages) {
		if (m.role === "tool") {
			want(open.delete(m.tool_call_id), "messages with role 'tool' must be a response to a preceding message with 'tool_calls'");
			want(typeof m.content === "string", "content of a tool must be a string");
			continue;
		}
		want(open.size === 0, `tool_call_ids did not have response messages: ${[...open]}`);
		want(typeof m.content === "string" || (m.content === null && m.role === "assistant" && m.tool_calls), "content is wrong");
		open = new Set((m.tool_calls ?? []).map((call) => {
			want(call.type === "function" && NAME.test(call.function.name), "tool_calls");
			want(typeof call.function.arguments === "string", "arguments must be a string");
			return call.id;
		}));
		want(open.size === (m.tool_calls ?? []).length, "duplicate tool_call ids");
	}
	want(open.size === 0, `tool_call_ids did not have response messages: ${[...open]}`);
	want(!body.tools || (body.tools.length > 0 && body.tools.length <= 128), "tools");
	for (const { type, function: f } of body.tools ?? []) {
		want(type === "function" && NAME.test(f.name), "tools.function.name");
		want(f.parameters.type === "object", "tools.function.parameters");
	}
	want(!body.stream_options || body.stream, "stream_options without stream");
	return new Set((body.tools ?? []).map((tool) => tool.function.name));
}

/** What Anthropic's messages refuse. */
function checkAnthropic(headers, body) {
	if (headers["x-api-key"] !== KEY) throw new Refused(401, "invalid x-api-key", "authentication_error");
	want(headers["anthropic-version"] === "2023-06-01", "anthropic-version: header is required");
	want(typeof body.model === "string" && body.model, "model: Field required");
	want(Number.isInteger(body.max_tokens) && body.max_tokens > 0, "max_tokens: Field required");
	want(Array.isArray(body.messages) && body.messages[0]?.role === "user", "messages: first message must use the \"user\" role");
	want(!("stream_options" in body) && !("max_completion_tokens" in body), "Extra inputs are not permitted");
	want(!(body.temperature > 1), "temperature: range: 0..1");
	let open = new Set();
	for (const m of body.messages) {
		want(["user", "assistant"].includes(m.role), "messages: Unexpected role");
		const blocks = typeof m.content === "string" ? [{ type: "text", text: m.content }] : m.content;
		want(blocks.length > 0, "messages: content is empty");
		let others = false;
		for (const block of blocks) {
			if (block.type === "tool_result") {
				want(m.role === "user" && !others, "tool_result blocks come first");
				want(open.delete(block.tool_use_id), "unexpected tool_use_id in tool_result blocks");
			} else {
				others = true;
				if (block.type === "text") want(block.text.trim(), "text content blocks must be non-empty");
			}
		}
		want(open.size === 0, "tool_use ids were found without tool_result blocks");
		open = new Set(blocks.filter(({ type }) => type === "tool_use").map((block) => {
			want(m.role === "assistant" && NAME.test(block.name), "tool_use");
			want(block.input && typeof block.input === "object" && !Array.isArray(block.input), "tool_use.input");
			return block.id;
		}));
	}
	want(open.size === 0, "tool_use ids were found without tool_result blocks");
	want(body.messages.at(-1).role === "user", "the conversation must end with a user message");
	for (const tool of body.tools ?? [])
		want(NAME.test(tool.name) && tool.input_schema.type === "object", "tools");
	return new Set((body.tools ?? []).map((tool) => tool.name));
}

const pieces = (text, n = 3) => [...text].reduce((all, c, i) =>
	(i % n ? (all[all.length - 1] += c) : all.push(c), all), []);
const data = (v) => `data: ${JSON.stringify(v)}\n\n`;
const event = (v) => `event: ${v.type}\n${data(v)}`;

const openai = {
	whole: ({ text, calls, stop }) => ({
		id: "chatcmpl-1", object: "chat.completion", created: 1, model: "m",
		choices: [{ index: 0, logprobs: null, finish_reason: stop ?? (calls ? "tool_calls" : "stop"),
			message: { role: "assistant", content: text ?? null, refusal: null,
				...(calls && { tool_calls: calls.map(({ id, name, args }) => ({
					id, type: "function", function: { name, arguments: args },
				})) }) } }],
		usage: { prompt_tokens: USAGE[0], completion_tokens: USAGE[1], total_tokens: USAGE[0] + USAGE[1] },
	}),
	*stream({ text, calls, stop }) {
		const chunk = (delta, finish_reason = null) => data({ id: "c1", object: "chat.completion.chunk",
			created: 1, model: "m", choices: [{ index: 0, delta, logprobs: null, finish_reason }] });
		yield ": keep-alive\n\n";
		yield chunk({ role: "assistant", content: null });
		for (const content of pieces(text ?? "")) yield chunk({ content });
		for (const [index, { id, name, args }] of (calls ?? []).entries()) {
			yield chunk({ tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }] });
			for (const part of pieces(args)) yield chunk({ tool_calls: [{ index, function: { arguments: part } }] });
		}
		yield chunk({}, stop ?? (calls ? "tool_calls" : "stop"));
		yield data({ choices: [], usage: { prompt_tokens: USAGE[0], completion_tokens: USAGE[1] } });
		yield "data: [DONE]\n\n";
	},
	error: ({ message, code, status }) => ({ error: { message, type: "x", param: null, code: code ?? status } }),
};

const anthropic = {
	whole: ({ text, calls, stop }) => ({
		id: "msg_1", type: "message", role: "assistant", model: "m",
		content: [...(text ? [{ type: "text", text }] : []),
			...(calls ?? []).map(({ id, name, args }) => ({ type: "tool_use", id, name, input: JSON.parse(args) }))],
		stop_reason: stop ?? (calls ? "tool_use" : "end_turn"), stop_sequence: null,
		usage: { input_tokens: USAGE[0], output_tokens: USAGE[1] },
	}),
	*stream({ text, calls, stop }) {
		yield event({ type: "message_start", message: { id: "msg_1", type: "message", role: "assistant",
			content: [], usage: { input_tokens: USAGE[0], output_tokens: 1 } } });
		yield event({ type: "ping" });
		let index = 0;
		const block = function* (content_block, deltas) {
			yield event({ type: "content_block_start", index, content_block });
			for (const delta of deltas) yield event({ type: "content_block_delta", index, delta });
			yield event({ type: "content_block_stop", index: index++ });
		};
		if (text) yield* block({ type: "text", text: "" }, pieces(text).map((part) => ({ type: "text_delta", text: part })));
		for (const { id, name, args } of calls ?? [])
			yield* block({ type: "tool_use", id, name, input: {} },
				pieces(args).map((partial_json) => ({ type: "input_json_delta", partial_json })));
		yield event({ type: "message_delta", delta: { stop_reason: stop ?? (calls ? "tool_use" : "end_turn"), stop_sequence: null },
			usage: { output_tokens: USAGE[1] } });
		yield event({ type: "message_stop" });
	},
	error: ({ message, code, status }) => ({ type: "error", error: { type: code ?? `error_${status}`, message } }),
};

/**
 * Answers each request with the next step of `script`, or, without one, with
 * the last message in capitals. A step: {text}, {calls: [{id, name, args}]},
 * {status, headers, code, message}, {raw, type}, {stall}, {cut: bytes},
 * {error: sentence} (in the middle of a stream), {hold: bytes} (waits there
 * until release()). `dribble`: bytes of a write.
 */
export class StrictLlm {
	static KEY = KEY;
	script = [];
	requests = [];
	refused = [];
	held = [];
	dribble = 0;

	static async start() {
		const self = new StrictLlm();
		self.server = createServer((req, res) => self.#take(req, res).catch((e) => res.destroy(e)));
		self.server.listen(0, "127.0.0.1");
		await once(self.server, "listening");
		self.port = self.server.address().port;
		self.host = `127.0.0.1:${self.port}`;
		return self;
	}

	stop() {
		this.server.closeAllConnections();
		this.server.close();
	}

	/** Who is kept waiting goes on. */
	release() {
		for (const go of this.held.splice(0)) go();
	}

	#hold() {
		return new Promise((go) => this.held.push(go));
	}

	/** A new story: what is to be said, and nothing was asked yet. */
	will(...script) {
		Object.assign(this, { script, requests: [], refused: [], dribble: 0 });
	}

	async #take(req, res) {
		let text = "";
		for await (const part of req) text += part;
		const speaks = req.url === "/v1/messages" ? anthropic : openai;
		try {
			if (req.method !== "POST" || !["/v1/messages", "/v1/chat/completions"].includes(req.url))
				throw new Refused(404, `no ${req.method} ${req.url}`);
			const body = JSON.parse(text);
			this.requests.push({ headers: req.headers, body, at: Date.now() });
			const tools = (speaks === anthropic ? checkAnthropic : checkOpenai)(req.headers, body);
			await this.#answer(speaks, body, res, this.script.shift() ?? this.#echo(body), tools);
		} catch (e) {
			if (!(e instanceof Refused)) throw e;
			this.refused.push(e.message);
			this.#json(res, e.status, speaks.error(e));
		}
	}

	#echo(body) {
		const last = body.messages.at(-1).content;
		return { text: (typeof last === "string" ? last : last.at(-1).text ?? "").toUpperCase() };
	}

	#json(res, status, v, headers = {}) {
		res.writeHead(status, { "Content-Type": "application/json", ...headers });
		res.end(JSON.stringify(v));
	}

	async #answer(speaks, body, res, step) {
		if (step.stall) return; // never
		if (step.hold === 0 || (step.hold && !body.stream)) await this.#hold();
		if (step.raw !== undefined) {
			res.writeHead(step.status ?? 200, { "Content-Type": step.type ?? "text/html" });
			res.end(step.raw);
			return;
		}
		if (step.status) {
			this.#json(res, step.status, speaks.error({ message: "scripted", ...step }), step.headers);
			return;
		}
		if (!body.stream) {
			this.#json(res, 200, speaks.whole(step));
			return;
		}
		res.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8" });
		let out = [...speaks.stream(step)].join("");
		if (step.error)
			out = [...speaks.stream(step)].slice(0, -3).join("")
				+ data(speaks.error({ message: step.error, status: 500 }));
		let bytes = Buffer.from(out);
		if (step.cut) bytes = bytes.subarray(0, step.cut < 0 ? bytes.length + step.cut : step.cut);
		if (step.hold && step.hold < bytes.length) {
			res.write(bytes.subarray(0, step.hold));
			await this.#hold();
			bytes = bytes.subarray(step.hold);
		}
		const n = this.dribble || bytes.length;
		for (let at = 0; at < bytes.length; at += n) {
			res.write(bytes.subarray(at, at + n));
			if (this.dribble) await new Promise(setImmediate);
			if (step.pace) await new Promise((r) => setTimeout(r, step.pace));
		}
		if (step.cut) setTimeout(() => res.destroy(), 300); // what was written goes out first
		else res.end();
	}
}
