/** Node.js has its own, which our client is given anyway. */
export default fetch;
