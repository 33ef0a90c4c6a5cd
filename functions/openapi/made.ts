/** Run when the function is bundled (ADR 22): the schemas need not be loaded to be shown. */
import { openApiDocument } from '../../shared/api/openapi.ts';

process.stdout.write(JSON.stringify(openApiDocument('')));
