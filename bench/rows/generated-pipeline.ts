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

function head(): string {
  return `stages: [${stages.join(", ")}]

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

function job(index: number): string {
  const services = index % 5 === 0 ? "  services: *service-list\n" : "";
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
