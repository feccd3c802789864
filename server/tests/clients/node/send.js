// Sends one of each message with a stock client: node send.js CLIENT ADDRESS KEY SUBJECT
// where SUBJECT is JSON: {"anonymousId", "context", "url"}.
import RudderAnalytics from "@rudderstack/rudder-sdk-node";
import { Analytics } from "@segment/analytics-node";

const [client, address, key, subject] = process.argv.slice(2);
const { anonymousId, context, url } = JSON.parse(subject);
const userId = "u-1";
const traits = { email: "anna@example.org", name: "Anna" };

const problems = [];
const analytics =
  client === "segment"
    ? new Analytics({ writeKey: key, host: address, flushAt: 3, maxRetries: 0 })
    : new RudderAnalytics(key, { dataPlaneUrl: address, flushAt: 3 });
if (client === "segment") analytics.on("error", (error) => problems.push(String(error.code)));

analytics.page({ anonymousId, name: "Tea", properties: { url }, context });
analytics.identify({ anonymousId, userId, traits, context });
analytics.track({ anonymousId, userId, event: "Bought", properties: { price: 3 }, context });
analytics.group({ anonymousId, userId, groupId: "g-1", traits: { plan: "gold" }, context });
analytics.screen({ anonymousId, userId, name: "Cart", context });
analytics.alias({ previousId: anonymousId, userId, context });
if (client === "segment") await analytics.closeAndFlush({ timeout: 10_000 });
else await analytics.flush();

if (problems.length > 0) throw new Error(problems.join());
