/* uuid.ts: a random UUID (version 4). crypto.randomUUID exists only on secure
 * origins, and a shop's test page may well be on plain http. */

export function uuid(): string
{
	const b = crypto.getRandomValues(new Uint8Array(16));

	b[6] = (b[6]! & 0x0f) | 0x40;
	b[8] = (b[8]! & 0x3f) | 0x80;
	const hex = Array.from(b, (n) => n.toString(16).padStart(2, '0')).join('');

	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/,
		'$1-$2-$3-$4-$5');
}
