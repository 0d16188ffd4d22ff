import { IPCMessageReader, IPCMessageWriter, createMessageConnection } from 'vscode-jsonrpc/node';
import { serveQueries } from './query/serve';

/**
 * The query worker of one window: answers what needs a native library, over the channel to its parent. It ends with
 * its parent, whatever happens to that: a question has no meaning without somebody who asked.
 */
process.on('disconnect', () => process.exit());
const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
serveQueries(connection);
connection.listen();
