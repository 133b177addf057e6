/**
 * A `.drone.yml` of several documents, at least so many lines long, that uses what large files use: services, conditions,
 * secrets, volumes, dependencies between documents. The same count always gives the same text.
 */
export function generatedDroneFile(lines: number): string {
  const documents: string[] = [];
  for (let count = 0; count < lines; count += linesOf(documents.at(-1))) documents.push(pipeline(documents.length));
  return documents.join("");
}

function linesOf(document = ""): number {
  return document.split("\n").length - 1;
}

function pipeline(index: number): string {
  const dependsOn = index % 4 === 0 ? "" : `\ndepends_on: [ pipeline-${index - 1} ]\n`;
  return `---
kind: pipeline
type: docker
name: pipeline-${index}
${dependsOn}
steps:
- name: build
  image: golang:1.${index % 20}
  environment:
    SHARD: "${index}"
    TOKEN:
      from_secret: token_${index % 7}
  commands:
  - echo "build ${index}"
  - test -n "$SHARD"
  volumes:
  - name: cache
    path: /cache
- name: test
  image: alpine:latest
  commands:
  - nc -z database 5432
  - echo "test \${DRONE_BRANCH##*/} ${index}"
  depends_on: [ build ]
  when:
    event:
      exclude: [ promote ]

services:
- name: database
  image: postgres:16
  environment:
    POSTGRES_PASSWORD: only-for-tests
- name: cache
  image: redis:7

volumes:
- name: cache
  temp: {}

trigger:
  branch:
    exclude: [ never-${index} ]
`;
}
