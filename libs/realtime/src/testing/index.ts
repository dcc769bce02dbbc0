export type {} from 'nestjs-realtime-protocol';
