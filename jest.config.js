const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    {
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
        keepClassNames: true,
      },
      module: { type: 'es6' },
      sourceMaps: 'inline',
    },
  ],
};

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  rootDir: '.',
  testMatch: ['<rootDir>/libs/*/src/**/*.spec.ts', '<rootDir>/test/**/*.{spec,e2e-spec}.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform,
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^nestjs-realtime-protocol$': '<rootDir>/libs/protocol/src/index.ts',
    '^nestjs-realtime-client$': '<rootDir>/libs/client/src/index.ts',
    '^nestjs-realtime-client/(\\w+)$': '<rootDir>/libs/client/src/$1/index.ts',
    '^nestjs-realtime$': '<rootDir>/libs/realtime/src/index.ts',
    '^nestjs-realtime/(\\w+)$': '<rootDir>/libs/realtime/src/$1/index.ts',
  },
  modulePathIgnorePatterns: ['/dist/'],
  // Only for what hangs: slower machines than yours run these tests.
  testTimeout: 120_000,
  // Tests mostly wait: one worker for each core, where the default leaves one idle.
  maxWorkers: '100%',
};
