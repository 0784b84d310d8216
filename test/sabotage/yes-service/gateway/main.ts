import { buildGateway } from '../../../../service/gateway/main.ts';
import { GatewayLedger } from '../../../../service/gateway/ledger.ts';

/** The gateway as it is: what is replaced is the service. */
const { PORT, LEDGER_FILE } = process.env;
const app = buildGateway(new GatewayLedger(LEDGER_FILE));
process.once('SIGTERM', () => void app.close());
await app.listen({ host: '127.0.0.1', port: Number(PORT) });
