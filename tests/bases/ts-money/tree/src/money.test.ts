import { describe, expect, it } from 'vitest';
import { Account, round, same } from './money';

describe('money', () => {
  it('rounds halves up', () => {
    expect(round(1234.5)).toBe(1235);
  });

  it('compares', () => {
    expect(same({ cents: 1, currency: 'EUR' }, { cents: 1, currency: 'CHF' })).toBe(false);
    expect(new Account({ cents: 5, currency: 'EUR' }).equals(new Account({ cents: 5, currency: 'EUR' }))).toBe(true);
  });
});
