import { npmRun } from './program';

void npmRun().parseAsync();
