// openapi.mjs: requests of the developer API, held against its description
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { http, programs, top } from "./harness.mjs";

export const spec = JSON.parse(readFileSync(join(top, "docs/openapi.json"), "utf8"));
export const BASE = spec.servers[0].url;

/** What a $ref of a description names, or the thing itself. */
export function resolve(thing, whole = spec) {
	if (!thing.$ref) return thing;
	const found = thing.$ref.replace(/^#\//, "").split("/").reduce((at, key) => at?.[key], whole);
	assert.ok(found, `${thing.$ref} is nowhere`);
	return resolve(found, whole);
}

const KNOWN = new Set(["type", "properties", "required", "additionalProperties", "items", "enum",
	"pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "anyOf",
	"description", "examples", "default"]);

function typeOf(value) {
	if (value === null) return "null";
	if (Array.isArray(value)) return "array";
	return Number.isInteger(value) ? "integer" : typeof value;
}

/** What is wrong with a value, by the part of JSON Schema that the file uses. */
export function faults(ref, value, path = "$", whole = spec) {
	const schema = resolve(ref, whole);
	for (const word of Object.keys(schema)) assert.ok(KNOWN.has(word), `${word} is not checked`);
	const type = typeOf(value);
	const types = [schema.type ?? []].flat();
	if (types.length && !types.includes(type) && !(type === "integer" && types.includes("number")))
		return [`${path} is ${type}, not ${types}`];
	const found = [];
	const check = (ok, what) => ok || found.push(`${path}: ${what}`);
	if (schema.enum) check(schema.enum.includes(value), `${value} is none of ${schema.enum}`);
	if (schema.anyOf)
		check(schema.anyOf.some((one) => !faults(one, value, path, whole).length), "fits none");
	if (type === "string") {
		const n = [...value].length;
		check(!schema.pattern || new RegExp(schema.pattern, "u").test(value), `${value} !~ ${schema.pattern}`);
		check(n >= (schema.minLength ?? 0) && n <= (schema.maxLength ?? Infinity), `length ${n}`);
	} else if (type === "integer" || type === "number") {
		check(value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity), `${value}`);
	} else if (type === "array") {
		check(value.length >= (schema.minItems ?? 0), `${value.length} items`);
		value.forEach((item, i) => found.push(...faults(schema.items ?? {}, item, `${path}[${i}]`, whole)));
	} else if (type === "object") {
		for (const name of schema.required ?? []) check(name in value, `no ${name}`);
		for (const [name, part] of Object.entries(value)) {
			if (schema.properties?.[name])
				found.push(...faults(schema.properties[name], part, `${path}.${name}`, whole));
			else check(schema.additionalProperties !== false, `${name} is not described`);
		}
	}
	return found;
}

/** Every operation: its id, method, path and description. */
export const operations = Object.entries(spec.paths).flatMap(([path, methods]) =>
	Object.entries(methods).map(([method, op]) =>
		({ id: op.operationId, method: method.toUpperCase(), path, op })));

/** Rows of the route table: [method, path, who], paths as in the description. */
export function routes() {
	return execFileSync(join(programs, "fcgi-app"), ["-r"], { encoding: "utf8" })
		.trim().split("\n").map((line) => line.trim().split(/\s+/))
		.filter(([, path]) => path.startsWith(`${BASE}/`))
		.map(([method, path, who]) => [method,
			path.slice(BASE.length).replace(/:([a-z_]+)/g, "{$1}"), who]);
}

/** Every id that a path may name is this one. */
export const every = (id, others = {}) =>
	new Proxy({}, { get: (_, name) => others[name] ?? id });

/** One of everything that a path may name, each by its own id. */
export async function oneOfEach(api, name) {
	const made = async (id, params, body) => (await api.call(id, { params, body })).body;
	const { id: chatbot_id } = await made("createChatbot", {}, { name });
	const bot = { chatbot_id };
	const { id: flow_id } = await made("createFlow", bot, { name, type: "conversation",
		flow: { a: { message: "Hello", transitions: { default: "a" } } } });
	await made("publishFlow", { ...bot, flow_id });
	const { session_id } = await made("createChatSession", bot);
	const { id: kb_id } = await made("createKnowledgeBase", {}, { name });
	const { id: source_id } = await made("createTextSource", { kb_id }, { title: name, content: name });
	await made("attachKnowledgeBase", bot, { kb_id });
	const at = "https://a.example";
	const integrations = {
		mcp: (await made("createMcpServer", bot, { name: "mcp", server_url: at })).integration_id,
		api: (await made("createApiIntegration", bot, { name: "api", base_url: at })).id,
		web: (await made("createWebIntegration", bot, { name: "web" })).id,
	};
	await made("createRestApiIntegration", bot, { webhook_url: at });
	await made("createWhatsAppIntegration", bot,
		{ phone_number_id: "1", access_token: "x", verify_token: "x" });
	return { ...bot, flow_id, session_id, conversation_id: session_id, kb_id, source_id, integrations };
}

/** Those of them that this path names: an integration of the path's type. */
export function idsOf(path, { integrations, ...ids }) {
	const type = Object.keys(integrations).find((one) => path.includes(`/integrations/${one}/`));
	const all = { ...ids, integration_id: integrations[type ?? "web"] };
	return Object.fromEntries([...path.matchAll(/\{([a-z_]+)\}/g)].map(([, name]) => {
		if (!all[name]) throw new Error(`nothing was made for ${name} of ${path}`);
		return [name, all[name]];
	}));
}

/** A body that lacks nothing that any operation needs. */
export const FITS_ALL = { name: "x", type: "conversation", flow: {}, message: "x", title: "x",
	content: "x", url: "https://a.example/", kb_id: "01JQ0000000000000000000000",
	phone_number_id: "x", access_token: "x", verify_token: "x", webhook_url: "https://x.example",
	server_url: "https://x.example", base_url: "https://x.example" };

/** Which test file asks for the operations of a tag; the others: dev-api. */
const FILES = { Chat: "dev-chat", Conversations: "dev-chat", "Knowledge bases": "knowledge",
	Integrations: "dev-integration", Analytics: "analytics" };

/** Operations that the file has not seen to work. */
export const unasked = (file) => operations.filter(({ id, op }) =>
	(FILES[op.tags[0]] ?? "dev-api") === file && !Api.done.has(id)).map(({ id }) => id);

/** What an operation answered must be one of its answers; what the text says. */
export function fits({ id, op }, { status, text, type }) {
	const said = `${id}: ${status} ${text.slice(0, 500)}`;
	assert.ok(op.responses[status], `not described: ${said}`);
	const content = resolve(op.responses[status]).content?.["application/json"];
	if (!content) {
		assert.equal(text, "", said);
		return undefined;
	}
	assert.equal(type, "application/json", said);
	const body = JSON.parse(text);
	assert.deepEqual(faults(content.schema, body), [], said);
	return body;
}

/** A client with a key that believes nothing. */
export class Api {
	/** What was seen to work: operation ids. */
	static done = new Set();

	constructor(site, key) {
		this.site = site;
		this.key = key;
	}

	static async start(site, { workspace = site.env.WORKSPACE_ID, more = [] } = {}) {
		const [id, key] = site.ctl(["key", "add", "--workspace", workspace,
			"--name", "Test", ...more]).trim().split(" ");
		return Object.assign(new Api(site, key), { id });
	}

	/** Calls an operation; what comes back must be what is described. */
	async call(id, { params = {}, query = {}, body, headers = {}, status = 2 } = {}) {
		const found = operations.find((one) => one.id === id);
		assert.ok(found, `there is no operation ${id}`);
		const path = found.path.replace(/\{([a-z_]+)\}/g, (_, name) => {
			assert.ok(params[name] !== undefined, `${name} is missing`);
			return encodeURIComponent(params[name]);
		});
		const schema = found.op.requestBody?.content["application/json"].schema;
		if (body !== undefined && status === 2 && schema)
			assert.deepEqual(faults(schema, body), [], `request of ${id}`);
		const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
		const search = new URLSearchParams(query).toString();
		const answer = await http(this.site, found.method, `${BASE}${path}${search && `?${search}`}`, {
			headers: {
				...(this.key && { Authorization: `Bearer ${this.key}` }),
				...(found.method !== "GET" && { "Content-Length": Buffer.byteLength(text ?? "") }),
				...(text !== undefined && { "Content-Type": "application/json" }), ...headers,
			}, body: text,
		});
		const said = `${id}: ${answer.status} ${answer.text.slice(0, 500)}`;
		if (status === 2) assert.equal(Math.floor(answer.status / 100), 2, said);
		else assert.ok([status].flat().includes(answer.status), said);
		const told = fits(found, { status: answer.status, text: answer.text,
			type: answer.headers["content-type"] });
		const response = found.op.responses[answer.status];
		for (const name of Object.keys(resolve(response).headers ?? {}))
			assert.ok(answer.headers[name.toLowerCase()], `${name} of ${said}`);
		if (status === 2) Api.done.add(id);
		return { status: answer.status, headers: answer.headers, body: told };
	}
}
