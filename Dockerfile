# The sync server: `docker build -t prilavok .`; how to run it is in docs/operate.md.
FROM node:24.21.0-slim AS pages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.base.json tsconfig.web.json tsconfig.node.json vite.config.ts ./
COPY src ./src
RUN npm run build:renderer

FROM node:24.21.0-slim
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force
COPY scripts/run.mjs scripts/processes.ts ./scripts/
COPY config ./config
COPY drizzle ./drizzle
COPY src ./src
COPY sync-server ./sync-server
COPY cli ./cli
COPY --from=pages /app/dist ./dist
# Whoever the container runs as keeps its data here; a folder of the host in its place has to be theirs.
RUN mkdir storage && chown node:node storage
ENV PORT=3000 HOST=0.0.0.0 DATA_DIR=/app/storage
EXPOSE 3000
VOLUME /app/storage
USER node
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
# Not through npm: the signal that ends the container is for the server.
CMD ["node", "scripts/run.mjs", "sync-server/server.ts"]
