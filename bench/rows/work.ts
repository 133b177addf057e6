/** A piece of work that every contender does: written once, turned into a pipeline file and into engine calls. */
export interface Work {
  readonly jobs: readonly WorkJob[];
}

export interface WorkJob {
  readonly name: string;
  readonly image: string;
  /** Instead of the image's own; `[""]`: none. */
  readonly entrypoint?: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly services: readonly WorkService[];
  readonly script: readonly string[];
}

export interface WorkService {
  readonly image: string;
  readonly alias: string;
  readonly command?: readonly string[];
  /** Of its own; the job's variables when left out. */
  readonly variables?: Readonly<Record<string, string>>;
  /** An open port proves that it is ready; without one nothing is waited for. */
  readonly port?: number;
  /** Proves that the server behind the port answers. */
  readonly readyCommand?: readonly string[];
}

/** Every one has `sh`, `yes` and `head`. */
export const smallImage = "alpine:latest";
/** Has psql and bash as well. */
const databaseImage = "postgres:16";
const cacheImage = "redis:7";

/** The images of the example in Drone's own document. */
const seedImages = { cache: "redis", database: "postgres" };

export const workImages: readonly string[] = [
  smallImage,
  databaseImage,
  cacheImage,
  ...Object.values(seedImages).map((name) => `${name}:latest`),
];

export const emptyJob: Work = { jobs: [smallJob("empty", ["true"])] };

export const tenEmptyJobs: Work = { jobs: numbered(10, (name) => smallJob(`empty-${name}`, ["true"])) };

/** Each waits long enough for the last one to have started. */
export const thirtyJobsAtOnce: Work = {
  jobs: numbered(30, (name) => smallJob(`job-${name}`, ["seq 1 500", "sleep 30", "seq 1 500"])),
};

/** The script fails unless both servers do their work. */
export const databaseAndCache: Work = {
  jobs: [
    {
      name: "query",
      image: databaseImage,
      // As people write it for an image whose entry point is a server's: without it nobody could start the job's shell
      // while the services get ready, because an entry point may want to use them.
      entrypoint: [""],
      variables: { POSTGRES_DB: "bench", POSTGRES_PASSWORD: "only-for-the-bench", PGPASSWORD: "only-for-the-bench" },
      services: [
        {
          image: databaseImage,
          alias: "db",
          port: 5432,
          readyCommand: ["pg_isready", "-h", "127.0.0.1", "-p", "5432", "-U", "postgres", "-d", "bench"],
        },
        { image: cacheImage, alias: "cache", port: 6379 },
      ],
      script: [
        "psql --host db --username postgres --dbname bench --command 'SELECT 1'",
        "bash -c 'exec 3<>/dev/tcp/cache/6379 && echo PING >&3 && read -r answer <&3 && [[ $answer == +PONG* ]]'",
      ],
    },
  ],
};

/** The document's example: a cache and a database, and a step that asks both. */
export const droneSeed: Work = {
  jobs: [
    {
      name: "test",
      image: seedImages.database,
      entrypoint: [""],
      variables: { PGPASSWORD: "mysecretpassword" },
      services: [
        { image: seedImages.cache, alias: "cache", variables: {}, port: 6379 },
        {
          image: seedImages.database,
          alias: "database",
          variables: { POSTGRES_USER: "postgres", POSTGRES_PASSWORD: "mysecretpassword" },
          port: 5432,
          readyCommand: ["pg_isready", "-h", "127.0.0.1", "-p", "5432", "-U", "postgres", "-d", "postgres"],
        },
      ],
      script: [
        "psql --host database --username postgres --command 'SELECT 1'",
        "bash -c 'exec 3<>/dev/tcp/cache/6379 && echo PING >&3 && read -r answer <&3 && [[ $answer == +PONG* ]]'",
      ],
    },
  ],
};

const logLine =
  "2025-01-31T12:00:00.000Z INFO worker-7 GET /api/v1/items?page=12 200 14 ms, 5 queries, 3 from the cache";

/** A job that prints a secret, if it was given one, and then so many megabytes (10^6 bytes). */
export function longLog(megabytes: number): Work {
  return {
    jobs: [smallJob("log", ['echo "$SECRET_1"', printMegabytes(megabytes)])],
  };
}

/** A job that has the processor to itself, but for a service that prints so many megabytes as fast as it can. */
export function floodingService(megabytes: number): Work {
  const flood = { image: smallImage, alias: "flood", command: ["sh", "-c", printMegabytes(megabytes)] };
  const count = "i=0; while [ $i -lt 1000000 ]; do i=$((i+1)); done";
  return { jobs: [{ ...smallJob("count", [count]), services: [flood] }] };
}

/** Has bash, which knows the time to the microsecond without a further process. */
export const stampImage = databaseImage;

/** A line with the time of its own printing every 50 ms. */
export function stampedLines(lines: number): Work {
  return { jobs: [{ ...smallJob("stamp", [stampingScript(lines)]), image: stampImage }] };
}

export function stampingScript(lines: number): string {
  return `for i in $(seq ${lines}); do echo "$EPOCHREALTIME"; sleep 0.05; done`;
}

/** Each counts twice, as fast as it can, with a pause between that is long enough for the last one to have started. */
export function countingJobs(jobs: number, count: number): Work {
  const script = [`seq 1 ${count}`, "sleep 20", `seq 1 ${count}`];
  return { jobs: numbered(jobs, (name) => smallJob(`count-${name}`, script)) };
}

function printMegabytes(megabytes: number): string {
  return `{ yes '${logLine}' || true; } | head -c ${megabytes}000000`;
}

function smallJob(name: string, script: readonly string[]): WorkJob {
  return { name, image: smallImage, variables: {}, services: [], script };
}

function numbered<Item>(count: number, make: (name: string) => Item): readonly Item[] {
  return Array.from({ length: count }, (_, index) => make(String(index + 1).padStart(2, "0")));
}
