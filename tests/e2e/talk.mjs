// talk.mjs: the widget API as a page calls it: tokens, streams, functions
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Installation } from "./harness.mjs";
import { faults } from "./openapi.mjs";
import { StrictLlm } from "./strict-llm.mjs";
import { fits, named, spec } from "./v1.mjs";

export const FLOW = { shop: { message: "Ask me.",
	actions: [{ type: "LLM_AGENT", name: "Rosa", system_prompt: "You sell flowers." }] } };

/** A site whose widget's bot asks that model. */
export async function startTalk(llm, { lease = 2, conf = [], ...options } = {}) {
	const site = await Installation.start({ ...options, conf: [`outside_allow = ${llm.host}`,
		`turn_lease_s = ${lease}`, ...conf].join("\n") });
	const workspace = ["--workspace", site.env.WORKSPACE_ID];
	site.ctl(["llm", "set", ...workspace, "--provider", "openai", "--model", "m-1",
		"--base-url", `http://${llm.host}/v1`, "--key-file", "-"], { input: StrictLlm.KEY });
	site.chatbot = site.ctl(["chatbot", "add", ...workspace, "--name", "Rosa"]).trim();
	const file = join(site.dir, "flow.json");
	writeFileSync(file, JSON.stringify(FLOW));
	site.ctl(["flow", "publish", ...workspace, "--chatbot", site.chatbot, "--name", "main", "--file", file]);
	const { channel, token } = site.addWidget({ more: ["--chatbot", site.chatbot] });
	Object.assign(site.env, { EMBED_TOKEN: token });
	site.widget = channel;
	site.key = site.ctl(["key", "add", ...workspace, "--name", "t", "--scope", "write"]).trim().split(/\s+/).at(-1);
	return site;
}

/** Sets options of the widget as they are stored. */
export function setOptions(site, options, widget = site.widget) {
	const id = widget.replaceAll("-", "");
	site.sql(`UPDATE integrations SET settings = '${JSON.stringify(options).replaceAll("\\", "\\\\").replaceAll("'", "''")}' WHERE id = UNHEX('${id}')`);
}

/** One call, held against its description; `lines` reads it as a stream. */
export async function call(site, method, path, { token, body, headers = {}, lines, base = "/v1", signal } = {}) {
	const answer = await fetch(`${site.url}${base}${path}`, {
		method,
		signal,
		headers: { ...(token && { Authorization: `Bearer ${token}` }),
			...(body !== undefined && { "Content-Type": "application/json" }),
			...(lines && { Accept: "application/jsonl" }), ...headers },
		...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
	});
	const found = base === "/v1" && named(method, path);
	const schema = found && found.op.requestBody?.content["application/json"].schema;
	if (answer.ok && schema && typeof body !== "string")
		assert.deepEqual(faults(schema, body, "$", spec), [], `request of ${found.id}`);
	if (lines && answer.ok) return { status: answer.status, headers: answer.headers, lines: stream(answer, found) };
	const text = await answer.text();
	const told = text && JSON.parse(text);
	if (found) fits(found, answer.status, answer.headers.get("content-type"), told);
	return { status: answer.status, headers: answer.headers, body: told };
}

async function* stream(answer, found) {
	assert.equal(answer.headers.get("content-type"), "application/jsonl");
	let rest = "";
	const decoder = new TextDecoder();
	for await (const part of answer.body) {
		rest += decoder.decode(part, { stream: true });
		const lines = rest.split("\n");
		rest = lines.pop();
		for (const line of lines) {
			const told = JSON.parse(line);
			fits(found, 200, "application/jsonl", told);
			yield told;
		}
	}
	assert.equal(rest, "");
}

export const all = async (lines) => {
	const list = [];
	for await (const line of lines) list.push(line);
	return list;
};

/** A visitor's session. */
export async function session(site, body = {}, widget = site.widget) {
	const got = await call(site, "POST", `/integration/widget/${widget}/session/create`, { body });
	assert.equal(got.status, 200, JSON.stringify(got.body));
	const at = `/conversation/${got.body.conversationId}`;
	return { ...got.body, at,
		post: (path, more, options = {}) => call(site, "POST", at + path, { token: got.body.token, body: more ?? {}, ...options }) };
}
