// Finds the API at the discovery URL (first argument), calls comments.analyze with the body (second argument), and prints
// what comes back: {"status", "data"}.
const { google } = require("googleapis");

async function main([discoveryUrl, body]) {
  const client = await google.discoverAPI(discoveryUrl);
  try {
    const { status, data } = await client.comments.analyze({ key: "any", requestBody: JSON.parse(body) });
    return { status, data };
  } catch (error) {
    return { status: error.status, data: error.response.data };
  }
}

main(process.argv.slice(2)).then((answer) => console.log(JSON.stringify(answer)));
