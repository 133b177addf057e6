/** A place in a text that names a host. */
export interface HostMention {
  /** As it is written there: `redis://cache:6379`, without user and password. */
  readonly text: string;
  readonly host: string;
  /** Written, or the usual one of the scheme or program; undefined: neither tells. */
  readonly port: number | undefined;
  /** `address`: `host:port` that stands alone, which may be something else; the others can be nothing but a host. */
  readonly kind: "url" | "address" | "option" | "variable";
}

const PORTS_OF_SCHEMES: Readonly<Record<string, number>> = {
  amqp: 5672,
  mariadb: 3306,
  memcached: 11_211,
  mongodb: 27_017,
  mysql: 3306,
  nats: 4222,
  postgres: 5432,
  postgresql: 5432,
  redis: 6379,
  rediss: 6379,
};

const PORTS_OF_PROGRAMS: Readonly<Record<string, number>> = {
  createdb: 5432,
  createuser: 5432,
  dropdb: 5432,
  mariadb: 3306,
  mongo: 27_017,
  mongosh: 27_017,
  mysql: 3306,
  mysqladmin: 3306,
  mysqldump: 3306,
  pg_dump: 5432,
  pg_isready: 5432,
  pg_restore: 5432,
  psql: 5432,
  "redis-cli": 6379,
};

/** First words of a variable's name that tell a server, and the ports it may have. */
const PORTS_OF_WORDS: Readonly<Record<string, readonly number[]>> = {
  AMQP: [5672],
  DATABASE: [5432, 3306, 27_017],
  DB: [5432, 3306, 27_017],
  MARIADB: [3306],
  MEMCACHED: [11_211],
  MONGO: [27_017],
  MONGODB: [27_017],
  MYSQL: [3306],
  PG: [5432],
  POSTGRES: [5432],
  POSTGRESQL: [5432],
  RABBITMQ: [5672],
  REDIS: [6379],
};

// Bounded repeats: a text of a megabyte without a blank is looked at once, not once for each of its letters.
const URL =
  /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{1,24}):\/\/(?:[^\s/@'"]{0,200}@)?([A-Za-z0-9][A-Za-z0-9_.-]{0,252})(?::(\d{1,5}))?(?![\w.:@-])/g;
const ADDRESS = /(?<![\w./@:$}-])(127\.0\.0\.1|[A-Za-z][A-Za-z0-9_.-]{0,252}):(\d{2,5})(?![\w.:@-])/g;
const PROGRAM = new RegExp(
  String.raw`(?<![\w-])(${Object.keys(PORTS_OF_PROGRAMS).join("|")})\s[^|;&\n]{0,200}?(?<=\s)(?:-h\s*|--host[= ]\s*)["']?([A-Za-z0-9][A-Za-z0-9_.-]{0,252})(?![\w$.@{-])`,
  "g",
);

/** Hosts in a command, a URL or another text. What a variable will be in there (`$HOST`) is nobody's guess. */
export function findHostMentions(text: string): readonly HostMention[] {
  // Most commands name none, and are many.
  if (!text.includes(":") && !text.includes("-h")) return [];
  return [
    ...[...text.matchAll(URL)].map(([, scheme = "", host = "", port]): HostMention => {
      const usual = PORTS_OF_SCHEMES[scheme.split("+")[0] ?? ""];
      const shown = `${scheme}://${host}${port === undefined ? "" : `:${port}`}`;
      return { text: shown, host, port: port === undefined ? usual : Number(port), kind: "url" };
    }),
    ...[...text.matchAll(ADDRESS)].map(
      ([shown, host = "", port]): HostMention => ({ text: shown, host, port: Number(port), kind: "address" }),
    ),
    ...[...text.matchAll(PROGRAM)].map(
      ([, program = "", host = ""]): HostMention => ({
        text: `${program} -h ${host}`,
        host,
        port: PORTS_OF_PROGRAMS[program],
        kind: "option",
      }),
    ),
  ];
}

/** A variable that holds nothing but a host: `DB_HOST`, `PGHOST`. @returns one for each port it may mean. */
export function findHostVariable(name: string, value: string): readonly HostMention[] {
  if (!/HOST(?:NAME)?$/i.test(name) || !/^[A-Za-z0-9][\w.-]{0,252}$/.test(value)) return [];
  const word = name.toUpperCase().replace(/_?HOST(?:NAME)?$/, "");
  const ports = Object.entries(PORTS_OF_WORDS).flatMap(([key, all]) =>
    word === key || word.startsWith(`${key}_`) || word.endsWith(`_${key}`) ? all : [],
  );
  const mention = { text: `${name}=${value}`, host: value, kind: "variable" } as const;
  return ports.length === 0 ? [{ ...mention, port: undefined }] : ports.map((port) => ({ ...mention, port }));
}
