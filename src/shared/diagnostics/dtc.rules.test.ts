import { describe, expect, it, test } from 'vitest';
import { LANGUAGES, type Language } from '../visits/visits.schema.ts';
import { DtcCode } from './diagnostics.schema.ts';
import codes from './dtc/codes.json' with { type: 'json' };
import failures from './dtc/failures.json' with { type: 'json' };
import parts from './dtc/parts.json' with { type: 'json' };
import systems from './dtc/systems.json' with { type: 'json' };
import { describeCode, describedCodes } from './dtc.rules.ts';
import { dtcWords } from './dtc.words.ts';

const all = describedCodes();

describe('the data', () => {
  it('describe more than six hundred codes of each system that a scan can find', () => {
    expect(all.length).toBeGreaterThan(600);
    const of = (start: string) => all.filter((code) => code.startsWith(start)).length;
    expect([of('P0'), of('P2'), of('P3'), of('C0'), of('B0'), of('U0')].every((count) => count >= 20)).toBe(true);
  });
  it('are codes, each described once', () => {
    for (const code of all) expect(DtcCode.safeParse(code).success, code).toBe(true);
    // A row that runs into the next one would silently overwrite it: the sum of the rows must be what is known.
    const length = (range: string | undefined) => {
      const [from = '', to = from] = (range ?? '').split('..');
      return /^\d/.test(from)
        ? Number(to) - Number(from) + 1
        : from === ''
          ? 1
          : to.charCodeAt(0) - from.charCodeAt(0) + 1;
    };
    expect(codes.reduce((sum, [, , failed = '', range]) => sum + failed.split(' ').length * length(range), 0)).toBe(
      all.length,
    );
  });
  it('name nothing that is missing and hold nothing that is unused', () => {
    const used = (index: 1 | 2) => new Set(codes.flatMap((row) => (row[index] ?? '').split(' ')));
    expect([...used(1)].toSorted()).toEqual(Object.keys(parts).toSorted());
    expect([...used(2)].toSorted()).toEqual(Object.keys(failures).toSorted());
    expect([...new Set(Object.values(parts).map(({ system }) => system))].toSorted()).toEqual(
      Object.keys(systems).toSorted(),
    );
  });
});

/** Letters that a text of the language has no business with; short names as ABS are everybody's. */
const FOREIGN: Readonly<Record<Language, RegExp>> = {
  ru: /[A-Za-z]{4,}|[\u0590-\u05FF]/,
  en: /[\u0400-\u04FF\u0590-\u05FF]/,
  fr: /[\u0400-\u04FF\u0590-\u05FF]/,
  es: /[\u0400-\u04FF\u0590-\u05FF]/,
  he: /[A-Za-z]{4,}|[\u0400-\u04FF]/,
};

describe.each(LANGUAGES)('%s', (language) => {
  it('has a word for everything that Russian has one for, and no other', () => {
    const { parts: part, failures: failure, systems: system, ...rest } = dtcWords(language);
    const expected = dtcWords('ru');
    for (const [name, table] of Object.entries({ part, failure, system, ...rest })) {
      const russian = { ...expected, part: expected.parts, failure: expected.failures, system: expected.systems };
      expect(Object.keys(table).toSorted(), name).toEqual(
        Object.keys(russian[name as keyof typeof russian]).toSorted(),
      );
    }
    // Which cylinder, bank or letter is said in every language, or in none.
    for (const [key, words] of Object.entries(part)) {
      expect(words.includes('{n}'), key).toBe(expected.parts[key]?.includes('{n}'));
    }
  });

  const texts = all.map((code) => describeCode(code, language));
  it('says of every code what, where, how urgent and what to do', () => {
    for (const text of texts) {
      expect(text.origin, text.code).toBe('described');
      for (const words of [text.system, text.part, text.wrong, text.advice])
        expect(words.trim(), text.code).not.toBe('');
      expect([1, 2, 3]).toContain(text.urgency);
      expect(`${text.part} ${text.wrong} ${text.advice}`, text.code).not.toMatch(/[{}]|undefined/);
      expect(text.advice, text.code).toMatch(/\.$/);
    }
  });
  it('says no two codes the same way', () => {
    const seen = new Map<string, string>();
    for (const { code, part, wrong } of texts) {
      const sentence = `${part}: ${wrong}`;
      expect(seen.get(sentence), `${code} and ${seen.get(sentence)}: ${sentence}`).toBeUndefined();
      seen.set(sentence, code);
    }
  });
  it('is written in its own letters', () => {
    const foreign = FOREIGN[language];
    for (const { part, wrong, system, advice } of texts)
      expect(`${part} ${wrong} ${system} ${advice}`).not.toMatch(foreign);
  });
});

it.each(LANGUAGES.filter((one) => one !== 'en'))('%s is no English in disguise', (language) => {
  const english = dtcWords('en');
  const same = Object.entries(dtcWords(language).failures).filter(([key, words]) => english.failures[key] === words);
  expect(same).toEqual([]);
});

it.each<[string, string, string, number]>([
  ['P0300', 'Цилиндры двигателя', 'пропуски зажигания в разных цилиндрах', 1],
  ['P0303', 'Цилиндр 3', 'пропуски зажигания', 1],
  ['P0420', 'Катализатор, ряд 1', 'эффективность ниже порога', 2],
  ['P0171', 'Топливная смесь, ряд 1', 'избыток воздуха, смесь бедная', 2],
  ['P0174', 'Топливная смесь, ряд 2', 'избыток воздуха, смесь бедная', 2],
  ['P0455', 'Система улавливания паров топлива', 'крупная утечка', 3],
  ['P0296', 'Форсунка цилиндра 12', 'вклад в работу двигателя не такой, как у других', 2],
  ['P0362', 'Катушка зажигания L', 'неисправность в электрической цепи', 2],
  ['P0524', 'Моторное масло', 'слишком низкое давление', 1],
  ['P0217', 'Двигатель', 'перегрев', 1],
  ['P0335', 'Датчик положения коленвала A', 'неисправность в электрической цепи', 2],
  ['P0741', 'Муфта гидротрансформатора', 'не включается', 2],
  ['P2463', 'Сажевый фильтр', 'накопилось слишком много сажи', 2],
  ['P2A00', 'Датчик кислорода до катализатора, ряд 1', 'показания не вяжутся с режимом работы', 2],
  ['P0442', 'Система улавливания паров топлива', 'небольшая утечка', 3],
  ['U0121', 'Блок АБС', 'нет связи', 2],
  ['C0035', 'Датчик переднего левого колеса', 'неисправность в электрической цепи', 2],
])('%s is %s: %s', (code, part, wrong, urgency) => {
  expect(describeCode(code, 'ru')).toMatchObject({ part, wrong, urgency });
});

it.each([
  ['fr', 'P0303', 'Cylindre 3', 'ratés d’allumage'],
  ['es', 'P0420', 'Catalizador, banco 1', 'eficacia por debajo del umbral'],
  ['he', 'P0171', 'תערובת דלק, שורה 1', 'ענייה מדי'],
  ['he', 'U0121', 'יחידת ABS', 'אין תקשורת'],
  ['fr', 'U0100', 'Calculateur moteur', 'pas de communication'],
] as const)('in %s %s is %s: %s', (language, code, part, wrong) => {
  expect(describeCode(code, language)).toMatchObject({ part, wrong });
});

describe('codes that the data do not know', () => {
  it.each([
    ['P0A80', 'structure'],
    ['P2ABC', 'structure'],
    ['P3499', 'structure'],
    ['U3000', 'structure'],
    ['P1345', 'manufacturer'],
    ['P3012', 'manufacturer'],
    ['P3A00', 'manufacturer'],
    ['B1234', 'manufacturer'],
    ['C2345', 'manufacturer'],
    ['U1000', 'manufacturer'],
    ['B3000', 'reserved'],
    ['C3FFF', 'reserved'],
  ])('%s is of the %s', (code, origin) => {
    for (const language of LANGUAGES) expect(describeCode(code, language).origin).toBe(origin);
  });
  it('are told by what their letter and group say', () => {
    expect(describeCode('P0A80', 'ru').system).toBe('Двигатель и коробка передач: гибридная или электрическая тяга');
    expect(describeCode('P1345', 'ru')).toMatchObject({
      system: 'Двигатель и коробка передач',
      part: 'Код производителя',
    });
  });
});

test('every code that two bytes can hold has words in every language', () => {
  for (const letter of 'PCBU') {
    for (let number = 0; number < 0x4000; number += 1) {
      const code = `${letter}${number.toString(16).toUpperCase().padStart(4, '0')}`;
      for (const language of LANGUAGES) {
        const { part, wrong, system } = describeCode(code, language);
        if (part === '' || wrong === '' || system === '') throw new Error(code);
      }
    }
  }
});
