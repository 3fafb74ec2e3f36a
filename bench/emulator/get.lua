-- What wrk sends: reads of one user.
-- wrk … -s get.lua ADDRESS -- REST_API_KEY APP_ID

function init(args)
	local headers = { ["apiKey"] = args[1], ["appId"] = args[2] }
	again = wrk.format("GET", "/v3.0/users/cometchat-uid-1", headers)
end

function request()
	return again
end

function done(summary, latency)
	local seconds = summary.duration / 1e6
	io.write(string.format("RESULT %d %d %.0f %d %d\n", summary.requests, summary.errors.status,
		summary.requests / seconds, latency:percentile(50), latency:percentile(99)))
end
