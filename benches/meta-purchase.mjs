// One Meta Purchase with the official Node SDK: the facts of benches/payload.rs.
// Run by scripts/bench-meta-purchase, which installs the SDK.
import { createRequire } from "node:module";
const sdk = createRequire(process.argv[2] + "/")("facebook-nodejs-business-sdk");
const { UserData, CustomData, Content, ServerEvent } = sdk;

function body() {
  const user = new UserData()
    .setEmails(["ada.example@example.com"]).setPhones(["442079460958"])
    .setFirstNames(["Ada"]).setLastNames(["Example"]).setCities(["London"]).setZips(["SW1A 1AA"])
    .setCountries(["gb"]).setExternalIds(["c-1009"]).setFbp("fb.1.1795190000123.1098115397")
    .setClientIpAddress("93.184.216.34")
    .setClientUserAgent("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36");
  const custom = new CustomData().setCurrency("gbp").setValue(129.95).setOrderId("A-1009")
    .setContents([new Content().setId("sku-7").setQuantity(1).setItemPrice(129.95)]);
  const event = new ServerEvent().setEventName("Purchase").setEventTime(1795197791)
    .setEventId("01JD8Q2Z6F3K9V7T5W1X4Y0ABC").setActionSource("website")
    .setEventSourceUrl("https://shop.example.com/thank-you").setUserData(user).setCustomData(custom);
  return JSON.stringify({ data: [event.normalize()] });
}

let best = 0;
for (let round = 0; round < 8; round++) {
  const rounds = 20000, start = process.hrtime.bigint();
  let bytes = 0;
  for (let i = 0; i < rounds; i++) bytes += body().length;
  const rate = rounds / (Number(process.hrtime.bigint() - start) / 1e9);
  if (bytes < rounds * 500) throw new Error("the SDK wrote nothing");
  best = Math.max(best, rate);
}
console.log(`facebook-nodejs-business-sdk: ${Math.round(best)} events/s on one core (best of 8 rounds)`);
