import { type EventQueue, Timer } from '../../core/event-queue';
import type { Course } from './course';

/** Calls `onChange` with every value that `course` takes, when it takes it. */
export function follow(events: EventQueue, course: Course, onChange: (value: number) => void): void {
  const timer = new Timer(events, () => {
    course.advance();
    onChange(course.value);
    if (course.next !== Infinity) timer.arm(course.next);
  });
  if (course.next !== Infinity) timer.arm(course.next);
}
