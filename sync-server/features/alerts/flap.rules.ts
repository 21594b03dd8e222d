/** When a trouble that comes and goes is told of. Pure. Something that flickers is one alert, not one a minute. */

import type { HqAlert } from '#shared/hq/fiscal.api.ts';

export interface Watch {
  /** Since when it has been bad, short recoveries not counted. */
  readonly badSince: number;
  readonly goodSince: number | null;
  readonly isRaised: boolean;
}

export interface FlapRule {
  /** How long it must be bad, short recoveries included, before anybody is told. */
  readonly raiseAfterMs: number;
  /** How long it must be good at a stretch before it counts as over. */
  readonly clearAfterMs: number;
}

export interface Decision {
  /** Absent: there is nothing to remember any more. */
  readonly watch?: Watch;
  readonly act?: 'raise' | 'clear';
}

export function decide(watch: Watch | undefined, isBad: boolean, at: number, rule: FlapRule): Decision {
  if (isBad) {
    const { badSince, isRaised } = watch ?? { badSince: at, isRaised: false };
    const isDue = !isRaised && at - badSince >= rule.raiseAfterMs;
    return {
      watch: { badSince, goodSince: null, isRaised: isRaised || isDue },
      ...(isDue ? { act: 'raise' as const } : {}),
    };
  }
  if (watch === undefined) return {};
  const goodSince = watch.goodSince ?? at;
  if (at - goodSince < rule.clearAfterMs) return { watch: { ...watch, goodSince } };
  return watch.isRaised ? { act: 'clear' } : {};
}

export interface Silent {
  readonly deviceId: string;
  readonly name: string;
  readonly shopId: string;
  readonly shopName: string;
  readonly lastSeenAt: number;
}

export interface Found {
  readonly kind: HqAlert['kind'];
  readonly subject: { readonly type: 'device' | 'shop' | 'payment' | 'register'; readonly id: string };
  readonly details: Readonly<Record<string, unknown>>;
}

/** From so many on it is the shop that is silent: its line or its power, and one thing to be told of. */
const TOGETHER = 3;

export function groupSilent(silent: readonly Silent[]): Found[] {
  return [...Map.groupBy(silent, ({ shopId }) => shopId)].flatMap(([shopId, ofShop]): Found[] => {
    const [first] = ofShop;
    if (first !== undefined && ofShop.length >= TOGETHER) {
      const details = { name: first.shopName, devices: ofShop.length };
      return [{ kind: 'device.shop_silent', subject: { type: 'shop', id: shopId }, details }];
    }
    return ofShop.map(({ deviceId, name, shopName }) => ({
      kind: 'device.silent',
      subject: { type: 'device', id: deviceId },
      details: { name, shopName },
    }));
  });
}
