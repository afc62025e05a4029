/* draft.ts: what was changed on a widget, storing it, and what came of that */
/* SPDX-License-Identifier: MIT */
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Desk, useDesk } from '../desk';
import { patch, sentence } from '../http';
import { applied, type Draft, effective, faults, isChanged, type Option,
	refusedMember, restored, trimmed, type Value, type Values, type Widget,
} from './options';
import { webChatWords as words } from './words';

export interface Editing {
	widget: Widget;
	options: readonly Option[];
	draft: Draft;
	/* what holds with the changes, stored or not */
	values: Values;
	faults: Readonly<Record<string, string>>;
	isChanged: boolean;
	isSaving: boolean;
	/* why the last attempt failed; empty: it did not */
	error: string;
	change(draft: Draft): void;
	setOption(key: string, value: Value): void;
	save(): Promise<void>;
	discard(): void;
}

/* Settings stand beside the rest in what is sent. */
function bodyOf({ settings, ...rest }: Draft): unknown
{
	return { ...rest, ...settings };
}

function useEvents(editing: Editing, desk: Desk): void
{
	const now = useRef(editing);

	now.current = editing;
	useEffect(() => {
		const onKey = (event: KeyboardEvent) => {
			if ((event.ctrlKey || event.metaKey) && event.key === 's') {
				event.preventDefault();
				void now.current.save();
			}
		};
		const onLeave = (event: Event) => {
			if (now.current.isChanged)
				event.preventDefault();
		};

		desk.unsaved = () => now.current.isChanged;
		document.addEventListener('keydown', onKey);
		window.addEventListener('beforeunload', onLeave);
		return () => {
			desk.unsaved = null;
			document.removeEventListener('keydown', onKey);
			window.removeEventListener('beforeunload', onLeave);
		};
	}, []);
}

export function useEditing(first: Widget, options: readonly Option[],
	onStored: (widget: Widget) => void): Editing
{
	const desk = useDesk();
	const [widget, setWidget] = useState(first);
	const [draft, setDraft] = useState<Draft>({});
	const [refused, setRefused] = useState<Record<string, string>>({});
	const [isSaving, setSaving] = useState(false);
	const [error, setError] = useState('');
	const wrong = { ...faults(options, draft), ...refused };
	const fail = (problem: unknown, sent: Draft, before: Widget) => {
		const why = sentence(problem);
		const member = refusedMember(why);

		/* What was shown as stored is not: it is a change again. */
		setWidget(before);
		setDraft((since) => restored(sent, since));
		setError(why);
		if (member !== null && options.some((o) => o.key === member))
			setRefused({ [member]: why });
	};
	const save = async () => {
		const sent = trimmed(draft, widget);

		if (isSaving || Object.keys(sent).length === 0)
			return;
		if (Object.keys(wrong).length > 0)
			return setError(words.fixFirst(Object.keys(wrong).length));
		setSaving(true);
		setError('');
		setWidget(applied(widget, sent));
		setDraft({});
		try {
			const stored = await patch<Widget>(`/api/widgets/${first.id}`,
				bodyOf(sent));

			setWidget(stored);
			onStored(stored);
			desk.toast(words.saved);
		} catch (problem) {
			fail(problem, sent, widget);
		}
		setSaving(false);
	};
	const change = (more: Draft) => {
		setError('');
		setDraft((now) => ({ ...now, ...more,
			settings: { ...now.settings, ...more.settings } }));
		setRefused((now) => Object.fromEntries(Object.entries(now)
			.filter(([key]) => !(key in (more.settings ?? {})))));
	};
	const editing: Editing = {
		widget, options, draft, faults: wrong, isSaving, error, save, change,
		values: effective(applied(widget, draft)),
		isChanged: isChanged(draft, widget),
		setOption: (key, value) => change({ settings: { [key]: value } }),
		discard: () => {
			setDraft({});
			setRefused({});
			setError('');
		},
	};

	useEvents(editing, desk);
	return editing;
}
