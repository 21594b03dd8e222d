import { useText } from '../app/i18n/i18n.ts';
import { PageHeader } from '../ui/page-header.tsx';

export function HqApp() {
  const t = useText();
  return <PageHeader title={t('hq:title')} />;
}
