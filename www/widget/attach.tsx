/* attach.tsx: the ways by which files come into the composer: a button, paste
 * and drop; what happens to them then is loaded with the first one */

import { useEffect, useRef, useState } from 'preact/hooks';
import { useStore } from '../shared/hooks';
import { Store } from '../shared/store';
import type { Upload, Uploads } from '../shared/uploads';
import type { Chat } from './chat';
import { ClipIcon } from './icons';
import { useSettings, useWords } from './words';

type Part = typeof import('./UploadTray') & { uploads: Uploads };

const NONE = new Store<readonly Upload[]>([]);
/* What the server takes. */
const ACCEPT = 'image/png,image/jpeg,image/gif,image/webp,audio/*,video/*,' +
	'application/pdf,text/plain,text/csv,.doc,.docx,.xls,.xlsx,.ppt,.pptx,' +
	'.odt,.ods,.odp,.rtf,.zip';

export interface Attachments {
	on: boolean;
	part: Part | null;
	/* there is something to send */
	ready: boolean;
	add(files: Iterable<File> | null | undefined): boolean;
	send(): void;
}

export function useAttachments(chat: Chat): Attachments
{
	const { attachments: on } = useSettings();
	const [part, setPart] = useState<Part | null>(null);
	const loading = useRef<File[] | null>(null);
	const items = useStore(part?.uploads.items ?? NONE);
	const load = async () => {
		try {
			const module = await import('./UploadTray');
			const uploads = module.makeUploads(chat);

			uploads.add(loading.current ?? []);
			setPart({ ...module, uploads });
		} catch {
			/* offline: the person chooses again */
		}
		loading.current = null;
	};

	return {
		on, part,
		ready: items.length > 0 && part!.uploads.sendable,
		add: (files) => {
			const list = [...files ?? []];

			if (!on || list.length === 0)
				return false;
			if (part) {
				part.uploads.add(list);
			} else if (loading.current) {
				loading.current.push(...list);
			} else {
				loading.current = list;
				void load();
			}
			return true;
		},
		send: () => part?.uploads.send(),
	};
}

/* Files that are dropped anywhere on the panel. */
export function useDrop(add: Attachments['add'], on: boolean): boolean
{
	const [over, setOver] = useState(false);
	const latest = useRef(add);

	latest.current = add;
	useEffect(() => {
		if (!on)
			return;
		const has = (event: DragEvent) =>
			event.dataTransfer?.types.includes('Files') ?? false;
		const drag = (event: DragEvent) => {
			if (!has(event))
				return;
			event.preventDefault();
			setOver(true);
		};
		const leave = (event: DragEvent) => {
			if (event.relatedTarget === null)
				setOver(false);
		};
		const drop = (event: DragEvent) => {
			setOver(false);
			if (!has(event))
				return;
			event.preventDefault();
			latest.current(event.dataTransfer!.files);
		};

		document.addEventListener('dragover', drag);
		document.addEventListener('dragleave', leave);
		document.addEventListener('drop', drop);
		return () => {
			document.removeEventListener('dragover', drag);
			document.removeEventListener('dragleave', leave);
			document.removeEventListener('drop', drop);
		};
	}, [on]);
	return over;
}

export function AttachButton({ add }: { add: Attachments['add'] })
{
	const { t } = useWords();
	const input = useRef<HTMLInputElement>(null);

	return (
		<>
			<input ref={input} type="file" multiple hidden accept={ACCEPT}
				data-testid="attach-input" onChange={(event) => {
					add(event.currentTarget.files);
					event.currentTarget.value = '';
				}} />
			<button type="button" class="attach" data-testid="attach"
				aria-label={t('attach')}
				onClick={() => input.current?.click()}>
				<ClipIcon />
			</button>
		</>
	);
}
