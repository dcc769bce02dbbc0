export { signWebhook, type SignWebhookOptions } from '../webhooks/schemes/sign-webhook.js';
export { endpointStoreContract, type ContractCase } from './endpoint-store-contract.js';
