import { describe, expect, test } from "vitest";
import { findHostMentions, findHostVariable } from "./host-mentions.ts";

const shown = (text: string): readonly string[] =>
  findHostMentions(text).map(({ kind, host, port }) => `${kind} ${host} ${port ?? "?"}`);

describe("hosts that a text names", () => {
  test.each([
    ["psql postgres://u:p@db/shop", ["url db 5432"]],
    ["redis://cache:6380/0 and http://web/", ["url cache 6380", "url web ?"]],
    ["postgresql+psycopg2://db.internal:5432", ["url db.internal 5432"]],
    ["jdbc:mysql://mysql/x", ["url mysql 3306"]],
    ["wait-for-it db:5432 -- npm test", ["address db 5432"]],
    ["psql -U postgres -h db -c 'select 1'", ["option db 5432"]],
    ["mysql --host=localhost", ["option localhost 3306"]],
    ["redis-cli -h$CACHE ping", []],
    ["psql -h $HOST; echo -h db", []],
    ["curl http://$HOST:80/ https://user@", []],
    ["docker pull registry.example:5000/a/b:16", ["address registry.example 5000"]],
    ["npx psqlx -h db", []],
    ["at 12:30 and a::1 and x:123456", []],
    ["curl 127.0.0.1:8080/health", ["address 127.0.0.1 8080"]],
  ])("%s", (text, found) => {
    expect(shown(text)).toEqual(found);
  });

  test.each([
    ["DB_HOST", "db", ["db 5432", "db 3306", "db 27017"]],
    ["PGHOST", "localhost", ["localhost 5432"]],
    ["APP_REDIS_HOSTNAME", "cache", ["cache 6379"]],
    ["SMTP_HOST", "mail", ["mail ?"]],
    ["DB_HOST", "a b", []],
    ["DB_HOSTS", "db", []],
  ])("the variable %s=%s", (name, value, found) => {
    expect(findHostVariable(name, value).map(({ host, port }) => `${host} ${port ?? "?"}`)).toEqual(found);
  });

  test.each(["a", "a.", "a-", "x:", "psql ", "a://", "-h "])("a megabyte of %j takes no time to speak of", (piece) => {
    expect(findHostMentions(piece.repeat(1_000_000 / piece.length))).toEqual([]);
  });
});
