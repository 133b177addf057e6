const templates = 20;
const stages = ["prepare", "build", "test", "deploy"] as const;

/**
 * A pipeline file with so many jobs that use what large files use: templates that extend templates, anchors and merge
 * keys, `!reference`, variables at three levels. The same count always gives the same text.
 */
export function generatedPipeline(jobs: number): string {
  const sections = [head()];
  for (let index = 0; index < templates; index++) sections.push(template(index));
  for (let index = 0; index < jobs; index++) sections.push(job(index));
  return sections.join("\n");
}

/**
 * The same jobs in so many files beside the pipeline file, which includes them by name; the templates are in the first.
 *
 * @param matrixEvery every so many jobs one has a matrix of two; 0: none.
 */
export function generatedFiles(jobs: number, included: number, matrixEvery = 0): ReadonlyMap<string, string> {
  const names = Array.from({ length: included }, (_, index) => `ci/part-${String(index).padStart(3, "0")}.yml`);
  const root = ["include:", ...names.map((name) => `  - local: ${name}`), "", stagesLine(), ""].join("\n");
  const parts = names.map((name, part) => {
    const own = Array.from({ length: jobs }, (_, index) => index).filter((index) => index % included === part);
    const sections = own.map((index) => job(index, false) + (isEvery(index, matrixEvery) ? matrix : ""));
    const shared = part === 0 ? [head(), ...Array.from({ length: templates }, (_, index) => template(index))] : [];
    return [name, [...shared, ...sections].join("\n")] as const;
  });
  return new Map([[".gitlab-ci.yml", root], ...parts]);
}

function isEvery(index: number, every: number): boolean {
  return every > 0 && index % every === 0;
}

const matrix = `  parallel:
    matrix:
      - DATABASE: [postgres, mysql]
`;

function stagesLine(): string {
  return `stages: [${stages.join(", ")}]`;
}

function head(): string {
  return `${stagesLine()}

variables:
  REGISTRY: registry.example.com/group
  VERSION: "1.42"

default:
  image: $REGISTRY/build:$VERSION

.scripts:
  setup:
    - echo "setting up $CI_JOB_NAME"
    - export PATH="$CI_PROJECT_DIR/bin:$PATH"
  teardown:
    - echo "done with $CI_JOB_NAME"

.database: &database
  POSTGRES_DB: app
  POSTGRES_USER: app
  POSTGRES_PASSWORD: only-for-tests

.service-list: &service-list
  - name: postgres:16
    alias: db
  - name: redis:7
    alias: cache
`;
}

/** Every second one extends the one before it. */
function template(index: number): string {
  const parent = index % 2 === 1 ? `  extends: .template-${index - 1}\n` : "";
  return `.template-${index}:
${parent}  stage: ${stages[index % stages.length] ?? stages[0]}
  variables:
    <<: *database
    TEMPLATE: "${index}"
  before_script:
    - !reference [.scripts, setup]
  retry: ${index % 3}
`;
}

/** An anchor is known in its own file only. */
function job(index: number, hasAnchors = true): string {
  const services = index % 5 === 0 && hasAnchors ? "  services: *service-list\n" : "";
  const image = index % 7 === 0 ? `  image: $REGISTRY/tools-${index % 11}:$VERSION\n` : "";
  return `job-${String(index).padStart(5, "0")}:
  extends: .template-${index % templates}
${image}${services}  variables:
    SHARD: "${index}"
    TARGET: "$REGISTRY/app:$SHARD"
  script:
    - echo "job ${index} of $TEMPLATE"
    - !reference [.scripts, teardown]
`;
}
