const { slug, options, slugOf } = require('../src/slug');

describe('slug', () => {
  it('makes words', () => {
    expect(slug('Hello Brave New World')).toBe('hello-brave-new-world');
  });

  it('keeps a single word', () => {
    expect(slug('Hello')).toBe('hello');
  });

  it('matches the snapshot', () => {
    expect(slug('Some Title')).toMatchSnapshot();
  });
});

test('options are read', () => {
  expect(options('{"a": 1}')).toEqual({ a: 1 });
});

test('a fetched title', async () => {
  expect(await slugOf(async () => 'One', 7)).toBe('one');
});
