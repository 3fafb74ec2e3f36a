const { calls } = require("./calls.cjs");

calls().then((result) => console.log(JSON.stringify(result)));
