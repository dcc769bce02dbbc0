export {
  signWebhook,
  type SignWebhookOptions,
  webhookDelivery,
  type WebhookDelivery,
} from '../webhooks/schemes/sign-webhook.js';
export { endpointStoreContract, type ContractCase } from './endpoint-store-contract.js';
