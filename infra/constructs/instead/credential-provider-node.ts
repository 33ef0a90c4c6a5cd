import { fromEnv } from '@aws-sdk/credential-provider-env';

/** Lambda gives the credentials of the role in the environment, always: the SDK's chain would end at its first link. */
export const defaultProvider = fromEnv;
