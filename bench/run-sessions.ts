/** One point of scenarios/million-idle-sessions.yaml; prints how many messages were delivered. */
import { join } from 'node:path';
import { simulate } from '../sim/node/api';

const scenario = join(__dirname, '..', '..', 'scenarios', 'million-idle-sessions.yaml');
console.log(simulate(scenario, { at: { users: Number(process.argv[2]) } }).metric('messagesDelivered', 'chat'));
