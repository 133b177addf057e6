import { describe, expect, test } from "vitest";
import type { Job, JobWhen, Pipeline } from "../../model/pipeline.ts";
import { createLook } from "../screen/look.ts";
import { toDot } from "./dot.ts";
import { toMermaid } from "./mermaid.ts";
import { renderPicture } from "./picture.ts";
import { type PipelineGraph, toPipelineGraph } from "./pipeline-graph.ts";

const AT = { file: "f", line: 1, column: 1 };
const LOOK = createLook({ colours: false, ascii: true, columns: 80 });

/** `stage/name`, or `stage/name <- a, b` with explicit needs. */
function graphOf(stages: readonly string[], lines: readonly string[], when: JobWhen = "on_success"): PipelineGraph {
  const jobs = lines.map((line): Job => {
    const [place = "", needs] = line.split(" <-");
    const [stage, name = ""] = place.split("/");
    const names = needs?.split(",").flatMap((one) => one.trim() || []);
    return {
      name,
      ...(stage === "" || stage === undefined ? {} : { stage }),
      at: AT,
      order:
        names === undefined
          ? { kind: "stages" }
          : { kind: "needs", needs: names.map((job) => ({ job, optional: false, artifacts: true, at: AT })) },
      when,
      allowFailure: false,
      retry: { max: 0, when: [], exitCodes: [] },
      network: "bridge",
      workspace: { mountPath: "/builds", sourcePath: "/builds/a/b", sourcesBeforeServices: false },
      services: [],
      steps: [],
      variables: new Map(),
      showServiceLogs: false,
    };
  });
  const pipeline: Pipeline = { dialect: "gitlab", file: "f", stages, jobs };
  return toPipelineGraph(pipeline);
}

const STAGED = graphOf(["build", "test", "none", "deploy"], ["build/a", "test/b", "test/c <-", "deploy/d <- a,b"]);
const NAMED = graphOf(['s"1'], ['s"1/end', 's"1/say "hi" \\ #1 <b> `x` & \u001b[31mred']);

describe("a picture of the pipeline", () => {
  test("stages side by side, with the needs that leave their order", () => {
    expect(renderPicture(STAGED, LOOK)).toBe(
      [
        "build -> test              -> deploy",
        "a        b                    d (needs a, b)",
        "         c (needs nothing)",
        "",
      ].join("\n"),
    );
  });

  test("without stages a column is a depth", () => {
    const graph = graphOf([], ["/api <-", "/db <-", "/web <- api", "/all <- web,db"]);
    expect(renderPicture(graph, LOOK)).toBe("api -> web (needs api) -> all (needs web, db)\ndb\n");
  });

  test("where that is too wide, one below the other", () => {
    const names = ["first", "second", "third"];
    const graph = graphOf(
      names,
      names.map((name) => `${name}/${name}-${"x".repeat(25)}`),
    );
    expect(renderPicture(graph, LOOK).split("\n")[1]).toBe(`second  second-${"x".repeat(25)}`);
  });

  test("many jobs are counted, a lonely column needs no picture, and a circle ends", () => {
    const many = graphOf(["a", "b"], [...Array.from({ length: 10_000 }, (_, n) => `a/j${n}`), "b/last"]);
    expect(renderPicture(many, LOOK)).toContain("and 9986 more");
    expect(renderPicture(graphOf(["a"], ["a/x", "a/y"]), LOOK)).toBe("");
    expect(renderPicture(graphOf([], ["/x <- y", "/y <- x"]), LOOK)).toBe("");
  });

  test("jobs that the pipeline leaves out are not in it, and nobody needs them there", () => {
    expect(graphOf(["a"], ["a/x", "a/y <- x"], "never")).toEqual({ columns: [], edges: [] });
  });

  test("a long chain is laid out", () => {
    const chain = Array.from({ length: 20_000 }, (_, n) => `/j${n} <-${n === 0 ? "" : ` j${n - 1}`}`);
    expect(graphOf([], chain).columns).toHaveLength(20_000);
  });
});

describe("for other tools", () => {
  test("Mermaid: subgraphs for stages, arrows for needs", () => {
    expect(toMermaid(STAGED).trimEnd().split("\n")).toEqual([
      "flowchart LR",
      '  subgraph s0["build"]',
      '    j0["a"]',
      "  end",
      '  subgraph s1["test"]',
      '    j1["b"]',
      '    j2["c"]',
      "  end",
      '  subgraph s2["deploy"]',
      '    j3["d"]',
      "  end",
      "  s0 --> s1",
      "  j0 --> j3",
      "  j1 --> j3",
    ]);
  });

  test("Graphviz: clusters for stages", () => {
    const lines = toDot(STAGED).split("\n");
    expect(lines).toContain("  j0 -> j1 [ltail=cluster_0, lhead=cluster_1];");
    expect(lines).toContain("  j1 -> j3;");
    expect(lines).not.toContain("  j1 -> j3 [ltail=cluster_1, lhead=cluster_2];");
  });

  test("names cannot leave their quotes", () => {
    expect(toMermaid(NAMED)).toContain('j1["say #quot;hi#quot; #92; #35;1 #lt;b#gt; #96;x#96; #amp; red"]');
    expect(toDot(NAMED)).toContain(String.raw`j1 [label="say \"hi\" \\ #1 <b> ${"`x`"} & red"];`);
    expect(toDot(NAMED)).toContain(String.raw`label="s\"1";`);
  });

  test("a job that waits for a person says so", () => {
    expect(toMermaid(graphOf(["a"], ["a/x"], "manual"))).toContain('j0["x (manual)"]');
  });
});
