/** The document, fetched or drawn when it is asked for: it shows the passport, so it stands in memory only. */
import { Button, Modal } from '@mantine/core';
import { IconDownload, IconEye } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useText } from '../../app/i18n/i18n.ts';
import { type ClientFile, type ContractView, type Paper, useManager } from '../../app/manager.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { PaperPages } from './paper-pages.tsx';
import { savePdf } from './save-pdf.ts';
import classes from './wizard.module.css';

export function ContractPaper({
  file,
  contract,
}: {
  readonly file: ClientFile;
  /** The one that was made; none: a draft. */
  readonly contract: ContractView | undefined;
}) {
  const t = useText();
  const source = useManager();
  const { id } = file.client;
  const get = useMutation<Paper>({
    mutationFn: () => {
      const paper = contract === undefined ? source.draft?.(id) : source.document?.(id, contract);
      if (paper === undefined) throw new Error('no such document is given here');
      return paper;
    },
  });
  if ((contract === undefined ? source.draft : source.document) === undefined) return null;
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconEye size={18} aria-hidden />}
        loading={get.isPending}
        onClick={() => get.mutate()}
      >
        {t(contract === undefined ? 'wizard:paper.draft' : 'wizard:paper.open')}
      </Button>
      {get.isError ? <ErrorLine error={get.error} /> : null}
      {get.data === undefined ? null : (
        <Modal
          opened
          onClose={() => get.reset()}
          size={980}
          title={contract === undefined ? t('wizard:paper.draft_title') : t('wizard:paper.title')}
          closeButtonProps={{ 'aria-label': t('common:action.close') }}
        >
          <div className={classes.paper} data-draft={contract === undefined || undefined}>
            <PaperPages base64={get.data.base64} name={get.data.name} />
            <dl className={classes.facts}>
              <dt>{t('wizard:paper.name')}</dt>
              <dd>
                <bdi>{get.data.name}</bdi>
              </dd>
              {get.data.sha256 === undefined ? null : (
                <>
                  <dt>{t('wizard:evidence.hash')}</dt>
                  <dd className={classes.code}>{get.data.sha256}</dd>
                </>
              )}
            </dl>
            <p className={classes.note}>
              {t(contract === undefined ? 'wizard:paper.draft_text' : 'wizard:paper.text')}
            </p>
            <Button leftSection={<IconDownload size={18} aria-hidden />} onClick={() => savePdf(get.data)}>
              {t('wizard:paper.save')}
            </Button>
          </div>
        </Modal>
      )}
    </>
  );
}
