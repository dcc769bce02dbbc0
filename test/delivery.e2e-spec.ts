import { memoryEngine } from 'nestjs-realtime';
import { deliveryContract } from './contracts/delivery.contract.js';

deliveryContract('memory', (now) => {
  const engine = memoryEngine({ now });
  return [engine, engine];
});
