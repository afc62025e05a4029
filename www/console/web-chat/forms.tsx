/* forms.tsx: the tabs that are forms made from the table of options */
/* SPDX-License-Identifier: MIT */
import { useState } from 'preact/hooks';
import type { Editing } from './draft';
import { OptionField } from './field';
import { linesOf } from './options';
import type { TabProps } from './widget';
import { webChatWords as words } from './words';

/* Options that stand elsewhere than in the form of their group. */
const ELSEWHERE: ReadonlySet<string> = new Set(['translations',
	'identity_verification']);

export function Options({ editing, group }: {
	editing: Editing; group: string;
})
{
	const shown = editing.options.filter((o) => o.group === group &&
		!ELSEWHERE.has(o.key));

	return (
		<div class="wc-fields">
			{shown.map((option) => <Option key={option.key}
				editing={editing} of={option.key} />)}
		</div>
	);
}

export function Option({ editing, of: key }: {
	editing: Editing; of: string;
})
{
	const { draft, widget, faults, setOption } = editing;
	const option = editing.options.find((o) => o.key === key);
	const changed = draft.settings?.[key];

	return option === undefined ? null : (
		<OptionField option={option} inherited={widget.inherited[key]}
			own={changed === undefined ? widget.settings[key] : changed}
			fault={faults[key]}
			onChange={(value) => setOption(key, value)} />
	);
}

export function SettingsTab({ editing, bots }: TabProps)
{
	const { draft, widget, change } = editing;
	const bot = draft.chatbot_id ?? widget.chatbot_id ?? '';

	return <>
		<div class="wc-fields">
			<div class="wc-field">
				<label class="label" for="set-name">{words.name}</label>
				<input class="field" id="set-name" data-testid="set-name"
					dir="auto" autocomplete="off" maxLength={100}
					value={draft.name ?? widget.name}
					aria-describedby="set-name-help"
					onInput={(event) =>
						change({ name: event.currentTarget.value })} />
				<p class="hint" id="set-name-help">{words.nameHint}</p>
			</div>
			<div class="wc-field">
				<label class="label" for="set-bot">{words.chatbot}</label>
				<select class="field" id="set-bot" data-testid="set-bot"
					value={bot} aria-describedby="set-bot-help"
					onChange={(event) =>
						change({ chatbot_id: event.currentTarget.value })}>
					{bots.map((b) => <option key={b.id} value={b.id}>
						{b.name}</option>)}
					<option value="">{words.noBot}</option>
				</select>
				<p class="hint" id="set-bot-help">{words.chatbotHint}</p>
			</div>
			<div class="wc-field wc-toggle">
				<input type="checkbox" class="switch" role="switch"
					id="set-active" data-testid="set-active"
					aria-describedby="set-active-help"
					checked={draft.is_active ?? widget.is_active}
					onChange={(event) => change(
						{ is_active: event.currentTarget.checked })} />
				<div>
					<label class="label" for="set-active">
						{words.active}</label>
					<p class="hint" id="set-active-help">
						{words.activeHint}</p>
				</div>
			</div>
		</div>
		<hr class="wc-line" />
		<Options editing={editing} group="behaviour" />
	</>;
}

export function AppearanceTab({ editing }: TabProps)
{
	return <Options editing={editing} group="look" />;
}

export function SitesTab({ editing }: TabProps)
{
	const { draft, widget, change } = editing;
	const now = draft.allowed_origins ?? widget.allowed_origins;
	const [typed, setTyped] = useState(now.join('\n'));
	const shown = linesOf(typed).join('\n') === now.join('\n') ? typed
		: now.join('\n');

	return (
		<div class="wc-narrow">
			<div class="wc-field">
				<label class="label" for="set-origins">{words.origins}</label>
				<textarea class="field wc-lines code" id="set-origins"
					data-testid="set-origins" rows={4} dir="ltr"
					spellcheck={false} value={shown}
					aria-describedby="set-origins-help"
					onInput={(event) => {
						setTyped(event.currentTarget.value);
						change({ allowed_origins:
							linesOf(event.currentTarget.value) });
					}} />
				<p class="hint" id="set-origins-help">{words.originsHint}</p>
			</div>
			<Options editing={editing} group="places" />
		</div>
	);
}
