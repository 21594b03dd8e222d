/** For development: messages become files of a folder. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Channel, EmailMessage, SmsMessage } from './channel.port.ts';

export function createFolderChannels(folder: string): {
  readonly email: Channel<EmailMessage>;
  readonly sms: Channel<SmsMessage>;
} {
  return {
    email: {
      send: async ({ to, subject, text, attachment, key }) => {
        await mkdir(folder, { recursive: true });
        await writeFile(join(folder, `${key}.email.txt`), `To: ${to}\nSubject: ${subject}\n\n${text}\n`);
        if (attachment) await writeFile(join(folder, `${key}.pdf`), attachment.bytes);
        return { kind: 'accepted', providerId: key };
      },
    },
    sms: {
      send: async ({ to, text, key }) => {
        await mkdir(folder, { recursive: true });
        await writeFile(join(folder, `${key}.sms.txt`), `To: ${to}\n\n${text}\n`);
        return { kind: 'accepted', providerId: key };
      },
    },
  };
}
