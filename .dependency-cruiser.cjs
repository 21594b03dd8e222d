/** Who may import whom, as a check that fails the build. */
const no = (name, from, to, comment) => ({ name, severity: 'error', comment, from: { path: from }, to });

module.exports = {
  forbidden: [
    no('shared-is-universal', '^src/shared', {
      path: '^(src/(node|main|preload|renderer)|sync-server|emulators|cli|node_modules/(electron|react|drizzle-orm|fastify|better-sqlite3))',
    }),
    no('shared-no-node', '^src/shared', { dependencyTypes: ['core'] }),
    no('node-knows-no-side', '^src/node', { path: '^(src/(main|preload|renderer)|sync-server|emulators|cli)' }),
    no('renderer-is-a-browser', '^src/renderer', {
      path: '^(src/(node|main|preload)|sync-server|emulators|cli|node_modules/(electron|better-sqlite3|drizzle-orm|fastify|koffi))',
    }),
    no('renderer-no-node', '^src/renderer', { dependencyTypes: ['core'] }),
    no('preload-is-a-bridge', '^src/preload', {
      path: '^(src/(node|main|renderer)|sync-server|node_modules/(?!electron/|@types/|@orpc/))',
    }),
    no('device-does-not-know-server', '^src/main', { path: '^(sync-server|src/renderer|emulators)' }),
    no('server-does-not-know-device', '^sync-server', { path: '^(src/(main|preload|renderer)|emulators)' }),
    {
      name: 'electron-has-one-door',
      severity: 'error',
      from: { path: '^(src|sync-server|cli|scripts)', pathNot: '^src/(main/(main\\.ts$|shell/electron/)|preload/)' },
      to: { path: 'node_modules/electron/' },
    },
    no('rules-are-pure', '\\.rules\\.ts$', {
      path: '(\\.repo\\.ts$|\\.tables\\.ts$|/db/|node_modules/(electron|drizzle-orm|fastify|react|axios))',
    }),
    {
      name: 'only-repo-speaks-sql',
      severity: 'error',
      from: { path: '^(src/main|sync-server)', pathNot: '(\\.repo\\.ts$|\\.tables\\.ts$|/db/|\\.test\\.ts$)' },
      to: { path: 'node_modules/drizzle-orm' },
    },
    {
      name: 'http-lives-in-routes',
      severity: 'error',
      from: { path: '^sync-server/.*(\\.service|\\.repo|\\.rules)\\.ts$' },
      to: { path: 'node_modules/(fastify|@fastify)/' },
    },
    {
      name: 'domains-meet-in-services',
      severity: 'error',
      from: { path: '^src/main/domains/([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/main/domains/([^/]+)/', pathNot: '(^src/main/domains/$1/|\\.(service|port|tables)\\.ts$)' },
    },
    {
      name: 'features-do-not-mix',
      severity: 'error',
      from: { path: '^src/renderer/features/([^/]+)/' },
      to: { path: '^src/renderer/features/([^/]+)/', pathNot: '^src/renderer/features/$1/' },
    },
    no('products-do-not-import-test-worlds', '^(src|sync-server|cli)', { path: '^(emulators|test|bench)/' }),
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.node.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
    exclude: { path: '\\.test\\.tsx?$' },
  },
};
