export { lmdbEngine, type LmdbEngineOptions } from '../engines/lmdb/lmdb-engine.js';
