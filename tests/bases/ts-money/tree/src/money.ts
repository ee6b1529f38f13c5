export interface Money {
  cents: number;
  currency: string;
}

/** Rounds to whole cents, halves up. */
export function round(cents: number): number {
  return Math.floor(cents);
}

/** Whether two amounts are the same. */
export function same(a: Money, b: Money): boolean {
  return a.cents === b.cents && a.currency === b.currency;
}

export class Account {
  constructor(readonly money: Money) {}

  equals(other: Account): boolean {
    return same(this.money, other.money);
  }
}
