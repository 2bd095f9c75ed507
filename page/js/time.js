// Times and days as people write them.

import { locale, t } from './i18n.js';

const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' });
const near = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
const far = new Intl.DateTimeFormat(locale, { dateStyle: 'long' });
const brief = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });

export function timeOf(at) {
    return clock.format(at);
}

export function fullTime(at) {
    return full.format(at);
}

export function briefTime(at) {
    return brief.format(at);
}

// The same for all moments of one local day, growing.
export function dayOf(at) {
    const date = new Date(at);
    return date.getFullYear() * 10000 + (date.getMonth() + 1) * 100 + date.getDate();
}

export function dayName(at, now = Date.now()) {
    const yesterday = new Date(now);
    yesterday.setDate(yesterday.getDate() - 1);
    if (dayOf(at) === dayOf(now)) {
        return t('today');
    }
    if (dayOf(at) === dayOf(yesterday)) {
        return t('yesterday');
    }
    const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
    return (sameYear ? near : far).format(at);
}
