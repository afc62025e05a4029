/* ExportDialog.tsx: the conversation as a file, or on paper */

import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useSheet } from '../shared/sheet';
import { fullTime } from '../shared/time';
import { useAuthor } from './MessageList';
import { Modal } from './Modal';
import { asJson, asText, lines, readAll, save } from './export';
import type { Line } from './export';
import style from './export.css?url';
import { useWidget } from './here';
import type { OverlayProps } from './overlay';
import { FileIcon, PrintIcon } from './icons';
import { useWords } from './words';

type Found = readonly Line[] | 'failed' | null;

/* All messages, once they are here. */
function useLines(): Found
{
	const { t } = useWords();
	const { chat } = useWidget();
	const author = useAuthor(chat);
	const [found, setFound] = useState<Found>(null);

	useEffect(() => {
		const { conversation, externalId } = chat;

		readAll(conversation, externalId).then((all) =>
			setFound(lines(all, (message) =>
				message.sender_type === 'end_user'
					? t('you') : author(message))),
		() => setFound('failed'));
	}, []);
	return found;
}

/* Only on paper, and so outside of what the screen shows. */
function usePaper(title: string, all: readonly Line[], locale: string): void
{
	useEffect(() => {
		const paper = document.createElement('div');

		paper.className = 'paper';
		paper.dataset.testid = 'paper';
		document.body.append(paper);
		render(<>
			<h1 dir="auto">{title}</h1>
			{all.map(({ id, at, name, text }) => (
				<div class="paper-line" key={id}>
					<p class="paper-head">
						<bdi>{name}</bdi> {fullTime(at, locale)}
					</p>
					<p dir="auto">{text}</p>
				</div>
			))}
		</>, paper);
		return () => {
			render(null, paper);
			paper.remove();
		};
	}, [title, all, locale]);
}

function Ways({ title, all }: { title: string; all: readonly Line[] })
{
	const { t, locale } = useWords();
	const ways = [
		{ id: 'text', Icon: FileIcon, run: () => save('chat.txt',
			'text/plain;charset=utf-8', asText(title, all, (at) =>
				fullTime(at, locale))) },
		{ id: 'json', Icon: FileIcon, run: () => save('chat.json',
			'application/json', asJson(title, all)) },
		{ id: 'print', Icon: PrintIcon, run: () => window.print() },
	];

	usePaper(title, all, locale);
	return (
		<div class="sheet-list">
			{ways.map(({ id, Icon, run }) => (
				<button type="button" class="sheet-option" key={id}
					data-testid={`export-${id}`} onClick={run}>
					<Icon size={18} /> <span>{t(`export_${id}`)}</span>
				</button>
			))}
		</div>
	);
}

export default function ExportDialog({ onClose }: OverlayProps)
{
	const { t } = useWords();
	const found = useLines();

	useSheet(style);
	return (
		<Modal title={t('menu_export')} testid="export-dialog"
			onClose={onClose}>
			{found === null && <p class="sheet-text" role="status">
				{t('export_loading')}</p>}
			{found === 'failed' && <p class="sheet-text" role="alert">
				{t('export_failed')}</p>}
			{found !== null && found !== 'failed' &&
				<Ways title={document.title} all={found} />}
		</Modal>
	);
}
