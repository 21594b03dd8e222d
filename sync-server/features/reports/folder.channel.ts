/** For development: messages become files of a folder. */
import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bad, GOOD, type Probe } from '../connections/probe.ts';
import type { Channel, EmailMessage, SmsMessage } from './channel.port.ts';

export function createFolderChannels(folder: string): {
  readonly email: Channel<EmailMessage>;
  readonly sms: Channel<SmsMessage>;
} {
  const check = (): Promise<Probe> =>
    mkdir(folder, { recursive: true }).then(
      () =>
        access(folder, constants.W_OK).then(
          () => GOOD,
          () => bad('forbidden'),
        ),
      () => bad('forbidden'),
    );
  return {
    email: {
      check,
      send: async ({ to, subject, text, attachment, key }) => {
        await mkdir(folder, { recursive: true });
        await writeFile(join(folder, `${key}.email.txt`), `To: ${to}\nSubject: ${subject}\n\n${text}\n`);
        if (attachment) await writeFile(join(folder, `${key}.pdf`), attachment.bytes);
        return { kind: 'accepted', providerId: key };
      },
    },
    sms: {
      check,
      send: async ({ to, text, key }) => {
        await mkdir(folder, { recursive: true });
        await writeFile(join(folder, `${key}.sms.txt`), `To: ${to}\n\n${text}\n`);
        return { kind: 'accepted', providerId: key };
      },
    },
  };
}
