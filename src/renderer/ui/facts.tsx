/** Facts about one thing, a line each: its name, and at the end of the line what it is. */
import classes from './facts.module.css';

/** A fact that is not known has no line. */
export type Facts = readonly (readonly [name: string, value: string | undefined])[];

export function FactList({ facts, className }: { readonly facts: Facts; readonly className?: string | undefined }) {
  return (
    <dl className={`${classes.facts ?? ''} ${className ?? ''}`}>
      {facts.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ),
      )}
    </dl>
  );
}
