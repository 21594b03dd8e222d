import { useText } from '../../app/i18n/i18n.ts';
import classes from './socket-picture.module.css';

const PINS = Array.from({ length: 8 }, (_, index) => index);

/** Where the socket is and how the adapter goes in: our own drawing, in the colours of the scheme. */
export function SocketPicture() {
  const t = useText();
  return (
    <svg
      className={classes.picture}
      viewBox="0 -20 720 400"
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- drawn in the colours of the scheme, which an <img> cannot take
      role="img"
      aria-label={t('checks:connect.picture')}
    >
      <path
        className={classes.dash}
        d="M0 96 C140 56 330 50 430 62 C560 76 660 70 720 60 L720 150 C600 168 520 168 440 160 L150 160 C90 160 40 170 0 190 Z"
      />
      <circle className={classes.wheel} cx="300" cy="120" r="112" />
      <circle className={classes.hub} cx="300" cy="120" r="34" />
      <path className={classes.spoke} d="M266 120 H190 M334 120 H410 M300 154 V230" />
      <path className={classes.pedal} d="M452 250 l44 -8 12 74 -46 8 Z M540 240 l34 -8 24 92 -38 8 Z" />
      <g className={classes.socket} transform="translate(40 214)">
        <path
          className={classes.shell}
          d="M8 0 H152 Q160 0 158 8 L144 58 Q142 66 134 66 H26 Q18 66 16 58 L2 8 Q0 0 8 0 Z"
        />
        {PINS.map((pin) => (
          <g key={pin}>
            <rect className={classes.pin} x={20 + pin * 15.4} y="14" width="8" height="12" rx="2" />
            <rect className={classes.pin} x={26 + pin * 14} y="40" width="8" height="12" rx="2" />
          </g>
        ))}
      </g>
      <g className={classes.adapter}>
        <path
          className={classes.shell}
          d="M56 318 H184 Q192 318 190 326 L182 356 Q180 364 172 364 H68 Q60 364 58 356 L50 326 Q48 318 56 318 Z"
        />
        <circle className={classes.light} cx="120" cy="341" r="7" />
        <path className={classes.arrow} d="M120 310 V290 M110 300 L120 288 L130 300" />
      </g>
    </svg>
  );
}
