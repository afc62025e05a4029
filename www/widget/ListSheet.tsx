/* ListSheet.tsx: the rows of a list, with a search when there are many */

import { useState } from 'preact/hooks';
import type { Choice, Section } from '../shared/types';
import { Modal } from './Modal';
import { useWords } from './words';

const SEARCH_FROM = 9;

export interface SheetProps {
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
			`${choice.label} ${choice.description ?? ''}`
				.toLocaleLowerCase().includes(wanted)),
	})).filter((section) => section.options.length > 0);
}

function Group({ section, onChoose }:
	{ section: Section; onChoose(choice: Choice): void })
{
	const { t } = useWords();

	return (
		<div role="group" aria-label={section.title || t('choose')}>
			{section.title && <p class="sheet-section" dir="auto">
				{section.title}</p>}
			{section.options?.map((choice) => (
				<button type="button" class="sheet-option"
					data-testid="option"
					onClick={() => onChoose(choice)}>
					<span dir="auto">{choice.label}</span>
					{choice.description &&
						<span class="sheet-more" dir="auto">
							{choice.description}</span>}
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

export default function ListSheet({ title, sections, onChoose, onClose }:
	SheetProps)
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
