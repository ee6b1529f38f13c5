import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Stack, mean } from '../src/stack.js';

test('pops the newest', () => {
  const stack = new Stack();
  stack.push(1701);
  stack.push(74656);
  assert.equal(stack.pop(), 74656);
});

test('knows its size', () => {
  assert.equal(new Stack().size, 0);
});

test('means', () => {
  assert.equal(mean([10, 20]), 15);
});
