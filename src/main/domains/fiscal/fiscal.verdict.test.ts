import { beforeEach, describe, expect, test } from 'vitest';
import { createFiscalWorld, type FiscalWorld, IVANOV, TASK_A } from '#test/doubles/fiscal-world.ts';

let world: FiscalWorld;
beforeEach(() => {
  world = createFiscalWorld();
});

describe('AF-16 a receipt of unknown outcome', () => {
  test('says "not printed" while the register is away: nothing moves until it answers, and its word counts', async () => {
    const { fiscal, verdicts } = await world.makeUnknown();
    const said = await verdicts.settle({ verdict: 'not_printed', id: TASK_A }, IVANOV);
    expect(said).toMatchObject({ state: 'unknown', notPrintedSaidBy: IVANOV.name });
    world.register.reachable = true;
    world.core.advance(60_000);
    await fiscal.tick();
    expect(fiscal.task(TASK_A)).toMatchObject({ state: 'reported', document: { fiscalDocumentNumber: 1042 } });
    expect(world.register.commands).toEqual([TASK_A]);
  });

  test('says "not printed" where the register cannot tell: the receipt is printed anew, by that word', async () => {
    const { fiscal, verdicts } = await world.makeUnknown();
    world.register.reachable = true;
    world.register.fnNumber = '9999078902005678';
    world.core.advance(60_000);
    await fiscal.tick();
    expect(fiscal.task(TASK_A).state).toBe('unknown');
    await verdicts.settle({ verdict: 'not_printed', id: TASK_A }, IVANOV);
    world.core.advance(60_000);
    await fiscal.tick();
    expect(fiscal.task(TASK_A).state).toBe('reported');
    expect(world.register.commands).toEqual([TASK_A, TASK_A]);
  });

  test("the register's own word comes before a person's", async () => {
    const { verdicts } = await world.makeUnknown();
    world.register.reachable = true;
    const settled = await verdicts.settle({ verdict: 'not_printed', id: TASK_A }, IVANOV);
    expect(settled).toMatchObject({ state: 'reported', document: { fiscalDocumentNumber: 1042 } });
  });

  test('names a document: one that is another sale is refused', async () => {
    world.register.hideTaskIds = true;
    const { verdicts } = await world.makeUnknown();
    world.register.write('sell', 50_000);
    world.register.write('sell', 99_900);
    world.register.reachable = true;
    await expect(
      verdicts.settle({ verdict: 'printed', id: TASK_A, fiscalDocumentNumber: 1044 }, IVANOV),
    ).rejects.toMatchObject({ code: 'fiscal.data_conflict' });
    const settled = await verdicts.settle({ verdict: 'printed', id: TASK_A, fiscalDocumentNumber: 1042 }, IVANOV);
    expect(settled.document?.fiscalDocumentNumber).toBe(1042);
    expect(world.register.commands).toEqual([TASK_A]);
  });
});
