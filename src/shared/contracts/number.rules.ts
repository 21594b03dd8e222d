/** `ПЕ-251015-01`. Days and their ends are those of the organisation's zone. */
import { wallTimeIn } from '../kernel/wall-time.ts';

const two = (value: number): string => String(value).padStart(2, '0');

/** `251015`. @param at Unix ms. */
export function dayCode(timeZone: string, at: number): string {
  const { year, month, day } = wallTimeIn(timeZone, at);
  return `${two(year % 100)}${two(month)}${two(day)}`;
}

/** A day so many days after the one of a moment, `2025-10-18`. @param at Unix ms. */
export function dayAfter(timeZone: string, at: number, days: number): string {
  const { year, month, day } = wallTimeIn(timeZone, at);
  return new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10);
}

/** `18.10.2025` of `2025-10-18`. */
export const dayInWords = (day: string): string => day.split('-').toReversed().join('.');

/** Is it a day of the calendar at all, and not one that is over? @param now Unix ms. */
export const isDayToCome = (day: string, timeZone: string, now: number): boolean =>
  new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true && day >= dayAfter(timeZone, now, 0);

/** Two capital letters: of the surname, and of the name where the surname is shorter. */
export function initialsOf(lastName: string, firstName: string): string {
  const letters = `${lastName}${firstName}`.toLocaleUpperCase('ru').match(/\p{Lu}/gu) ?? [];
  return [...letters, 'Х', 'Х'].slice(0, 2).join('');
}

/** @param place from 1, among all contracts that the organisation made that day. */
export const contractNumber = (initials: string, day: string, place: number): string =>
  `${initials}-${day}-${two(place)}`;
