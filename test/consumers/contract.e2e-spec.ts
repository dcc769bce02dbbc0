import { consumerContract } from '../contracts/consumer.contract.js';
import { LOGS } from './logs.js';

for (const [name, factory] of LOGS) consumerContract(name, factory);
