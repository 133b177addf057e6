import type { Command } from "commander";

/** What happened, for conditions of the file: a push to the current branch unless the person says otherwise. */
export function addEventOptions(command: Command): Command {
  return command
    .option(
      "--event <name>",
      "what happened, for conditions: push, merge_request, tag, schedule, web, api; pull_request, cron, promote, ...",
    )
    .option(
      "--branch <name>",
      "branch pushed to; of a merge request where it comes from, of a pull request where it goes",
    )
    .option("--source-branch <name>", "branch a merge or pull request comes from")
    .option("--target-branch <name>", "branch a merge or pull request goes to")
    .option("--default-branch <name>", "the repository's main branch, where git does not tell")
    .option("--tag <name>", "tag that was pushed")
    .option("--ref <name>", "git reference, for conditions")
    .option("--target <name>", "where a promotion or deployment goes")
    .option("--cron <name>", "name of the cron job or schedule")
    .option("--changed <file...>", "files that count as changed, from the top of the repository; jobs stand before it")
    .option("--changed-since <ref>", "what differs from where HEAD left this ref counts as changed")
    .option("--changes-all", "every condition on changed files holds");
}

export interface EventOptions {
  readonly event?: string;
  readonly branch?: string;
  readonly sourceBranch?: string;
  readonly targetBranch?: string;
  readonly defaultBranch?: string;
  readonly tag?: string;
  readonly ref?: string;
  readonly target?: string;
  readonly cron?: string;
  readonly changed?: readonly string[];
  readonly changedSince?: string;
  readonly changesAll?: true;
}
