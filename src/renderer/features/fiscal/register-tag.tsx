/** The register in a few words, and what stands in its way. */
import { IconPrinter, IconPrinterOff } from '@tabler/icons-react';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { StatusTag, type Tone } from '../../ui/status-tag.tsx';

const TONES: Readonly<Record<RegisterView['state'], Tone>> = {
  not_configured: 'bad',
  unavailable: 'bad',
  connecting: 'plain',
  ready: 'good',
  not_responding: 'warn',
  blocked: 'bad',
  another_register: 'bad',
};

export function RegisterTag({ register }: { readonly register: RegisterView }) {
  const t = useText();
  if (register.state === 'ready' && !register.paperPresent) {
    return (
      <StatusTag tone="bad" icon={IconPrinterOff}>
        {t('cashier:register.paper_out')}
      </StatusTag>
    );
  }
  const tone = TONES[register.state];
  const words =
    register.state === 'ready' && register.model !== undefined ? (
      <bdi>{register.model}</bdi>
    ) : (
      t(`cashier:register.state.${register.state}`)
    );
  return (
    <StatusTag tone={tone} icon={tone === 'bad' ? IconPrinterOff : IconPrinter}>
      {words}
      {register.queued > 0 && (register.state === 'unavailable' || register.state === 'not_responding')
        ? ` • ${t('cashier:register.waiting', { count: register.queued })}`
        : null}
    </StatusTag>
  );
}
