// Renders the API description. Everything is built from elements and text, never from HTML, so
// nothing that the description says can become markup.
'use strict';

let description;
const operations = [];

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child !== undefined && child !== null));
  return made;
}

const byId = (id) => document.getElementById(id);

function resolve(value) {
  if (!value || !value.$ref) return value;
  return value.$ref.slice(2).split('/').reduce((at, key) => at?.[key], description);
}

const nameOf = (value) => (value?.$ref ? value.$ref.split('/').pop() : undefined);

// ---- Schemas ----

function typeText(schema) {
  if (schema.$ref) return nameOf(schema);
  if (schema.anyOf) return schema.anyOf.map(typeText).join(' or ');
  const types = [].concat(schema.type ?? 'anything');
  const text = types.map((type) => (type === 'array' && schema.items ? `list of ${typeText(schema.items)}` : type));
  return text.join(' or ') + (schema.format ? ` (${schema.format})` : '');
}

// The described object inside of a schema, and what leads to it.
function inner(schema) {
  if (schema.anyOf) return inner(schema.anyOf.find((one) => one.type !== 'null') ?? {});
  if (schema.items) return inner(schema.items);
  return { name: nameOf(schema), schema: resolve(schema) ?? {} };
}

function schemaView(schema, seen = []) {
  const { name, schema: shown } = inner(schema);
  if (!shown.properties || (name && seen.includes(name))) return undefined;
  const path = name ? [...seen, name] : seen;
  const items = Object.entries(shown.properties).map(([key, property]) => {
    const line = element('span', {}, key,
      shown.required?.includes(key) ? element('span', { class: 'required', title: 'required' }, '*') : '',
      element('span', { class: 'type' }, `  ${typeText(property)}`,
        property.enum ? `: ${property.enum.filter((one) => one !== null).join(', ')}` : ''));
    const below = inner(property);
    if (!below.schema.properties || path.includes(below.name)) return element('li', {}, line);
    const details = element('details', {}, element('summary', {}, line));
    details.addEventListener('toggle', () => {
      if (details.children.length === 1) details.append(schemaView(property, path));
    });
    return element('li', {}, details);
  });
  return element('ul', {}, ...items);
}

function schemaBlock(schema) {
  return element('div', { class: 'schema' }, element('span', { class: 'type' }, typeText(schema)), schemaView(schema));
}

// A value to start from.
function example(schema, depth = 0) {
  if (schema.anyOf) return example(schema.anyOf[0], depth);
  const shown = resolve(schema) ?? {};
  const type = [].concat(shown.type ?? 'string')[0];
  if (shown.enum) return shown.enum[0];
  if (type === 'object' && shown.properties && depth < 5) {
    const keys = Object.keys(shown.properties).filter((key) => !shown.required || shown.required.includes(key));
    return Object.fromEntries(keys.map((key) => [key, example(shown.properties[key], depth + 1)]));
  }
  if (type === 'array') return depth < 5 ? [example(shown.items ?? {}, depth + 1)] : [];
  if (type === 'integer' || type === 'number') return shown.minimum ?? 0;
  if (type === 'boolean') return false;
  return type === 'object' ? {} : '';
}

// ---- Requests ----

function quoted(text) {
  return `'${String(text).replaceAll("'", `'\\''`)}'`;
}

async function csrfToken() {
  const given = byId('csrf-token').value.trim();
  if (given) return given;
  try {
    const answer = await fetch('/api/v2/auth/verify', { credentials: 'same-origin' });
    return (await answer.json())?.data?.csrf_token ?? '';
  } catch {
    return '';
  }
}

function requestOf(operation, form) {
  let path = operation.path;
  const query = new URLSearchParams();
  for (const field of form.querySelectorAll('[data-parameter]')) {
    if (field.dataset.in === 'path') {
      path = path.replace(`{${field.dataset.parameter}}`, encodeURIComponent(field.value));
    } else if (field.value !== '') {
      const many = field.dataset.many ? field.value.split(',').map((one) => one.trim()) : [field.value];
      many.forEach((one) => query.append(field.dataset.parameter, one));
    }
  }
  const text = query.toString();
  const body = form.querySelector('textarea');
  return {
    method: operation.method.toUpperCase(),
    url: path + (text ? `?${text}` : ''),
    headers: body && body.value ? { 'Content-Type': operation.bodyType } : {},
    body: body && body.value ? body.value : undefined,
  };
}

function curlOf(request) {
  const key = byId('api-key').value.trim();
  const parts = ['curl', '-sS', '-X', request.method, quoted(location.origin + request.url)];
  parts.push('-H', quoted(`X-API-Key: ${key ? key : 'YOUR-KEY'}`));
  for (const [name, value] of Object.entries(request.headers)) parts.push('-H', quoted(`${name}: ${value}`));
  if (request.body !== undefined) parts.push('--data-binary', quoted(request.body));
  return parts.join(' ');
}

async function send(operation, form, place) {
  if (!form.reportValidity()) return;
  const request = requestOf(operation, form);
  const key = byId('api-key').value.trim();
  if (key) request.headers['X-API-Key'] = key;
  place.replaceChildren(element('p', { role: 'status' }, 'Waiting for the answer…'));
  try {
    if (!key && request.method !== 'GET') {
      const token = await csrfToken();
      if (token) request.headers['X-CSRF-Token'] = token;
    }
    const began = performance.now();
    const answer = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body,
      credentials: key ? 'omit' : 'same-origin',
    });
    const type = answer.headers.get('Content-Type') ?? '';
    const bytes = await answer.blob();
    const took = Math.round(performance.now() - began);
    place.replaceChildren(
      element('p', { role: 'status' },
        element('strong', { class: answer.ok ? 'good' : 'bad' }, `${answer.status} ${answer.statusText}`),
        ` in ${took} ms, ${bytes.size} bytes, ${type || 'no content'}`));
    if (bytes.size === 0) return;
    if (/json|text|xml|pem/.test(type)) {
      let text = await bytes.text();
      if (type.includes('json')) {
        try {
          text = JSON.stringify(JSON.parse(text), null, 2);
        } catch { /* shown as it came */ }
      }
      place.append(element('pre', { tabindex: '0', 'aria-label': 'Answer' }, text));
    } else {
      const name = operation.path.split('/').pop().replace(/[{}]/g, '');
      const link = element('a', { href: URL.createObjectURL(bytes), download: name }, 'Save the answer');
      place.append(link);
    }
  } catch (error) {
    place.replaceChildren(element('p', { role: 'alert', class: 'bad' }, `No answer: ${error.message}`));
  }
}

// ---- Operations ----

function parameterRow(operation, parameter, number) {
  const schema = resolve(parameter.schema) ?? {};
  const id = `${operation.id}-${number}`;
  const many = schema.type === 'array';
  const choices = many ? undefined : schema.enum;
  const attributes = {
    id,
    'data-parameter': parameter.name,
    'data-in': parameter.in,
    'data-many': many ? 'yes' : undefined,
    required: parameter.required,
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: many ? 'one, two' : undefined,
  };
  const field = choices
    ? element('select', attributes, element('option', { value: '' }, ''),
        ...choices.filter((one) => one !== null).map((one) => element('option', { value: one }, one)))
    : element('input', attributes);
  return element('tr', {},
    element('td', {}, element('label', { for: id }, element('code', {}, parameter.name)),
      parameter.required ? element('span', { class: 'required', title: 'required' }, ' *') : ''),
    element('td', {}, parameter.in),
    element('td', {}, typeText(parameter.schema)),
    element('td', {}, field));
}

function parametersView(operation) {
  if (!operation.parameters?.length) return [];
  const head = ['Name', 'In', 'Type', 'Value'].map((text) => element('th', { scope: 'col' }, text));
  return [
    element('h3', {}, 'Parameters'),
    element('table', {}, element('thead', {}, element('tr', {}, ...head)),
      element('tbody', {}, ...operation.parameters.map((one, number) => parameterRow(operation, one, number)))),
  ];
}

function bodyView(operation) {
  const content = Object.entries(operation.requestBody?.content ?? {})[0];
  if (!content) return [];
  const [type, { schema }] = content;
  operation.bodyType = type;
  const start = type.includes('json') ? JSON.stringify(example(schema), null, 2) : '';
  const field = element('textarea', { spellcheck: 'false', 'aria-label': 'Body of the request' });
  field.value = start;
  return [element('h3', {}, 'Body ', element('code', {}, type)), schemaBlock(schema), field];
}

function responsesView(operation) {
  const lines = Object.entries(operation.responses).map(([status, reference]) => {
    const response = resolve(reference);
    const content = Object.entries(response.content ?? {});
    const details = element('details', {}, element('summary', {},
      element('span', { class: status < 300 ? 'good' : 'bad' }, status), ` ${response.description}`));
    for (const [type, { schema }] of content) {
      details.append(element('p', {}, element('code', {}, type)), schemaBlock(schema ?? {}));
    }
    if (content.length === 0) details.append(element('p', { class: 'hint' }, 'No content is described.'));
    return details;
  });
  return [element('h3', {}, 'Answers'), element('div', { class: 'responses' }, ...lines)];
}

function factsView(operation) {
  const permissions = [].concat(operation['x-permission'] ?? []);
  const open = operation.security?.length === 0;
  const facts = [
    open ? 'open to anyone' : permissions.length ? undefined : 'everyone signed in',
    ...permissions.map((one) => element('span', {}, 'needs ', element('code', {}, one))),
    operation['x-rate-limit-class'] ? `rate limit: ${operation['x-rate-limit-class']}` : undefined,
    operation['x-audit-action'] ? element('span', {}, 'audited as ', element('code', {}, operation['x-audit-action'])) : undefined,
  ];
  return element('ul', { class: 'facts' },
    ...facts.filter((fact) => fact !== undefined).map((fact) => element('li', {}, fact)));
}

function fill(details, operation) {
  const answer = element('div', { class: 'answer' });
  const form = element('form', {
    onsubmit: (event) => {
      event.preventDefault();
      send(operation, form, answer);
    },
  }, ...parametersView(operation), ...bodyView(operation),
    element('div', { class: 'buttons' },
      element('button', { type: 'submit', class: 'primary' }, 'Send'),
      element('button', {
        type: 'button',
        onclick: async (event) => {
          const button = event.currentTarget;
          const text = curlOf(requestOf(operation, form));
          try {
            await navigator.clipboard.writeText(text);
            button.textContent = 'Copied';
            setTimeout(() => { button.textContent = 'Copy as curl'; }, 1500);
          } catch {
            answer.replaceChildren(element('pre', { tabindex: '0' }, text));
          }
        },
      }, 'Copy as curl')));
  details.append(element('div', { class: 'body' }, factsView(operation), form, answer, ...responsesView(operation)));
}

function pathView(path) {
  const parts = path.split(/(\{[^}]*\})/).map((part) => (part.startsWith('{') ? element('b', {}, part) : part));
  return element('span', { class: 'path' }, ...parts);
}

function operationView(operation) {
  const details = element('details', { class: 'operation', id: operation.id },
    element('summary', {},
      element('span', { class: `method ${operation.method}` }, operation.method),
      pathView(operation.path),
      element('span', { class: 'summary' }, operation.summary)));
  details.addEventListener('toggle', () => {
    if (!details.open) return;
    if (details.children.length === 1) fill(details, operation);
    history.replaceState(null, '', `#${operation.id}`);
  });
  operation.view = details;
  operation.text = [operation.method, operation.path, operation.summary, operation.id, operation.tag,
    ...[].concat(operation['x-permission'] ?? [])].join(' ').toLowerCase();
  return details;
}

// ---- The page ----

function collect() {
  const groups = new Map();
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? 'Other';
      const entry = { ...operation, path, method, tag, id: operation.operationId };
      operations.push(entry);
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(entry);
    }
  }
  return [...groups].sort(([a], [b]) => a.localeCompare(b));
}

function show(groups) {
  const state = byId('state');
  const sections = groups.map(([tag, members], number) => element('section', { id: `group-${number}` },
    element('h2', {}, tag), ...members.map(operationView)));
  byId('operations').replaceChildren(state, ...sections);
  byId('groups').replaceChildren(element('ul', {}, ...groups.map(([tag, members], number) =>
    element('li', {}, element('a', { href: `#group-${number}` }, tag, element('small', {}, String(members.length)))))));
  state.textContent = '';
}

function filter(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const operation of operations) {
    const hit = words.every((word) => operation.text.includes(word));
    operation.view.hidden = !hit;
    found += hit ? 1 : 0;
  }
  for (const section of document.querySelectorAll('section')) {
    section.hidden = !section.querySelector('.operation:not([hidden])');
  }
  byId('state').textContent = words.length === 0 ? '' : found === 0 ? 'Nothing fits these words.' : `${found} of ${operations.length} operations`;
}

async function start() {
  byId('search').addEventListener('input', (event) => filter(event.target.value));
  byId('credentials-button').addEventListener('click', () => byId('credentials').showModal());
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && !/INPUT|TEXTAREA|SELECT/.test(document.activeElement.tagName)) {
      event.preventDefault();
      byId('search').focus();
    }
  });
  try {
    const answer = await fetch('/api/openapi.json', { credentials: 'same-origin' });
    if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
    description = await answer.json();
  } catch (error) {
    byId('state').textContent = `The description could not be loaded: ${error.message}`;
    return;
  }
  byId('version').textContent = `API ${description.info.version}`;
  show(collect());
  const wanted = operations.find((operation) => `#${operation.id}` === location.hash);
  if (wanted) {
    wanted.view.open = true;
    wanted.view.scrollIntoView();
  }
}

start();
