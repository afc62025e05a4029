/* spoken.ts: what the widget says by itself. Only these phrases are wanted, so
 * each is named: the bundle has no others. */
/* SPDX-License-Identifier: MIT */
import * as en from '../../locales/en.json';
import * as sw from '../../locales/sw.json';
import * as fr from '../../locales/fr.json';
import * as de from '../../locales/de.json';
import * as es from '../../locales/es.json';
import * as ar from '../../locales/ar.json';
import * as pt from '../../locales/pt.json';
import type { Phrases } from './languages';

export const spoken: Readonly<Record<string, Phrases>> = {
	en: {
		placeholder: en.composer_hint, language: en.menu_language,
		restart: en.menu_restart, confirmRestart: en.restart_confirm,
		confirmYes: en.confirm_yes, confirmNo: en.confirm_no,
		export: en.menu_export, maximize: en.menu_maximize,
		minimize: en.menu_minimize,
	},
	sw: {
		placeholder: sw.composer_hint, language: sw.menu_language,
		restart: sw.menu_restart, confirmRestart: sw.restart_confirm,
		confirmYes: sw.confirm_yes, confirmNo: sw.confirm_no,
		export: sw.menu_export, maximize: sw.menu_maximize,
		minimize: sw.menu_minimize,
	},
	fr: {
		placeholder: fr.composer_hint, language: fr.menu_language,
		restart: fr.menu_restart, confirmRestart: fr.restart_confirm,
		confirmYes: fr.confirm_yes, confirmNo: fr.confirm_no,
		export: fr.menu_export, maximize: fr.menu_maximize,
		minimize: fr.menu_minimize,
	},
	de: {
		placeholder: de.composer_hint, language: de.menu_language,
		restart: de.menu_restart, confirmRestart: de.restart_confirm,
		confirmYes: de.confirm_yes, confirmNo: de.confirm_no,
		export: de.menu_export, maximize: de.menu_maximize,
		minimize: de.menu_minimize,
	},
	es: {
		placeholder: es.composer_hint, language: es.menu_language,
		restart: es.menu_restart, confirmRestart: es.restart_confirm,
		confirmYes: es.confirm_yes, confirmNo: es.confirm_no,
		export: es.menu_export, maximize: es.menu_maximize,
		minimize: es.menu_minimize,
	},
	ar: {
		placeholder: ar.composer_hint, language: ar.menu_language,
		restart: ar.menu_restart, confirmRestart: ar.restart_confirm,
		confirmYes: ar.confirm_yes, confirmNo: ar.confirm_no,
		export: ar.menu_export, maximize: ar.menu_maximize,
		minimize: ar.menu_minimize,
	},
	pt: {
		placeholder: pt.composer_hint, language: pt.menu_language,
		restart: pt.menu_restart, confirmRestart: pt.restart_confirm,
		confirmYes: pt.confirm_yes, confirmNo: pt.confirm_no,
		export: pt.menu_export, maximize: pt.menu_maximize,
		minimize: pt.menu_minimize,
	},
};
