/** The pages of a document one under another, with the page that is looked at, and as large as somebody wants. */
import { ActionIcon, VisuallyHidden } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { useKeys } from '../../app/keys.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import classes from './paper-pages.module.css';
import { type OpenPdf, openPdf } from './pdf.ts';
import { FIT, pageAt, zoomIn, zoomOut } from './zoom.rules.ts';

export function PaperPages({ base64, name }: { readonly base64: string; readonly name: string }) {
  const [pdf, setPdf] = useState<OpenPdf>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    let isGone = false;
    let opened: OpenPdf | undefined;
    openPdf(base64).then(
      (found) => {
        opened = found;
        if (isGone) found.close();
        else setPdf(found);
      },
      (fault: unknown) => setError(fault),
    );
    return () => {
      isGone = true;
      opened?.close();
    };
  }, [base64]);
  if (error !== undefined) return <ErrorLine error={error} />;
  return pdf === undefined ? <LoadingState /> : <Pages pdf={pdf} name={name} />;
}

function Pages({ pdf, name }: { readonly pdf: OpenPdf; readonly name: string }) {
  const t = useText();
  const box = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState(FIT);
  const [page, setPage] = useState(1);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const places = () => [...(box.current?.querySelectorAll<HTMLElement>('[data-page]') ?? [])];
  const scroller = () => box.current?.parentElement ?? undefined;
  const look = () => {
    const window = scroller();
    if (window === undefined) return;
    const middle = window.getBoundingClientRect().top + window.clientHeight / 2;
    setPage(
      pageAt(
        places().map((one) => one.getBoundingClientRect().top),
        middle,
      ),
    );
  };
  const go = (to: number) => places()[to - 1]?.scrollIntoView({ block: 'start' });
  const larger = () => setZoom(zoomIn);
  const smaller = () => setZoom(zoomOut);
  useKeys(() => ({
    PageDown: () => go(page + 1),
    PageUp: () => go(page - 1),
    Home: () => go(1),
    End: () => go(pdf.pages),
    '+': larger,
    '=': larger,
    '-': smaller,
    '0': () => setZoom(FIT),
  }));
  useEffect(() => {
    const window = box.current?.parentElement;
    window?.addEventListener('scroll', look);
    return () => window?.removeEventListener('scroll', look);
  });
  const numbers = Array.from({ length: pdf.pages }, (_, index) => index + 1);
  return (
    <>
      <div className={classes.tools} role="toolbar" aria-label={t('wizard:paper.tools')}>
        <ActionIcon aria-label={t('wizard:paper.before')} disabled={page <= 1} onClick={() => go(page - 1)}>
          <IconChevronUp size={20} aria-hidden />
        </ActionIcon>
        <output className={classes.count}>{t('wizard:paper.page_of', { page, pages: pdf.pages })}</output>
        <ActionIcon aria-label={t('wizard:paper.after')} disabled={page >= pdf.pages} onClick={() => go(page + 1)}>
          <IconChevronDown size={20} aria-hidden />
        </ActionIcon>
        <span className={classes.gap} />
        <ActionIcon aria-label={t('wizard:paper.smaller')} disabled={zoomOut(zoom) === zoom} onClick={smaller}>
          <IconZoomOut size={20} aria-hidden />
        </ActionIcon>
        <output className={classes.zoom}>{t('wizard:paper.zoom', { percent: Math.round(zoom * 100) })}</output>
        <ActionIcon aria-label={t('wizard:paper.larger')} disabled={zoomIn(zoom) === zoom} onClick={larger}>
          <IconZoomIn size={20} aria-hidden />
        </ActionIcon>
      </div>
      <ScrollRegion className={classes.window} label={name}>
        <div ref={box} className={classes.pages}>
          {width === 0
            ? null
            : numbers.map((number) => <Page key={number} pdf={pdf} number={number} width={Math.round(width * zoom)} />)}
        </div>
      </ScrollRegion>
    </>
  );
}

function Page({ pdf, number, width }: { readonly pdf: OpenPdf; readonly number: number; readonly width: number }) {
  const t = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [text, setText] = useState('');
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const gone = new AbortController();
    const sheet = canvas.current;
    if (sheet === null) return undefined;
    pdf.draw(number, sheet, width, gone.signal).catch((fault: unknown) => {
      if (!gone.signal.aborted) setError(fault);
    });
    return () => gone.abort();
  }, [pdf, number, width]);
  useEffect(() => {
    let isGone = false;
    // Who sees the page needs no words of it.
    pdf.text(number).then(
      (found) => {
        if (!isGone) setText(found);
      },
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [pdf, number]);
  const label = t('wizard:paper.page_of', { page: number, pages: pdf.pages });
  return (
    <figure className={classes.page} data-page={number} aria-label={label}>
      {error === undefined ? null : <ErrorLine error={error} />}
      <canvas ref={canvas} className={classes.sheet} style={{ width }} aria-hidden />
      <VisuallyHidden>{text}</VisuallyHidden>
    </figure>
  );
}
