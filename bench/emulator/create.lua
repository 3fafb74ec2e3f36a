-- What wrk sends: creations of users, each uid once in a run.
-- wrk … -s create.lua ADDRESS -- AUTH_KEY APP_ID NAME_OF_THE_RUN

local threads = 0

function setup(thread)
	threads = threads + 1
	thread:set("number", threads)
end

function init(args)
	key, app, run = args[1], args[2], args[3]
	count = 0
	headers = { ["apiKey"] = key, ["appId"] = app, ["content-type"] = "application/json" }
end

function request()
	count = count + 1
	local uid = run .. "-" .. number .. "-" .. count
	local body = '{"uid":"' .. uid .. '","name":"Kevin","avatar":"https://example.com/a.png"}'
	return wrk.format("POST", "/v3.0/users", headers, body)
end

function done(summary, latency)
	local seconds = summary.duration / 1e6
	local failed = summary.errors.status + summary.errors.connect + summary.errors.read
		+ summary.errors.write + summary.errors.timeout
	io.write(string.format("RESULT %d %d %.0f %d %d\n", summary.requests, failed,
		summary.requests / seconds, latency:percentile(50), latency:percentile(99)))
end
