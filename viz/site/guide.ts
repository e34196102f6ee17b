import { lessons } from '../lab/lessons';
import type { Lesson } from '../lab/lessons/lesson';

/** The guide for instructors: every lesson with its answers, as Markdown. */
export function guide(): string {
  const parts = lessons.map((lesson, i) => page(lesson, i + 1));
  return `${HEAD}\n${parts.join('\n')}`;
}

const HEAD = `# Lessons: a guide for instructors

<!-- Written by \`make guide\`: change viz/lab/lessons/ instead. -->

Each lesson is planned for a quarter of an hour: two minutes for the question, which everybody answers before anything runs,
eight for the run, five for the explanation. They build on each other. Open them in [the lab](lab.md) under _Lessons_.
`;

function page(lesson: Lesson, number: number): string {
  const { title, intro, question, choices, watch, explanation, exercises, scenario, against } = lesson;
  const variant = Object.entries(against ?? {}).map(([path, value]) => `\`${path}: ${value}\``);
  return [
    `## ${number}. ${title}`,
    ...intro,
    `**Question.** ${question}`,
    choices.map(({ text, right }) => `- ${right ? `**${text}** (right)` : text}`).join('\n'),
    '**Run.**',
    watch.map((text) => `- ${text}`).join('\n'),
    ...(variant.length > 0 ? [`The second variant has ${variant.join(', ')}.`] : []),
    '**Explanation.**',
    ...explanation,
    '**Exercises.**',
    exercises.map(({ task, answer }) => `- ${task}\n  _${answer}_`).join('\n'),
    `\`\`\`yaml\n${scenario}\`\`\``,
    '',
  ].join('\n\n');
}
