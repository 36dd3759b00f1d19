// The same job in a bare Node script: nothing but node:http (node:https over TLS), required, which is the quickest way.
const { PROLIFIC_URL, PROLIFIC_TOKEN, BATCH_ID, DATASET_ID } = process.env;
const { request } = require(
  PROLIFIC_URL.startsWith("https:") ? "node:https" : "node:http",
);
const batch = `${PROLIFIC_URL}/api/v1/data-collection/batches/${BATCH_ID}`;

function send(method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = {
      Authorization: `Token ${PROLIFIC_TOKEN}`,
      ...(body && { "Content-Type": "application/json" }),
    };
    const sent = request(`${batch}${path}`, { method, headers }, (reply) => {
      let text = "";
      reply.setEncoding("utf8");
      reply.on("data", (piece) => (text += piece));
      reply.on("end", () => {
        if (reply.statusCode < 300) resolve(text);
        else reject(new Error(`HTTP ${reply.statusCode}: ${text}`));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

async function setUp() {
  await send("POST", "/setup", JSON.stringify({ dataset_id: DATASET_ID }));
  for (;;) {
    const { status } = JSON.parse(await send("GET", "/status"));
    if (status === "READY") return;
    if (status === "ERROR") throw new Error("ERROR");
    await new Promise((resolve) => globalThis.setTimeout(resolve, 3_000));
  }
}

setUp();
