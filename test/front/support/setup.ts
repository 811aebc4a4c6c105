import { Front } from './front';

beforeEach(() => Front.forget());
afterAll(() => Front.stop());
