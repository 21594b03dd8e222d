/** On whose behalf a command acts: whoever is signed in at the device, or a person who says their PIN. */
import type { DeviceClient } from '#shared/rpc/contract.ts';
import type { ApprovalAction } from '#shared/staff/staff.schema.ts';
import { Refused } from './faults.ts';
import type { Terminal } from './terminal.ts';

export interface Person {
  readonly terminal: Terminal;
  readonly member: string | undefined;
  readonly pin: string | undefined;
  readonly supervisor: string | undefined;
  readonly supervisorPin: string | undefined;
}

/** Has a supervisor allow an act, when one was named; the device says whether one is needed. */
type Allow = <T>(action: ApprovalAction, subject: string, act: (approvalId?: string) => Promise<T>) => Promise<T>;

/** A person who signed in for the command is signed out after it; one who stood at the till stays. */
export async function asMember<T>(rpc: DeviceClient, person: Person, act: (allow: Allow) => Promise<T>): Promise<T> {
  const allow: Allow = async (action, subject, perform) => {
    if (person.supervisor === undefined) return perform();
    const memberId = await memberOf(rpc, person.supervisor);
    const pin = await pinOf(person.terminal, person.supervisor, person.supervisorPin, 'SUPERVISOR_PIN');
    const { approvalId } = await rpc.staff.approve({ memberId, pin, action, subject });
    return perform(approvalId);
  };
  const { member } = await rpc.staff.current();
  if (member !== undefined) {
    if (person.member !== undefined && person.member !== member.name) {
      throw new Refused(`${member.name} is signed in at this device; nobody else can act until they sign out`);
    }
    return act(allow);
  }
  if (person.member === undefined) throw new Refused('nobody is signed in at this device: say who acts with --member');
  const memberId = await memberOf(rpc, person.member);
  await rpc.staff.signIn({ memberId, pin: await pinOf(person.terminal, person.member, person.pin, 'STAFF_PIN') });
  try {
    return await act(allow);
  } finally {
    await rpc.staff.signOut();
  }
}

async function memberOf(rpc: DeviceClient, name: string): Promise<string> {
  const members = await rpc.staff.list();
  const found = members.find((member) => member.name === name);
  if (found !== undefined) return found.id;
  throw new Refused(
    `nobody here is called "${name}": ${members.map((member) => member.name).join(', ') || 'the device knows no staff'}`,
  );
}

async function pinOf(terminal: Terminal, name: string, given: string | undefined, variable: string): Promise<string> {
  const pin = given ?? (await terminal.askSecret(`PIN of ${name}: `));
  if (pin === undefined) throw new Refused(`the PIN of ${name} is needed: set ${variable}`);
  return pin;
}
