/* tag-input.tsx: tags as chips, a field that makes more */
/* SPDX-License-Identifier: MIT */
import { wellFormed } from '../shared/text';
import { Icon } from './icons';
import { words } from './words';

const LONGEST = 50;
const MOST = 20;

/* The tags with what was typed added: trimmed, split at commas, none twice. */
export function addTags(tags: readonly string[], typed: string): string[]
{
	const all = [...tags];

	for (const piece of wellFormed(typed).split(',')) {
		const tag = piece.replace(/\s+/g, ' ').trim().slice(0, LONGEST);
		const same = (t: string) => t.toLowerCase() === tag.toLowerCase();

		if (tag !== '' && !all.some(same) && all.length < MOST)
			all.push(tag);
	}
	return all;
}

export interface TagInputProps {
	id: string;
	testId: string;
	label: string;
	tags: readonly string[];
	/* What is typed but not yet a tag, so that a form can take it along. */
	typed: string;
	/* Tags seen elsewhere. */
	known: readonly string[];
	/* A dialog opens with the focus here. */
	autofocus?: boolean;
	onTyped(typed: string): void;
	onTags(tags: string[]): void;
}

export function TagInput(props: TagInputProps)
{
	const { id, tags, typed } = props;
	const take = () => {
		if (typed.trim() !== '')
			props.onTags(addTags(tags, typed));
		props.onTyped('');
	};

	return (
		<div class="tag-input">
			{tags.map((tag) => <Chip key={tag} tag={tag} onRemove={() =>
				props.onTags(tags.filter((t) => t !== tag))} />)}
			<input id={id} class="tag-field" value={typed} dir="auto"
				autofocus={props.autofocus}
				data-testid={props.testId} aria-label={props.label}
				placeholder={words.addTag} list={`${id}-known`}
				autocomplete="off" maxLength={LONGEST} enterkeyhint="done"
				onInput={(event) => {
					const { value } = event.currentTarget;
					if (value.includes(','))
						props.onTags(addTags(tags, value));
					props.onTyped(value.includes(',') ? '' : value);
				}}
				onKeyDown={(event) => {
					if (event.key === 'Enter' && !event.isComposing &&
					    typed.trim() !== '') {
						event.preventDefault();
						take();
					} else if (event.key === 'Backspace' && typed === '') {
						props.onTags(tags.slice(0, -1));
					}
				}}
				onBlur={take} />
			<datalist id={`${id}-known`}>
				{props.known.filter((t) => !tags.includes(t)).map((t) =>
					<option key={t} value={t} />)}
			</datalist>
		</div>
	);
}

function Chip({ tag, onRemove }: { tag: string; onRemove(): void })
{
	return (
		<span class="tag">
			<span dir="auto">{tag}</span>
			<button type="button" class="tag-remove" onClick={onRemove}
				aria-label={words.removeTag(tag)}>
				<Icon name="close" />
			</button>
		</span>
	);
}
