// fcgi-echo.mjs: a FastCGI program that answers with its environment as JSON;
// by itself it serves descriptor 0, as mod_fcgid starts programs
// SPDX-License-Identifier: MIT
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const [END, PARAMS, STDOUT] = [3, 4, 6];

/** Name-value pairs; a length of four bytes has its highest bit set. */
function pairs(bytes) {
	const found = {};
	let at = 0;
	const length = () => {
		if (bytes[at] < 128) return bytes[at++];
		at += 4;
		return bytes.readUInt32BE(at - 4) & 0x7fffffff;
	};
	const text = (n) => bytes.toString("latin1", at, (at += n));
	while (at < bytes.length) {
		const [name, value] = [length(), length()];
		found[text(name)] = text(value);
	}
	return found;
}

function record(type, id, content) {
	const head = Buffer.alloc(8);
	head.writeUInt8(1, 0);
	head.writeUInt8(type, 1);
	head.writeUInt16BE(id, 2);
	head.writeUInt16BE(content.length, 4);
	return Buffer.concat([head, content]);
}

/** A server that answers each request once its environment is there. */
export function echo() {
	return createServer((socket) => {
		let bytes = Buffer.alloc(0);
		let params = Buffer.alloc(0);
		socket.on("error", () => {}); // the web server went away
		socket.on("data", (data) => {
			bytes = Buffer.concat([bytes, data]);
			while (bytes.length >= 8) {
				const [type, id, n] = [bytes[1], bytes.readUInt16BE(2), bytes.readUInt16BE(4)];
				const end = 8 + n + bytes[6];
				if (bytes.length < end) return;
				if (type === PARAMS) params = Buffer.concat([params, bytes.subarray(8, 8 + n)]);
				bytes = bytes.subarray(end);
				if (type !== PARAMS || n) continue;
				const answer = `Content-Type: application/json\r\n\r\n${JSON.stringify(pairs(params))}`;
				socket.end(Buffer.concat([record(STDOUT, id, Buffer.from(answer)),
					record(STDOUT, id, Buffer.alloc(0)), record(END, id, Buffer.alloc(8))]));
			}
		});
	});
}

if (process.argv[1] === fileURLToPath(import.meta.url)) echo().listen({ fd: 0 });
