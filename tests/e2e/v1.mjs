// v1.mjs: requests of the widget API, held against its description
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { http, programs, top } from "./harness.mjs";
import { faults, resolve } from "./openapi.mjs";

export const spec = JSON.parse(readFileSync(join(top, "docs/openapi-v1.json"), "utf8"));
export const operations = Object.entries(spec.paths).flatMap(([path, methods]) =>
	Object.entries(methods).map(([method, op]) =>
		({ id: op.operationId, method: method.toUpperCase(), path, op })));

/** Rows of the route table, [method, path, who], paths as in the description. */
export const rows = () => execFileSync(join(programs, "fcgi-app"), ["-r"], { encoding: "utf8" })
	.trim().split("\n").map((line) => line.trim().split(/\s+/))
	.filter(([, path]) => path.startsWith("/v1/"))
	.map(([method, path, who]) => [method, path.slice(3).replace(/:(\w+)/g, "{$1}"), who]);

/** The operation that an address is one of; undefined: it is none. */
export const named = (method, path) => operations.find((one) => one.method === method &&
	new RegExp(`^${one.path.replace(/\{\w+\}/g, "[^/]+")}$`).test(path.replace(/\?.*/, "")));

/** What an operation answered, or a line of it, must be what is described. */
export function fits({ id, op }, status, type, value) {
	const said = `${id}: ${status} ${type} ${JSON.stringify(value)?.slice(0, 500)}`;
	assert.ok(op.responses[status], `not described: ${said}`);
	const one = resolve(op.responses[status], spec).content[type];
	assert.ok(one, said);
	assert.deepEqual(faults(one.schema, value, "$", spec), [], said);
	if (status === 200) V1.done.add(id);
}

/** Operations that a test file has not seen to work: sessions are v1-talk's. */
export const unasked = (file) => operations.filter(({ id, op }) =>
	(op.tags[0] === "Sessions" ? "v1-talk" : "v1") === file && !V1.done.has(id)).map(({ id }) => id);

/** A client with a key that believes nothing; every other request goes below /api/v1. */
export class V1 {
	/** What was seen to work: operation ids. */
	static done = new Set();
	static turn = 0;

	constructor(site, key) {
		Object.assign(this, { site, key });
	}

	static start(site, { workspace = site.env.WORKSPACE_ID, more = [] } = {}) {
		const [, key] = site.ctl(["key", "add", "--workspace", workspace, "--name", "Test", ...more])
			.trim().split(" ");
		return new V1(site, key);
	}

	/** A request as it is; no check but that of the answer. */
	raw(method, path, { body, headers = {} } = {}) {
		const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
		return http(this.site, method, `${V1.turn++ % 2 ? "/api/v1" : "/v1"}${path}`, {
			headers: { ...(this.key && { Authorization: `Bearer ${this.key}` }),
				...(method !== "GET" && { "Content-Length": Buffer.byteLength(text ?? ""),
					"Content-Type": "application/json" }), ...headers }, body: text });
	}

	/** Calls an operation; what goes and what comes must be what is described. */
	async call(id, { params = {}, query = "", body, headers, status = 200 } = {}) {
		const found = operations.find((one) => one.id === id);
		assert.ok(found, `there is no operation ${id}`);
		const { method, op } = found;
		const schema = op.requestBody?.content["application/json"].schema;
		if (status === 200 && schema)
			assert.deepEqual(faults(schema, body ?? {}, "$", spec), [], `request of ${id}`);
		const answer = await this.raw(method,
			found.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name])) +
			(query && `?${query}`), { body, headers });
		const said = `${id}: ${answer.status} ${answer.text.slice(0, 500)}`;
		assert.equal(answer.status, status, said);
		const type = answer.headers["content-type"];
		const told = type === "application/jsonl"
			? answer.text.split("\n").filter(Boolean).map((line) => JSON.parse(line))
			: answer.json;
		for (const value of type === "application/jsonl" ? told : [told])
			fits(found, status, type, value);
		if (status !== 200) assert.ok(told.message.length > 5, said);
		return told;
	}
}
