// @ts-check
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * A program that some tests need and npm does not bring.
 * @typedef {object} Requirement
 * @property {string} name what to call it
 * @property {string} variable the environment variable that may hold its path
 * @property {readonly string[]} programs its names on the PATH, or absolute paths, best first
 * @property {readonly string[]} packages the Debian packages it comes from
 * @property {string} needed which tests are left out without it
 */

/** @type {Requirement} */
export const CHROMIUM = Object.freeze({
  name: 'Chromium',
  variable: 'CHROMIUM_PATH',
  programs: [
    'chromium',
    'chromium-browser',
    'google-chrome-stable',
    'google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ],
  packages: ['chromium', 'fonts-liberation'],
  needed: 'the tests in a real browser',
});

/** @type {Requirement} */
export const KCAT = Object.freeze({
  name: 'kcat',
  variable: 'KCAT_PATH',
  programs: ['kcat', 'kafkacat'],
  packages: ['kcat'],
  needed: "the tests with Kafka's protocol",
});

/** @type {Requirement} */
export const NATS = Object.freeze({
  name: 'nats-server',
  variable: 'NATS_SERVER_PATH',
  programs: ['nats-server', '/usr/sbin/nats-server'],
  packages: ['nats-server'],
  needed: 'the tests with NATS',
});

/** @type {Requirement} */
export const RABBITMQ = Object.freeze({
  name: 'RabbitMQ',
  variable: 'RABBITMQ_SERVER_PATH',
  // The script itself: the one on the PATH changes to another user.
  programs: ['/usr/lib/rabbitmq/bin/rabbitmq-server'],
  packages: ['rabbitmq-server'],
  needed: 'the tests with RabbitMQ',
});

/** @type {Requirement} */
export const MOSQUITTO = Object.freeze({
  name: 'mosquitto',
  variable: 'MOSQUITTO_PATH',
  programs: ['mosquitto', '/usr/sbin/mosquitto'],
  packages: ['mosquitto'],
  needed: 'the tests with MQTT',
});

/** @type {Requirement} */
export const REDIS = Object.freeze({
  name: 'Redis',
  variable: 'REDIS_SERVER_PATH',
  programs: ['redis-server'],
  packages: ['redis-server'],
  needed: 'the tests of the Redis engine',
});

/** @type {Requirement} */
export const NGINX = Object.freeze({
  name: 'nginx',
  variable: 'NGINX_PATH',
  programs: ['nginx', '/usr/sbin/nginx'],
  packages: ['nginx'],
  needed: 'the tests behind nginx',
});

/** @type {Requirement} */
export const HAPROXY = Object.freeze({
  name: 'haproxy',
  variable: 'HAPROXY_PATH',
  programs: ['haproxy', '/usr/sbin/haproxy'],
  packages: ['haproxy'],
  needed: 'the tests behind haproxy',
});

/** Every program the tests need. */
export const REQUIREMENTS = Object.freeze([CHROMIUM, KCAT, NATS, RABBITMQ, MOSQUITTO, REDIS, NGINX, HAPROXY]);

/**
 * Where the program is, or undefined.
 * @param {Requirement} requirement
 * @returns {string | undefined}
 */
export function find({ variable, programs }) {
  const named = process.env[variable];
  if (named) return isExecutable(named) ? named : undefined;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return programs.flatMap((program) => folders.map((folder) => resolve(folder, program))).find(isExecutable);
}

/**
 * Installs what is missing where that is ours to do: on Debian, as root.
 * @returns {string[]} for each program that is still missing one line: what it is for and how to get it
 */
export function ensureSystem() {
  const missing = REQUIREMENTS.filter((requirement) => !find(requirement));
  if (missing.length === 0) return [];
  const failure = isDebianRoot() ? install(missing.flatMap(({ packages }) => packages)) : [];
  return [...failure, ...missing.filter((requirement) => !find(requirement)).map(advice)];
}

/** @param {Requirement} requirement */
function advice({ name, variable, packages, needed }) {
  return `${name} is missing, so ${needed} are left out. Install it (Debian: apt-get install ${packages[0]}) or set ${variable} to its path.`;
}

/**
 * @param {string[]} packages
 * @returns {string[]} what apt-get said if it failed
 */
function install(packages) {
  console.log(`Installing ${packages.join(', ')} …`);
  const options = ['-y', '-qq', '--no-install-recommends'];
  return [
    ['update', '-qq'],
    ['install', ...options, ...packages],
  ].flatMap(aptGet);
}

/**
 * @param {string[]} words
 * @returns {string[]}
 */
function aptGet(words) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stderr } = spawnSync('apt-get', words, { env, encoding: 'utf8' });
  return status === 0 ? [] : [`apt-get ${words.join(' ')} failed: ${stderr.trim()}`];
}

function isDebianRoot() {
  return process.getuid?.() === 0 && existsSync('/etc/os-release') && /^ID=debian$/m.test(osRelease());
}

function osRelease() {
  return readFileSync('/etc/os-release', 'utf8');
}

/**
 * @param {string} folder
 * @param {string} program
 */
function resolve(folder, program) {
  return /[/\\]/.test(program) ? program : join(folder, program);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
