import { X509Certificate } from 'node:crypto';
import { RealtimeConfigurationError } from '../../realtime.errors.js';

/** @throws RealtimeConfigurationError for what is no certificate in PEM */
export function checkCertificate(pem: string): void {
  try {
    void new X509Certificate(pem);
  } catch (error) {
    throw new RealtimeConfigurationError(
      'webhooks.ca must be certificates in PEM, as text that begins with -----BEGIN CERTIFICATE-----.',
      { cause: error },
    );
  }
}
