// examples.test.mjs: docs/examples.md, every call of it, as it stands there
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runCalls } from "./calls.mjs";
import { freePort, Installation, top, until } from "./harness.mjs";
import { Api, operations } from "./openapi.mjs";
import { StandIn } from "./stand-in.mjs";

const [start, ...parts] = readFileSync(join(top, "docs/examples.md"), "utf8").split(/^### /m);

/** The blocks of a part in that language. */
const blocks = (part, language) => [...part.matchAll(/^```(\w+)\n([^]*?)^```$/gm)]
	.filter(([, name]) => name === language).map(([, , text]) => text);

/** What a part says that it is about. */
const about = (part) => part.match(/^(.+)\n\n`([A-Z]+) (\S+)` \(`(\w+)`\)\n/)?.slice(1);

let site, api, shop, tools, child;
before(async () => {
	shop = await StandIn.start((_, answer) => answer.writeHead(200, { "Content-Type": "text/html" })
		.end("<title>FAQ</title><p>Roses are red.</p>"));
	const port = await freePort();
	tools = `http://127.0.0.1:${port}`;
	child = spawn(process.execPath, [join(top,
		"node_modules/@modelcontextprotocol/server-everything/dist/index.js"), "streamableHttp"],
	{ cwd: top, stdio: "ignore", env: { PATH: process.env.PATH, PORT: `${port}` } });
	await until("the tools", () => fetch(tools).then(() => true, () => false));
	site = await Installation.start({
		conf: `outside_allow = 127.0.0.1:${shop.port} 127.0.0.1:${port}` });
	api = await Api.start(site);
});
after(async () => {
	child?.kill("SIGKILL");
	await site?.stop();
	await shop?.stop();
});

test("every operation is there once, by curl and by Python", () => {
	assert.deepEqual(parts.map(about).sort(), operations.map(({ id, method, path, op }) =>
		[op.summary, method, path, id]).sort());
	for (const part of [start, ...parts])
		for (const language of ["sh", "python"])
			assert.equal(blocks(part, language).length, 1, `${language} of ${part.split("\n")[0]}`);
});

for (const [language, kind] of [["sh", "sh"], ["python", "py"]])
	test(`the calls of ${language} work one after the other`, async () => {
		const text = [start, ...parts].flatMap((part) => blocks(part, language)).join("\n")
			.replaceAll("https://chat.example.com", site.url).replaceAll("sk-…", api.key)
			.replaceAll("https://shop.example", shop.url).replaceAll("https://tools.example", tools);
		const { calls } = await runCalls(site, kind, text);
		assert.deepEqual(calls.map(({ id }) => id), parts.map((part) => about(part)[3]));
		for (const { id, status, text: said } of calls)
			assert.equal(Math.floor(status / 100), 2, `${id}: ${status} ${said}`);
	});
