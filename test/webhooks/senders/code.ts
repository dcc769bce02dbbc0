import { bitbucket, github, gitlabToken, jira, linear } from 'nestjs-realtime';
import { TEXTS, secrets } from './keys.js';
import { ID, type Sender, TYPE } from './sender.js';

/** Where code is kept, and what is to be done about it. */
export const CODE: readonly Sender[] = [
  {
    name: 'GitHub',
    scheme: (...keys) => github({ secret: secrets(keys) }),
    keys: TEXTS,
    body: () => '{"zen":1}',
    required: ['x-hub-signature-256', 'x-github-delivery'],
    signed: ['x-hub-signature-256'],
    free: ['x-github-event'],
    event: { id: ID, type: TYPE },
  },
  {
    name: 'GitLab tokens',
    scheme: (...keys) => gitlabToken({ secret: secrets(keys) }),
    keys: TEXTS,
    body: () => '{"object_kind":"push"}',
    required: ['x-gitlab-token'],
    signed: ['x-gitlab-token'],
    free: ['idempotency-key', 'x-gitlab-event'],
    looseBody: true,
    event: { id: ID, type: TYPE },
  },
  {
    name: 'Bitbucket',
    scheme: (...keys) => bitbucket({ secret: secrets(keys) }),
    keys: TEXTS,
    body: () => '{"push":{}}',
    required: ['x-hub-signature', 'x-request-uuid'],
    signed: ['x-hub-signature'],
    free: ['x-event-key'],
    event: { id: ID, type: TYPE },
  },
  {
    name: 'Jira',
    scheme: (...keys) => jira({ secret: secrets(keys) }),
    keys: TEXTS,
    body: () => '{"webhookEvent":"jira:issue_created"}',
    required: ['x-hub-signature'],
    signed: ['x-hub-signature'],
    free: ['x-atlassian-webhook-identifier'],
    event: { id: ID, type: 'jira:issue_created' },
  },
  {
    name: 'Linear',
    scheme: (...keys) => linear({ secret: secrets(keys) }),
    keys: TEXTS,
    body: (now) => `{"webhookTimestamp":${now}}`,
    required: ['linear-signature', 'linear-delivery'],
    signed: ['linear-signature'],
    free: ['linear-event'],
    toleranceMs: 60_000,
    event: { id: ID, type: TYPE },
  },
];
