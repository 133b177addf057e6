import { type FakeProgram, FakeStartFailure } from "../fake/fake-world.ts";

/** What a container of the contract does, for engines with a shell and for the one without. */
export interface ContractProgram {
  readonly name: string;
  /** POSIX shell, with the tools of busybox. */
  readonly shell: string;
  readonly fake: FakeProgram;
}

export const SOURCE_FOLDER = "/builds/group/project";
export const PORT = 8080;

const untilStopped = async (process: Parameters<FakeProgram>[0]): Promise<void> => {
  await process.sleep(60_000).catch(() => undefined);
};

/** Ends on TERM with 5. */
const WAIT_FOR_TERM = 'trap "exit 5" TERM; sleep 60 & wait $!';

/** A name is known by the hosts file, or by a name server. */
function seesNames(...names: readonly string[]): string {
  const inHosts = 'sed "s/[[:space:]]/ /g; s/$/ /" /etc/hosts | grep -q " $name "';
  return `for name in ${names.join(" ")}; do ${inHosts} || nslookup $name. >/dev/null 2>&1 && echo $name; done; true`;
}

export const PROGRAMS = {
  speaks: {
    name: "speaks",
    shell: "echo one; echo two; echo three >&2; exit 4",
    fake: async ({ print }) => {
      await print("one\ntwo\n");
      await print("three\n", 2);
      return 4;
    },
  },
  /** Gone before anybody has read what it said. */
  leaves: {
    name: "leaves",
    shell: "echo gone; exit 4",
    fake: async ({ leave, print }) => {
      leave();
      await print("gone\n");
      return 4;
    },
  },
  waits: {
    name: "waits",
    shell: WAIT_FOR_TERM,
    fake: async (process) => {
      await untilStopped(process);
      return 5;
    },
  },
  listens: {
    name: "listens",
    shell: `trap "echo bye; exit 5" TERM; echo up; httpd -p ${PORT} -h /; sleep 60 & wait $!`,
    fake: async (process) => {
      await process.print("up\n");
      process.listen(PORT);
      process.answer((argv) => (argv[0] === "cat" ? { exitCode: 0, stdout: "root:x:0:0\n" } : undefined));
      await untilStopped(process);
      await process.print("bye\n");
      return 5;
    },
  },
  /** Listens, but only for itself. */
  listensToItself: {
    name: "listensToItself",
    shell: `httpd -p 127.0.0.1:${PORT} -h /; echo up; ${WAIT_FOR_TERM}`,
    fake: async (process) => {
      process.listen(PORT, "127.0.0.1");
      await process.print("up\n");
      await untilStopped(process);
      return 5;
    },
  },
  ignoresTerm: {
    name: "ignoresTerm",
    shell: 'trap "" TERM; echo up; while :; do sleep 1; done',
    fake: async (process) => {
      await process.print("up\n");
      return await new Promise<number>(() => undefined);
    },
  },
  /** Prints the names that it can look up, in whatever way its own image does. */
  seesAll: {
    name: "seesAll",
    shell: seesNames("db", "db-alias", "other", "build"),
    fake: async ({ print, resolve }) => {
      for (const name of ["db", "db-alias", "other", "build"]) {
        if (resolve(name).length > 0) await print(`${name}\n`);
      }
      return 0;
    },
  },
  seesServices: {
    name: "seesServices",
    shell: seesNames("db", "db-alias", "other"),
    fake: async ({ print, resolve }) => {
      for (const name of ["db", "db-alias", "other"]) {
        if (resolve(name).length > 0) await print(`${name}\n`);
      }
      return 0;
    },
  },
  /** Prints the address of each name in the hosts file, which no name server is asked for. */
  readsHosts: {
    name: "readsHosts",
    shell: `sed -n "s/^\\([0-9.]*\\)[[:space:]]*\\(db\\|My_DB\\|outside.example\\)$/\\2 \\1/p" /etc/hosts | sort -u`,
    fake: async ({ print, resolve }) => {
      for (const name of ["My_DB", "db", "outside.example"]) {
        for (const address of resolve(name)) await print(`${name} ${address}\n`);
      }
      return 0;
    },
  },
  /** Connects to a service at localhost. */
  asksLocalhost: {
    name: "asksLocalhost",
    shell: `wget -q -O /dev/null http://127.0.0.1:${PORT}/etc/passwd && echo answered`,
    fake: async ({ print, resolve, connects }) => {
      if (resolve("localhost").length > 0 && connects("127.0.0.1", PORT)) await print("answered\n");
      return 0;
    },
  },
  /** Connects to a service at its host name. */
  asksService: {
    name: "asksService",
    shell: `wget -q -O /dev/null http://db:${PORT}/etc/passwd && echo answered; true`,
    fake: async ({ print, resolve, connects }) => {
      const [address = ""] = resolve("db");
      if (connects(address, PORT)) await print("answered\n");
      return 0;
    },
  },
  writesToSources: {
    name: "writesToSources",
    shell: `mkdir -p ${SOURCE_FOLDER}/sub && touch ${SOURCE_FOLDER}/early ${SOURCE_FOLDER}/sub/early ${SOURCE_FOLDER}/.hidden && echo up; ${WAIT_FOR_TERM}`,
    fake: async (process) => {
      for (const path of ["early", "sub/early", ".hidden"]) process.files.write(`${SOURCE_FOLDER}/${path}`);
      await process.print("up\n");
      await untilStopped(process);
      return 5;
    },
  },
  writesToVolume: {
    name: "writesToVolume",
    shell: `touch /cache/seen && echo up; ${WAIT_FOR_TERM}`,
    fake: async (process) => {
      process.files.write("/builds/cache-seen");
      await process.print("up\n");
      await untilStopped(process);
      return 5;
    },
  },
  readsVolume: {
    name: "readsVolume",
    shell: "[ -e /cache/seen ]",
    fake: async ({ files }) => (files.has("/builds/cache-seen") ? 0 : 1),
  },
  /** Waits for the sources, then adds to them. */
  writesLate: {
    name: "writesLate",
    shell: `until [ -e ${SOURCE_FOLDER}/source ]; do sleep 0.05; done; touch ${SOURCE_FOLDER}/late; echo done; ${WAIT_FOR_TERM}`,
    fake: async (process) => {
      while (!process.files.has(`${SOURCE_FOLDER}/source`)) await process.sleep(5);
      process.files.write(`${SOURCE_FOLDER}/late`);
      await process.print("done\n");
      await untilStopped(process);
      return 5;
    },
  },
  listsSources: {
    name: "listsSources",
    shell: `cd ${SOURCE_FOLDER} && find . -type f | sed "s:^./::" | sort`,
    fake: async ({ print, files }) => {
      for (const path of files.list(SOURCE_FOLDER)) await print(`${path}\n`);
      return 0;
    },
  },
  makesFiles: {
    name: "makesFiles",
    shell: `cd ${SOURCE_FOLDER} && mkdir -p out/sub && printf one >out/a && printf two >out/sub/b && printf 3 >other`,
    fake: async ({ files }) => {
      files.write(`${SOURCE_FOLDER}/out/a`, "one");
      files.write(`${SOURCE_FOLDER}/out/sub/b`, "two");
      files.write(`${SOURCE_FOLDER}/other`, "3");
      return 0;
    },
  },
  printsMore: {
    name: "printsMore",
    shell: `cat ${SOURCE_FOLDER}/sub/more`,
    fake: async ({ print, files }) => {
      await print(files.read(`${SOURCE_FOLDER}/sub/more`) ?? "");
      return 0;
    },
  },
  printsBeside: {
    name: "printsBeside",
    shell: `cat ${SOURCE_FOLDER}.tmp/deep/value`,
    fake: async ({ print, files }) => {
      await print(files.read(`${SOURCE_FOLDER}.tmp/deep/value`) ?? "");
      return 0;
    },
  },
  findsLarge: {
    name: "findsLarge",
    shell: `[ "$(wc -c <${SOURCE_FOLDER}/large)" -eq 9000001 ]`,
    fake: async ({ files }) => (files.has(`${SOURCE_FOLDER}/large`) ? 0 : 1),
  },
  leavesFile: {
    name: "leavesFile",
    shell: "touch /left-behind",
    fake: async ({ files }) => {
      files.write("/left-behind");
      return 0;
    },
  },
  findsFile: {
    name: "findsFile",
    shell: "[ -e /left-behind ]",
    fake: async ({ files }) => (files.has("/left-behind") ? 0 : 1),
  },
  floods: {
    name: "floods",
    shell: "head -c 2000000 /dev/zero; echo end >&2",
    fake: async ({ print }) => {
      for (let i = 0; i < 20; i++) await print("\0".repeat(100_000));
      await print("end\n", 2);
      return 0;
    },
  },
  printsVariable: {
    name: "printsVariable",
    shell: 'echo "$GREETING"',
    fake: async ({ print, env }) => {
      await print(`${env.get("GREETING") ?? ""}\n`);
      return 0;
    },
  },
  sleeps: {
    name: "sleeps",
    shell: "echo up; sleep 60; echo never",
    fake: async (process) => {
      await process.print("up\n");
      await process.sleep(60_000);
      return 0;
    },
  },
} satisfies Readonly<Record<string, ContractProgram>>;

export const MISSING_PROGRAM = "/no/such/program";

/** Programs of the fake engine, by the name that its containers get as command or script. */
export function findFakeProgram(name: string): FakeProgram | undefined {
  if (name === MISSING_PROGRAM) {
    return async () => {
      throw new FakeStartFailure(127, `exec: "${MISSING_PROGRAM}": no such file or directory`);
    };
  }
  const programs: readonly ContractProgram[] = Object.values(PROGRAMS);
  return programs.find((program) => program.name === name)?.fake;
}
