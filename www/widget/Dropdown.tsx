/* Dropdown.tsx: a list that opens as a sheet, with a search when it is long */

import { useState } from 'preact/hooks';
import type { Choice, RichMedia, Section } from '../shared/types';
import { Modal } from './Modal';
import { CheckIcon, DownIcon } from './icons';
import { useWords } from './words';

const SEARCH_FROM = 9;

interface SheetProps {
	title: string;
	sections: Section[];
	onChoose(choice: Choice): void;
	onClose(): void;
}

function matching(sections: Section[], query: string): Section[]
{
	const wanted = query.trim().toLocaleLowerCase();

	return sections.map((section) => ({
		...section,
		options: (section.options ?? []).filter((choice) =>
			choice.label.toLocaleLowerCase().includes(wanted)),
	})).filter((section) => section.options.length > 0);
}

function Group({ section, onChoose }:
	{ section: Section; onChoose(choice: Choice): void })
{
	const { t } = useWords();

	return (
		<div role="group" aria-label={section.title || t('choose')}>
			{section.title && <p class="sheet-section">{section.title}</p>}
			{section.options?.map((choice) => (
				<button type="button" class="sheet-option"
					data-testid="option"
					onClick={() => onChoose(choice)}>
					<span dir="auto">{choice.label}</span>
				</button>
			))}
		</div>
	);
}

function Options({ sections, onChoose }:
	{ sections: Section[]; onChoose(choice: Choice): void })
{
	const { t } = useWords();

	return (
		<div class="sheet-list">
			{sections.length === 0 &&
				<p class="sheet-none" role="status">{t('no_match')}</p>}
			{sections.map((section) =>
				<Group section={section} onChoose={onChoose} />)}
		</div>
	);
}

function Sheet({ title, sections, onChoose, onClose }: SheetProps)
{
	const { t } = useWords();
	const [query, setQuery] = useState('');
	const many = sections.reduce((n, section) =>
		n + (section.options?.length ?? 0), 0) >= SEARCH_FROM;

	return (
		<Modal title={title} onClose={onClose}>
			{many && <input type="search" class="sheet-search"
				aria-label={t('search')} placeholder={t('search')}
				autocomplete="off" value={query}
				onInput={(e) => setQuery(e.currentTarget.value)} />}
			<Options sections={matching(sections, query)}
				onChoose={onChoose} />
		</Modal>
	);
}

export function Dropdown({ media, used, onChoose }: {
	media: RichMedia; used: string | undefined;
	onChoose(choice: Choice): void;
})
{
	const { t } = useWords();
	const [open, setOpen] = useState(false);
	const sections = media.sections?.length
		? media.sections : [{ options: media.options ?? [] }];
	const chosen = sections.flatMap((s) => s.options ?? [])
		.find((choice) => choice.value === used);
	const title = media.placeholder || t('choose');

	return (
		<>
			<button type="button" class="dropdown"
				data-testid="dropdown" aria-haspopup="dialog"
				disabled={used !== undefined}
				onClick={() => setOpen(true)}>
				<span dir="auto">{chosen?.label ?? title}</span>
				{chosen
					? <CheckIcon size={16} /> : <DownIcon size={18} />}
			</button>
			{open && <Sheet title={title} sections={sections}
				onClose={() => setOpen(false)}
				onChoose={(choice) => {
					setOpen(false);
					onChoose(choice);
				}} />}
		</>
	);
}
