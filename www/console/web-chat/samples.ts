/* samples.ts: how a server proves who is logged in */
/* SPDX-License-Identifier: MIT */

export type Proof = 'hmac' | 'jwt';

export interface Sample {
	language: string;
	label: string;
	code: string;
}

const node = {
	hmac: `import { createHmac } from "node:crypto";

const secret = process.env.CHAT_SECRET;
const hash = createHmac("sha256", secret).update(user.email).digest("hex");
`,
	jwt: `import jwt from "jsonwebtoken";

const token = jwt.sign({ sub: user.email }, process.env.CHAT_SECRET,
  { algorithm: "HS256", expiresIn: "5m" });
`,
};

const python = {
	hmac: `import hashlib, hmac, os

secret = os.environ["CHAT_SECRET"].encode()
hash = hmac.new(secret, user.email.encode(), hashlib.sha256).hexdigest()
`,
	jwt: `import os, time, jwt  # PyJWT

token = jwt.encode({"sub": user.email, "exp": int(time.time()) + 300},
                   os.environ["CHAT_SECRET"], algorithm="HS256")
`,
};

const php = {
	hmac: `$hash = hash_hmac('sha256', $user->email, getenv('CHAT_SECRET'));
`,
	jwt: `use Firebase\\JWT\\JWT;

$token = JWT::encode(['sub' => $user->email, 'exp' => time() + 300],
    getenv('CHAT_SECRET'), 'HS256');
`,
};

export function samples(proof: Proof): Sample[]
{
	return [
		{ language: 'node', label: 'Node', code: node[proof] },
		{ language: 'python', label: 'Python', code: python[proof] },
		{ language: 'php', label: 'PHP', code: php[proof] },
	];
}

export function pageSample(proof: Proof): string
{
	const what = proof === 'hmac' ? 'hash: "…"' : 'jwt: "…"';

	return `window.SarufiWidget = window.SarufiWidget || { q: [],
  identify() { this.q.push(["identify", arguments]); } };
SarufiWidget.identify("amina@example.com", { ${what} });
`;
}
