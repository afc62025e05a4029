// uploads.mjs: pictures and forms, made here
// SPDX-License-Identifier: MIT
import { randomBytes } from "node:crypto";
import { deflateSync } from "node:zlib";

const TABLE = Array.from({ length: 256 }, (_, n) => {
	for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
	return n >>> 0;
});

function checksum(bytes) {
	let c = 0xffffffff;
	for (const byte of bytes) c = TABLE[(c ^ byte) & 255] ^ (c >>> 8);
	return (c ^ 0xffffffff) >>> 0;
}

function chunk(name, data) {
	const body = Buffer.concat([Buffer.from(name), data]);
	const out = Buffer.alloc(body.length + 8);
	out.writeUInt32BE(data.length);
	body.copy(out, 4);
	out.writeUInt32BE(checksum(body), body.length + 4);
	return out;
}

/** A PNG of one colour. */
export function png(width, height, [r, g, b] = [0x22, 0x88, 0x55]) {
	const head = Buffer.alloc(13);
	head.writeUInt32BE(width);
	head.writeUInt32BE(height, 4);
	head.set([8, 2, 0, 0, 0], 8);
	const row = Buffer.concat([Buffer.from([0]),
		Buffer.from(Array.from({ length: width }, () => [r, g, b]).flat())]);
	return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head),
		chunk("IDAT", deflateSync(Buffer.concat(Array(height).fill(row)))),
		chunk("IEND", Buffer.alloc(0))]);
}

/** Headers and body of multipart/form-data, as a browser makes them. */
export function form(fields, file, headers = {}) {
	const boundary = randomBytes(16).toString("hex");
	const quoted = (s) => s.replaceAll('"', "%22").replaceAll("\r\n", "%0D%0A");
	const parts = Object.entries(fields).map(([name, value]) => Buffer.from(
		`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`));
	if (file)
		parts.push(Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="file"; ` +
			`filename="${quoted(file.name)}"\r\nContent-Type: ${file.type ?? "image/png"}\r\n\r\n`),
		file.bytes, Buffer.from("\r\n"));
	return { headers: { "Content-Type": `multipart/form-data; boundary=${boundary}`, ...headers },
		body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]) };
}
