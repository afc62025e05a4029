/* uploads.ts: files on their way to the server, and then into messages.
 *
 * Each goes up as soon as it is chosen, one after the other. The person may
 * send meanwhile: what is not there yet follows when it is. When no answer
 * comes, or the server cannot, it is tried again with growing pauses, and when
 * the browser is back online; a refusal is shown, with its reason. The bytes
 * are the browser's: they are kept while the page lives, not across a reload. */

import { pauseMs } from './retry';
import { Store } from './store';
import type { Draft } from './types';
import { uuid } from './uuid';

export interface Uploaded {
	id: string;
	name: string;
	type: string;
	size: number;
	url: string;
	width?: number;
	height?: number;
}

export type UploadFailure = 'too_large' | 'kind' | 'full' | 'refused';

export interface Upload {
	id: string;
	name: string;
	size: number;
	/* address of a thumbnail, null for what is no picture */
	preview: string | null;
	state: 'waiting' | 'uploading' | 'offline' | 'done' | 'failed';
	/* 0 to 1 */
	progress: number;
	failure?: UploadFailure;
	/* the person has sent it already */
	sent: boolean;
	answer?: Uploaded;
}

export interface UploadOptions {
	url(): string;
	/* fields of the form beside the file; null: not known yet */
	fields(): Record<string, string> | null;
	headers?(): Record<string, string>;
	send(draft: Draft): void;
	retryMs?: number;
}

/* As the server shows them in a page. */
const PICTURE = /^image\/(png|jpeg|gif|webp)$/;

function failureOf(status: number): UploadFailure
{
	return status === 413 ? 'too_large' : status === 415 ? 'kind'
		: status === 402 ? 'full' : 'refused';
}

export function draftOf(file: Uploaded): Draft
{
	return {
		content: '',
		content_type: PICTURE.test(file.type) ? 'image' : 'file',
		rich_media: { url: file.url, filename: file.name,
			mime_type: file.type, size: file.size,
			...(file.width && { width: file.width,
				height: file.height }) } as Draft['rich_media'],
	};
}

export class Uploads {
	readonly items = new Store<readonly Upload[]>([]);
	private readonly files = new Map<string, File>();
	private current: { id: string; request: XMLHttpRequest } | undefined;
	private failures = 0;
	private timer: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly options: UploadOptions)
	{
		globalThis.addEventListener?.('online', () => this.hurry());
	}

	add(files: readonly File[]): void
	{
		const fresh = files.map((file): Upload => {
			const id = uuid();

			this.files.set(id, file);
			return { id, name: file.name, size: file.size,
				preview: PICTURE.test(file.type)
					? URL.createObjectURL(file) : null,
				state: 'waiting', progress: 0, sent: false };
		});

		this.items.update((all) => [...all, ...fresh]);
		this.pump();
	}

	/* Whether there is something that send() would send, now or later. */
	get sendable(): boolean
	{
		return this.items.get().some((item) =>
			item.state !== 'failed' && !item.sent);
	}

	/* Those that are up go now, in order; the others follow. */
	send(): void
	{
		this.items.update((all) => all.map((item) =>
			item.state === 'failed' ? item : { ...item, sent: true }));
		this.flush();
	}

	remove(id: string): void
	{
		const item = this.items.get().find((one) => one.id === id);

		if (item?.preview)
			URL.revokeObjectURL(item.preview);
		this.files.delete(id);
		this.items.update((all) => all.filter((one) => one.id !== id));
		if (this.current?.id === id)
			this.current.request.abort();
		this.flush();
	}

	retry(id: string): void
	{
		this.change(id, { state: 'waiting', progress: 0 });
		this.hurry();
	}

	private change(id: string, change: Partial<Upload>): void
	{
		this.items.update((all) => all.map((item) =>
			item.id === id ? { ...item, ...change } : item));
	}

	/* What was sent leaves in the order of choosing. */
	private flush(): void
	{
		for (;;) {
			const first = this.items.get().find((item) =>
				item.sent && item.state !== 'failed');

			if (first?.state !== 'done')
				return;
			this.options.send(draftOf(first.answer!));
			if (first.preview)
				URL.revokeObjectURL(first.preview);
			this.files.delete(first.id);
			this.items.update((all) =>
				all.filter((item) => item !== first));
		}
	}

	private hurry(): void
	{
		clearTimeout(this.timer);
		this.timer = undefined;
		this.pump();
	}

	private pump(): void
	{
		const next = this.items.get().find((item) =>
			item.state === 'waiting' || item.state === 'offline');

		if (this.current || this.timer !== undefined || !next)
			return;
		const fields = this.options.fields();

		if (fields === null)
			this.later(next.id, 0);
		else
			this.transmit(next.id, fields);
	}

	private transmit(id: string, fields: Record<string, string>): void
	{
		const request = new XMLHttpRequest();
		const form = new FormData();
		const file = this.files.get(id)!;

		for (const [name, value] of Object.entries(fields))
			form.append(name, value);
		form.append('file', file, file.name);
		this.current = { id, request };
		this.change(id, { state: 'uploading', progress: 0 });
		request.open('POST', this.options.url());
		for (const [name, value] of
			Object.entries(this.options.headers?.() ?? {}))
			request.setRequestHeader(name, value);
		request.responseType = 'json';
		request.upload.onprogress = ({ loaded, total }) => {
			if (total > 0)
				this.change(id, { progress: loaded / total });
		};
		request.onloadend = () => {
			this.current = undefined;
			this.ended(id, request);
			this.pump();
		};
		request.send(form);
	}

	private ended(id: string, request: XMLHttpRequest): void
	{
		const { status, response } = request;

		if (!this.files.has(id))
			return;
		if (status === 200 && typeof response?.url === 'string') {
			this.failures = 0;
			this.change(id, { state: 'done', progress: 1,
				answer: response as Uploaded });
			this.flush();
		} else if (status >= 400 && status < 500 && status !== 429 &&
		    status !== 408) {
			this.change(id, { state: 'failed', sent: false,
				failure: failureOf(status) });
			this.flush();
		} else {
			this.failures++;
			this.later(id, this.failures);
		}
	}

	/* No answer, or not now: kept, and tried again. */
	private later(id: string, failures: number): void
	{
		this.change(id, { state: 'offline', progress: 0 });
		this.timer = setTimeout(() => this.hurry(),
			pauseMs(Math.max(1, failures), this.options.retryMs));
	}
}
