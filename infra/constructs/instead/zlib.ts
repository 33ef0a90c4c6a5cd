/** The SDK would take it for the checksums of event streams, of which there are none here; without it, it has its own. */
export const crc32 = undefined;

/** nodemailer would unpack with it what it fetches from the web, which no mail here has it do. */
export default undefined;
