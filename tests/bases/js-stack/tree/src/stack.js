/** A stack of numbers. */
export class Stack {
  #items = [];

  push(item) {
    this.#items.push(item);
  }

  pop() {
    return this.#items.shift();
  }

  get size() {
    return this.#items.length;
  }
}

/** Mean of the numbers. */
export function mean(numbers) {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}
