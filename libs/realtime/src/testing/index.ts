export { signWebhook, type SignWebhookOptions } from './sign-webhook.js';
