'use strict';

const REQUEST_TIMEOUT = 500;

/** Turns a title into a slug. */
function slug(title) {
  return title
    .toLowerCase()
    .replace(' ', '-');
}

/** Reads options from JSON. */
function options(text) {
  return JSON.parse(text);
}

/** Fetches a title and makes a slug of it. */
async function slugOf(fetchTitle, id) {
  const title = await fetchTitle(id, { timeout: REQUEST_TIMEOUT });
  return slug(title);
}

module.exports = { slug, options, slugOf };
