/** A day of guests as people read it. */
import { ms, quantile, seconds, type Table } from '../table.ts';
import type { Books } from './books.ts';
import type { Day, Weight } from './day.ts';

export function tablesOf(day: Day, books: Books, traces: number): readonly Table[] {
  const { touches, scans, reports } = day.times;
  const growth = (of: keyof Weight): string => {
    const values = day.memory.map((one) => one[of]);
    const part = Math.max(1, Math.floor(values.length / 5));
    // After the first fifth everything is loaded.
    const early = quantile(values.slice(part, 2 * part), 0.5);
    const late = quantile(values.slice(-part), 0.5);
    const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
    return `${mib(early)} → ${mib(late)} (${(((late - early) / early) * 100).toFixed(1)} %)`;
  };
  const row = (name: string, bar: string, value: string): readonly string[] => [name, bar, value];
  return [
    {
      title: 'A kiosk and its guests',
      how:
        `${day.visits} visits one after another in Chromium over the browser shell, seed ${day.seed}: ` +
        `${[...day.faults].map(([fault, count]) => `${fault} ${count}`).join(', ')}. Server, register, bank and car are processes of their own; ` +
        'the first half is one life of page and device, in the second half one of them dies at a random step.',
      columns: ['', 'bar', 'measured'],
      rows: [
        row('a visit, on average', '', seconds(day.lastedMs / day.visits)),
        row('payments taken', '', String(books.paid)),
        row('- with a service', '', String(books.served)),
        row('- given back whole', '', String(books.givenBack)),
        row('- neither', '0', String(books.lost)),
        row('files that still name a guest, their time over', '0', String(traces)),
        row('visits that came to no end within a minute', '0', String(day.stuck)),
        row('memory of the device, second fifth → last fifth', '± 10 %', growth('device')),
        row('alive in the heap of the device, second fifth → last fifth', '± 10 %', growth('deviceHeap')),
        row('memory of the page, second fifth → last fifth', '± 10 %', growth('page')),
      ],
    },
    {
      title: 'A kiosk under the finger',
      how: 'Touch → next screen: from the event to the painted screen, for touches that wait for nobody else. A scan and a report from the touch to their result on the screen.',
      columns: ['', 'samples', 'bar', 'p50', 'p99', 'max'],
      rows: [
        [
          'touch → next screen',
          String(touches.length),
          'p99 100 ms',
          ms(quantile(touches, 0.5)),
          ms(quantile(touches, 0.99)),
          ms(Math.max(...touches)),
        ],
        [
          'scan',
          String(scans.length),
          '10 s',
          seconds(quantile(scans, 0.5)),
          seconds(quantile(scans, 0.99)),
          seconds(Math.max(...scans)),
        ],
        [
          'report',
          String(reports.length),
          'p50 300 ms',
          ms(quantile(reports, 0.5)),
          ms(quantile(reports, 0.99)),
          ms(Math.max(...reports)),
        ],
      ],
    },
  ];
}
