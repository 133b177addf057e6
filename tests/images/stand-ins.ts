/**
 * Images for machines where no registry answers, built from Debian packages. A recipe is the folder of its name here: a
 * Dockerfile whose BASE is the recipe it derives from. `base` has no folder: it is a bare Debian.
 */
const baseOf = {
  busybox: "base",
  docker: "base",
  memcached: "base",
  mysql: "base",
  postgres: "base",
  redis: "base",
  rsync: "base",
  tools: "base",
  "wait-for-it": "base",
  dind: "docker",
  "my-postgres": "postgres",
  "postgres-tcp-init": "postgres",
  node: "tools",
  "private-api": "tools",
  ruby: "tools",
  quiet: "busybox",
  selenium: "busybox",
  "super-sql": "busybox",
  wordpress: "busybox",
} as const;

export type StandInRecipe = keyof typeof baseOf;

/**
 * Names without registry and tag. For servers that no Debian package has (minio, mongo, nats, opensearch, rabbitmq) a test
 * brings a small program along that speaks the part of the protocol that is asked for.
 */
const recipeOf: Readonly<Record<string, StandInRecipe>> = {
  alpine: "busybox",
  busybox: "busybox",
  debian: "tools",
  docker: "docker",
  "firecow/gitlab-ci-local-util": "rsync",
  golang: "quiet",
  mariadb: "mysql",
  memcached: "memcached",
  "minio/minio": "busybox",
  mongo: "busybox",
  "my-postgres": "my-postgres",
  mysql: "mysql",
  nats: "busybox",
  node: "node",
  "opensearchproject/opensearch": "busybox",
  php: "quiet",
  postgres: "postgres",
  "postgres-tcp-init": "postgres-tcp-init",
  rabbitmq: "busybox",
  redis: "redis",
  "registry.gitlab.com/organization/private-api": "private-api",
  ruby: "ruby",
  "selenium/standalone-firefox": "selenium",
  "sumina46/wait-for-it": "wait-for-it",
  "super/sql": "super-sql",
  "tutum/wordpress": "wordpress",
};

/** The recipe that stands in for an image, whatever its tag; undefined when there is none. */
export function standInFor(image: string): StandInRecipe | undefined {
  const name = image.replace(/@.*$/, "").replace(/^(?:docker\.io\/)?(?:library\/)?/, "");
  // One repository, two images: the engine and its client.
  if (/^docker:.*dind/.test(name)) return "dind";
  return recipeOf[name.replace(/:[^/:]*$/, "")];
}

/** The recipe it derives from, or `base`. */
export function baseOfRecipe(recipe: StandInRecipe): StandInRecipe | "base" {
  return baseOf[recipe];
}

/** What `npm run demo` needs. */
export const demoImages: readonly string[] = ["postgres:16", "redis:7"];

/** What the whole test suite needs. */
export const testImages: readonly string[] = [
  ...demoImages,
  "alpine:3.7",
  "alpine:latest",
  "busybox:latest",
  "docker:20.10.16",
  "docker:dind",
  "golang:1.10",
  "memcached:latest",
  "minio/minio:latest",
  "mongo:latest",
  "my-postgres:11.7",
  "mysql:latest",
  "nats:latest",
  "node:latest",
  "opensearchproject/opensearch:latest",
  "php:7",
  "postgres-tcp-init:latest",
  "postgres:11.7",
  "postgres:12.2",
  "postgres:16.10",
  "postgres:9.2",
  "postgres:latest",
  "rabbitmq:latest",
  "redis:latest",
  "registry.gitlab.com/organization/private-api:latest",
  "ruby:2.6",
  "ruby:2.7",
  "selenium/standalone-firefox:latest",
  "super/sql:latest",
  "tutum/wordpress:latest",
];
