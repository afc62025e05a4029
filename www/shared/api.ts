/* api.ts: JSON over fetch; every failure is one ApiError */

export class ApiError extends Error {
	/* status is 0 when no answer came at all. */
	constructor(readonly status: number, readonly slug: string,
		message: string, readonly retryAfter: number | null = null)
	{
		super(message);
		this.name = 'ApiError';
	}
}

export interface CallOptions {
	body?: unknown;
	csrf?: string;
	signal?: AbortSignal;
}

export interface Answer<T> {
	data: T;
	headers: Headers;
}

async function failure(response: Response): Promise<ApiError>
{
	const after = Number(response.headers.get('Retry-After') ?? NaN);
	let slug = `http_${response.status}`;
	let message = `The server answered ${response.status}.`;

	try {
		const body = await response.json() as
			{ error?: unknown; message?: unknown };

		if (typeof body.error === 'string')
			slug = body.error;
		if (typeof body.message === 'string')
			message = body.message;
	} catch {
		/* Not JSON: a proxy answered, the status says enough. */
	}
	return new ApiError(response.status, slug, message,
		Number.isFinite(after) ? after : null);
}

/* Throws ApiError; an aborted call throws the signal's own AbortError. */
export async function callFull<T>(method: string, path: string,
	options: CallOptions = {}): Promise<Answer<T>>
{
	const headers: Record<string, string> = { Accept: 'application/json' };
	let response: Response;

	if (options.body !== undefined)
		headers['Content-Type'] = 'application/json';
	if (options.csrf !== undefined)
		headers['X-CSRFToken'] = options.csrf;
	try {
		response = await fetch(path, {
			method, headers, credentials: 'same-origin',
			signal: options.signal ?? null,
			body: options.body === undefined
				? null : JSON.stringify(options.body),
		});
	} catch (error) {
		if (options.signal?.aborted)
			throw error;
		throw new ApiError(0, 'network', 'The server cannot be reached.');
	}
	if (!response.ok)
		throw await failure(response);
	if (response.status === 204)
		return { data: undefined as T, headers: response.headers };
	return { data: await response.json() as T, headers: response.headers };
}

export async function call<T>(method: string, path: string,
	options: CallOptions = {}): Promise<T>
{
	return (await callFull<T>(method, path, options)).data;
}
