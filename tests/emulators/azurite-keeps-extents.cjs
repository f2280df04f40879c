// Ten minutes after its start, Azurite removes the extents that no blob refers to. It answers nothing meanwhile, and each removal
// sorts the index of all extents anew. After most of the tests that takes many minutes, and the requests under way fail. It also
// removes extents of writes that are under way. The tests end their Azurite anyway, so nothing has to be removed before.
// Node.js loads this file before Azurite ("node --require").
"use strict";

const constants = require("./node_modules/azurite/dist/src/blob/utils/constants");

if (typeof constants.DEFAULT_GC_INTERVAL_MS !== "number") {
    throw new Error("This Azurite keeps its interval elsewhere. Look for it in dist/src/blob/gc/BlobGCManager.js.");
}

// The longest time of setTimeout, 24 days.
constants.DEFAULT_GC_INTERVAL_MS = 2 ** 31 - 1;
