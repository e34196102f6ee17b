import { Lab } from './lab';

/* The page begins. */

const lab = new Lab();
void lab.begin();
