import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guide } from './guide';

writeFileSync(join(__dirname, '..', '..', 'docs', 'lessons.md'), guide());
