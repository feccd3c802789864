/** Whether a refusal means: prove once more that it is you. */
import { Problem } from '../api';

export const needsProof = (error: Error | null): boolean => error instanceof Problem && error.code === 'confirm_first';
