import type { ReactNode } from 'react';

/** A part of the page that scrolls by itself, and that a keyboard can reach. */
export function ScrollRegion({
  label,
  className,
  children,
}: {
  readonly label: string;
  readonly className: string | undefined;
  readonly children: ReactNode;
}) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without it no key scrolls what is inside
    <section className={className} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
