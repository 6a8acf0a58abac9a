using LoadShaper.LoadTest.Scenarios;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Scenarios;

public sealed class WrongScenarioTests
{
    private const string Steps = "steps: [{get: /}]\n";
    private const string Valid = "target: http://127.0.0.1:1\nload: {rps: 1, for: 1s}\n" + Steps;

    /// <summary>A file, and every problem reported for it.</summary>
    public static TheoryData<string, string[]> Files => new()
    {
        { "", ["s.yaml:1:1: no scenario; expected a mapping with the keys target, load and steps"] },
        { "- a\n", ["s.yaml:1:1: no scenario; expected a mapping with the keys target, load and steps"] },
        { Valid + "---\na: b\n", ["s.yaml:5:1: a second document; expected one scenario in a file"] },
        { "target: [\n", ["s.yaml:2:1: not valid YAML: While parsing a node, did not find expected node content."] },
        { Valid + "target: http://127.0.0.1:2\n", ["s.yaml:4:1: not valid YAML: Duplicate key target"] },
        {
            Valid + "stepz: 1\n",
            [
                "s.yaml:4:1: unknown key \"stepz\" in the scenario; did you mean \"steps\"? expected name, target, load, steps, data, variables, headers, connections, arrival, timeout, warmup, drain, seed, max_rss, batch, percentiles, max_series, late_after, threads, http_version, insecure, thresholds, abort_on, faults, before or after",
            ]
        },
        {
            Valid + "? [a]\n: b\n",
            [
                "s.yaml:4:3: unknown key a list in the scenario; expected name, target, load, steps, data, variables, headers, connections, arrival, timeout, warmup, drain, seed, max_rss, batch, percentiles, max_series, late_after, threads, http_version, insecure, thresholds, abort_on, faults, before or after",
            ]
        },
        { Valid + "faults: {policy: mobile_2g}\n", ["s.yaml:4:18: unknown policy \"mobile_2g\"; expected mobile_3g, mobile_4g, satellite, congested_wifi, lossy, flapping_link, slow_dns, none"] },
        { Valid + "faults: {latency: 20}\n", ["s.yaml:4:19: latency is \"20\"; expected a duration such as 250us, 100ms, 30s, 15m, 2h or 1h30m"] },
        { Valid + "faults: {policy: a, file: nowhere.yaml}\n", ["s.yaml:4:27: file \"nowhere.yaml\" cannot be read: Could not find file 'nowhere.yaml'."] },
        {
            Valid + "faults: {packet_duplicate: 5%}\n",
            ["s.yaml:4:9: policy \"faults\" has packet_duplicate, which TCP cannot have: a TCP proxy sees a byte stream and no packets, so it would corrupt the stream; expected a UDP proxy, or netem (loadshaper fault netem faults)"]
        },
        {
            "target: http://127.0.0.1:1\nload: {rps: 1, for: 1s}\n",
            [
                "s.yaml:1:1: the scenario has no steps; expected a list of steps such as {name: item, get: /items/1}",
            ]
        },
        {
            "load: {rps: 1, for: 1s}\n" + Steps,
            [
                "s.yaml:2:15: no target for this step; expected the key target beside steps: http://host[:port], https://host[:port], unix:///path/to.sock, tcp://host:port or udp://host:port",
            ]
        },
        {
            "target: http://127.0.0.1:1\n" + Steps,
            [
                "s.yaml:1:1: the scenario has no load; expected the key load in the file, or one of --rate, --users and --ramp",
            ]
        },
        {
            Target("127.0.0.1:80"),
            [
                "s.yaml:1:9: target \"127.0.0.1:80\" was not understood; expected http://host[:port], https://host[:port], unix:///path/to.sock, tcp://host:port or udp://host:port",
            ]
        },
        {
            Target("ftp://127.0.0.1"),
            [
                "s.yaml:1:9: target \"ftp://127.0.0.1\" was not understood; expected http://host[:port], https://host[:port], unix:///path/to.sock, tcp://host:port or udp://host:port",
            ]
        },
        {
            Target("http://user:pw@127.0.0.1"),
            [
                "s.yaml:1:9: target has a user name or password; expected http://host[:port], https://host[:port], unix:///path/to.sock, tcp://host:port or udp://host:port; credentials go into headers",
            ]
        },
        { Target("tcp://127.0.0.1"), ["s.yaml:1:9: target \"tcp://127.0.0.1\" has no port; expected tcp://host:port"] },
        {
            Target("udp://127.0.0.1:9"),
            [
                "s.yaml:1:9: target \"udp://127.0.0.1:9\" cannot serve an HTTP step; expected http://, https:// or unix:///path/to.sock",
            ]
        },
        {
            Target("http://127.0.0.1/?a=b"),
            [
                "s.yaml:1:9: target \"http://127.0.0.1/?a=b\" has a query; expected http://host[:port], https://host[:port], unix:///path/to.sock, tcp://host:port or udp://host:port; the query belongs to the path of a step",
            ]
        },
        {
            Target("http://${index}:80"),
            [
                "s.yaml:1:9: target \"http://${index}:80\" changes from request to request; expected only variables of the scenario and env.NAME",
            ]
        },
        {
            Target("unix:relative.sock"),
            [
                "s.yaml:1:9: target \"unix:relative.sock\" was not understood; expected http://host[:port], https://host[:port], unix:///path/to.sock, tcp://host:port or udp://host:port",
            ]
        },
        {
            Target("[a]"),
            [
                "s.yaml:1:9: target is a list; expected http://host[:port], https://host[:port], unix:///path/to.sock, tcp://host:port or udp://host:port",
            ]
        },
        {
            Load("5"),
            [
                "s.yaml:2:7: load is \"5\"; expected a list of phases such as {rps: 500, for: 30s}, {ramp: 500..5000, for: 15m} or {users: 100, for: 30s}",
            ]
        },
        {
            Load("[]"),
            [
                "s.yaml:2:7: load is an empty list; expected a list of phases such as {rps: 500, for: 30s}, {ramp: 500..5000, for: 15m} or {users: 100, for: 30s}",
            ]
        },
        { Load("{for: 1s}"), ["s.yaml:2:7: the phase has no load; expected one of rps, ramp, ramp_rps, steps, spike or users"] },
        { Load("{rps: 1, users: 2, for: 1s}"), ["s.yaml:2:7: the phase has rps and users; expected one of them"] },
        { Load("{rps: 1}"), ["s.yaml:2:7: the phase has no \"for\"; expected a duration such as 250us, 100ms, 30s, 15m, 2h or 1h30m"] },
        {
            Load("{rps: fast, for: 1s}"),
            [
                "s.yaml:2:13: rps is \"fast\"; expected a rate such as 500/s, 2000/min or 0.5/s (a bare number is per second)",
            ]
        },
        {
            Load("{rps: -1, for: 1s}"),
            [
                "s.yaml:2:13: rps is \"-1\"; expected a rate such as 500/s, 2000/min or 0.5/s (a bare number is per second)",
            ]
        },
        {
            Load("{rps: \"1,5\", for: 1s}"),
            [
                "s.yaml:2:13: rps is \"1,5\"; expected a rate such as 500/s, 2000/min or 0.5/s (a bare number is per second)",
            ]
        },
        { Load("{rps: 20000000, for: 1s}"), ["s.yaml:2:13: rps is \"20000000\"; expected at most 10000000/s"] },
        { Load("{rps: 1, for: 30}"), ["s.yaml:2:21: for is \"30\"; expected a duration such as 250us, 100ms, 30s, 15m, 2h or 1h30m, above 0"] },
        { Load("{rps: 1, for: 0s}"), ["s.yaml:2:21: for is \"0s\"; expected a duration such as 250us, 100ms, 30s, 15m, 2h or 1h30m, above 0"] },
        {
            Load("{rps: 1, for: 10 parsecs}"),
            [
                "s.yaml:2:21: for is \"10 parsecs\"; expected a duration such as 250us, 100ms, 30s, 15m, 2h or 1h30m, above 0",
            ]
        },
        {
            Load("{ramp: 1-5, for: 1s}"),
            [
                "s.yaml:2:14: ramp is \"1-5\"; expected two rates with .. between, such as 500..5000 or 100..3000/min, at most 10000000/s",
            ]
        },
        {
            Load("{ramp: 1..x, for: 1s}"),
            [
                "s.yaml:2:14: ramp is \"1..x\"; expected two rates with .. between, such as 500..5000 or 100..3000/min, at most 10000000/s",
            ]
        },
        { Load("{steps: 5, for: 1s}"), ["s.yaml:2:15: steps is \"5\"; expected a list of rates such as [100, 200, 400]"] },
        {
            Load("{steps: [1, b], for: 1s}"),
            [
                "s.yaml:2:19: a rate of steps is \"b\"; expected a rate such as 500/s, 2000/min or 0.5/s (a bare number is per second)",
            ]
        },
        {
            Load("{spike: 1..5, at: 25s, spike_for: 10s, for: 30s}"),
            [
                "s.yaml:2:25: the spike ends 35s into the phase; expected at most 30s, the length of the phase",
            ]
        },
        { Load("{rps: 1, think_time: 1s, for: 30s}"), ["s.yaml:2:28: think_time belongs to a phase with users; this one has rps"] },
        { Load("{users: 0, for: 30s}"), ["s.yaml:2:15: users is \"0\"; expected a whole number from 1 to 1000000"] },
        { Load("{users: 1.5, for: 30s}"), ["s.yaml:2:15: users is \"1.5\"; expected a whole number from 1 to 1000000"] },
        {
            Load("{users: 5, think_time: 3s..1s, for: 30s}"),
            [
                "s.yaml:2:30: think_time is \"3s..1s\"; expected a duration such as 250us, 100ms, 30s, 15m, 2h or 1h30m, or two with .. between, such as 1s..3s",
            ]
        },
        {
            Load("{users: 5, spawnrate: 1, for: 30s}"),
            [
                "s.yaml:2:18: unknown key \"spawnrate\" in a load phase; did you mean \"spawn_rate\"? expected name, rps, ramp, ramp_rps, steps, spike, users, for, at, spike_for, spawn_rate or think_time",
            ]
        },
        { Step("{}"), ["s.yaml:3:9: the step sends nothing; expected one of get, head, post, put, patch, delete, options or echo"] },
        {
            Step("get"),
            [
                "s.yaml:3:9: a step is \"get\"; expected a mapping with name, get, head, post, put, patch, delete, options, echo, target, headers, body, body_file, body_size, data, expect, extract, timeout, keep_alive or weight",
            ]
        },
        { Step("{get: /, post: /}"), ["s.yaml:3:9: the step has get and post; expected one of them"] },
        { Step("{get: items}"), ["s.yaml:3:15: get is \"items\"; expected a path that starts with /"] },
        { Step("{get: \"/a b\"}"), ["s.yaml:3:15: get is \"/a b\"; expected a path without spaces (write %20)"] },
        { Step("{get: }"), ["s.yaml:3:15: get is empty; expected a path such as /items/${id}"] },
        { Step("{get: \"/${id\"}"), ["s.yaml:3:15: \"/${id\" has a ${ without its }; write $${ for a literal ${"] },
        { Step("{get: \"/${id}\"}"), ["s.yaml:3:15: unknown variable \"id\" in \"/${id}\"; expected index, random or env.NAME"] },
        { Step("{get: \"/${env.MISSING}\"}"), ["s.yaml:3:15: environment variable MISSING is not set; the scenario uses ${env.MISSING}"] },
        {
            Step("{echo: 64}"),
            [
                "s.yaml:1:9: target \"http://127.0.0.1:1\" cannot serve an echo step; expected tcp://host:port, udp://host:port or unix:///path/to.sock",
            ]
        },
        { Step("{get: /, headers: {\"a b\": c}}"), ["s.yaml:3:35: \"a b\" is not a header name; expected letters, digits and -"] },
        { Step("{get: /, headers: {a: \"b\\nc\"}}"), ["s.yaml:3:31: header \"a\" has a line break in its value; expected one line"] },
        {
            Step("{get: /, headers: {Transfer-Encoding: chunked}}"),
            [
                "s.yaml:3:47: header \"Transfer-Encoding\" cannot be set; bodies are sent with Content-Length",
            ]
        },
        { Step("{get: /, headers: [a]}"), ["s.yaml:3:27: headers is a list; expected a mapping of names to values"] },
        { Step("{post: /, body: a, body_size: 1KiB}"), ["s.yaml:3:39: the step has body and body_size; expected one of them"] },
        { Step("{post: /, body_size: huge}"), ["s.yaml:3:30: body_size is \"huge\"; expected a size such as 512, 64KiB, 256MiB or 1GB"] },
        { Step("{post: /, body_size: 1GiB}"), ["s.yaml:3:30: body_size is \"1GiB\"; expected at most 64MiB"] },
        { Step("{post: /, body_file: missing.json}"), ["s.yaml:3:30: file \"missing.json\" cannot be read: Could not find file 'missing.json'."] },
        { Step("{get: /, data: missing.csv}"), ["s.yaml:3:24: file \"missing.csv\" cannot be read: Could not find file 'missing.csv'."] },
        { Step("{get: /, data: {order: random}}"), ["s.yaml:3:24: data has no file; expected {file: ids.csv, order: sequential}"] },
        { Step("{get: /, data: {file: bad.csv}}"), ["bad.csv:3:1: 1 values; expected 2, as many as the header has columns"] },
        {
            Step("{get: /, data: open.csv}"),
            [
                "open.csv:2:1: a quoted value without its closing quote; expected CSV with \"\" for a quote inside quotes",
            ]
        },
        { Step("{get: /, data: header.csv}"), ["header.csv:1:1: no rows; expected a header line and at least one row of values"] },
        {
            Step("{get: /, data: names.csv}"),
            [
                "names.csv:1:1: \"id\" is not a column name; expected a header of distinct variable names of letters, digits and _",
            ]
        },
        { Step("{get: /, expect: 200}"), ["s.yaml:3:26: expect is \"200\"; expected a mapping with status, headers, body, json or within"] },
        {
            Step("{get: /, expect: {status: ok}}"),
            [
                "s.yaml:3:35: status is \"ok\"; expected a status such as 200, 2xx or 200-299, or a list of them",
            ]
        },
        {
            Step("{get: /, expect: {status: [200, 999]}}"),
            [
                "s.yaml:3:41: status is \"999\"; expected a status such as 200, 2xx or 200-299, or a list of them",
            ]
        },
        { Step("{get: /, expect: {json: {status: ok}}}"), ["s.yaml:3:34: json is \"status\"; expected a path such as $.items[0].id"] },
        {
            Step("{get: /, expect: {within: fast}}"),
            [
                "s.yaml:3:35: within is \"fast\"; expected a duration such as 250us, 100ms, 30s, 15m, 2h or 1h30m, above 0",
            ]
        },
        { Step("{head: /, expect: {body: a}}"), ["s.yaml:3:16: head has no response body; expected no body or json in expect and extract"] },
        { Step("{get: /, extract: [a]}"), ["s.yaml:3:27: extract is a list; expected a mapping of variables, such as token: {json: $.token}"] },
        {
            Step("{get: /, extract: {1a: {header: b}}}"),
            [
                "s.yaml:3:28: \"1a\" is not a variable; expected a name of letters, digits, _ and -, not starting with a digit",
            ]
        },
        { Step("{get: /, extract: {a: {}}}"), ["s.yaml:3:31: extract \"a\" has no source; expected one of json or header"] },
        {
            Step("{get: /, extract: {a: {json: $.a, header: b}}}"),
            [
                "s.yaml:3:31: extract \"a\" has json and header; expected one of json or header",
            ]
        },
        { Step("{get: /, extract: {a: {json: a}}}"), ["s.yaml:3:38: json is \"a\"; expected a path such as $.items[0].id"] },
        { Step("{get: /, timeout: 11m}"), ["s.yaml:3:27: timeout is \"11m\"; expected at most 10m"] },
        {
            Step("{get: /, timeout: {total: 5s, wait: 1s}}"),
            [
                "s.yaml:3:39: unknown key \"wait\" in timeout; expected connect, send, first_byte or total",
            ]
        },
        { Step("{get: /, keep_alive: yes}"), ["s.yaml:3:30: keep_alive is \"yes\"; expected true or false"] },
        { Step("{get: /, weight: 0}"), ["s.yaml:3:26: weight is \"0\"; expected a number above 0"] },
        {
            Step("{name: a, get: /}, {name: a, get: /b}"),
            [
                "s.yaml:3:35: a second step with the name \"a\"; expected distinct names, because each names a row of the results",
            ]
        },
        {
            Step("{name: a, get: /, weight: 1}, {name: b, get: /b}"),
            [
                "s.yaml:3:39: the step has no weight, but another has; expected a weight on every step or on none",
            ]
        },
        {
            Step("{name: a, get: /, weight: 1, extract: {t: {header: T}}}, {name: b, weight: 1, get: \"/${t}\"}"),
            [
                "s.yaml:3:92: unknown variable \"t\" in \"/${t}\"; expected index, random or env.NAME",
            ]
        },
        { Valid + "connections: 0\n", ["s.yaml:4:14: connections is \"0\"; expected a whole number from 1 to 65000"] },
        { Valid + "arrival: random\n", ["s.yaml:4:10: arrival is \"random\"; expected uniform or poisson"] },
        { Valid + "seed: x\n", ["s.yaml:4:7: seed is \"x\"; expected a whole number from 0 to 18446744073709551615"] },
        { Valid + "max_rss: 1MiB\n", ["s.yaml:4:10: max_rss is \"1MiB\"; expected at least 32MiB"] },
        { Valid + "max_rss: 1 elephant\n", ["s.yaml:4:10: max_rss is \"1 elephant\"; expected a size such as 512, 64KiB, 256MiB or 1GB"] },
        { Valid + "percentiles: some\n", ["s.yaml:4:14: percentiles is \"some\"; expected on or off or {window: 1m} or {sample: 10%}"] },
        {
            Valid + "percentiles: {window: 1m, sample: 10%}\n",
            [
                "s.yaml:4:14: percentiles has window and sample; expected on, off, {window: 1m} or {sample: 10%}",
            ]
        },
        { Valid + "percentiles: {sample: 0}\n", ["s.yaml:4:23: sample is \"0\"; expected a share such as 5% or 0.05, above 0"] },
        { Valid + "http_version: 3\n", ["s.yaml:4:15: http_version is \"3\"; expected 1.1 or 2"] },
        {
            Valid + "variables: {a-b: 1, \"c d\": 2}\n",
            [
                "s.yaml:4:28: \"c d\" is not a variable; expected a name of letters, digits, _ and -, not starting with a digit",
            ]
        },
        { "variables: {a: \"${b}\", b: \"${a}\"}\n" + Step("{get: \"/${a}\"}"), ["s.yaml:4:15: variable \"a\" refers to itself"] },
        {
            Valid + "thresholds: p95<200ms\n",
            [
                "s.yaml:4:13: thresholds is \"p95<200ms\"; expected a list of [step:]metric op value [over duration], such as p95<200ms, item:p99<=300ms or error_rate<1% over 30s",
            ]
        },
        {
            Valid + "thresholds: [p95]\n",
            [
                "s.yaml:4:14: threshold \"p95\" was not understood; expected [step:]metric op value [over duration], such as p95<200ms, item:p99<=300ms or error_rate<1% over 30s",
            ]
        },
        {
            Valid + "thresholds: [p95<200]\n",
            [
                "s.yaml:4:14: threshold \"p95<200\": \"200\" is not a value of p95; expected a duration such as 250us, 100ms, 30s, 15m, 2h or 1h30m",
            ]
        },
        {
            Valid + "thresholds: [p101<200ms]\n",
            [
                "s.yaml:4:14: threshold \"p101<200ms\": unknown metric \"p101\"; expected p50, p95, p99.9, min, max, avg, error_rate, success_rate, status_4xx, sent_ratio, rps, offered, sent, completed, failed, late or unsent",
            ]
        },
        {
            Valid + "thresholds: [\"latency<1s\"]\n",
            [
                "s.yaml:4:14: threshold \"latency<1s\": unknown metric \"latency\"; expected p50, p95, p99.9, min, max, avg, error_rate, success_rate, status_4xx, sent_ratio, rps, offered, sent, completed, failed, late or unsent",
            ]
        },
        {
            Valid + "thresholds: [\"error_rate<150%\"]\n",
            [
                "s.yaml:4:14: threshold \"error_rate<150%\": \"150%\" is not a value of error_rate; expected a share such as 5% or 0.05",
            ]
        },
        {
            Valid + "thresholds: [\"p95<1s over 10ms\"]\n",
            [
                "s.yaml:4:14: threshold \"p95<1s over 10ms\": \"10ms\" is not a window; expected a duration of at least 1s, such as 30s",
            ]
        },
        {
            Valid + "thresholds: [\"http_req_duration: p(95)<fast\"]\n",
            [
                "s.yaml:4:14: threshold \"http_req_duration: p(95)<fast\": \"fast\" is not a value of p95; expected a number of milliseconds",
            ]
        },
        {
            Valid + "thresholds: [\"http_req_failed: count<5\"]\n",
            [
                "s.yaml:4:14: threshold \"http_req_failed: count<5\": http_req_failed has no aggregation \"count\"; expected rate",
            ]
        },
        { Valid + "thresholds: [\"item:p95<1s\"]\n", ["s.yaml:4:14: threshold \"item:p95<1s\": no step or phase is named \"item\"; expected \"GET /\""] },
        {
            Valid + "abort_on: [{a: b}]\n",
            [
                "s.yaml:4:12: abort_on is a mapping; expected [step:]metric op value [over duration], such as p95<200ms, item:p99<=300ms or error_rate<1% over 30s",
            ]
        },
        { Valid + "before: echo\n", ["s.yaml:4:9: before is \"echo\"; expected a list of shell commands"] },
        {
            "target: http://127.0.0.1:1\nload: {rps: x, for: y}\nsteps: [{get: a}, {gte: /}]\n",
            [
                "s.yaml:2:13: rps is \"x\"; expected a rate such as 500/s, 2000/min or 0.5/s (a bare number is per second)",
                "s.yaml:2:21: for is \"y\"; expected a duration such as 250us, 100ms, 30s, 15m, 2h or 1h30m, above 0",
                "s.yaml:3:15: get is \"a\"; expected a path that starts with /",
                "s.yaml:3:19: the step sends nothing; expected one of get, head, post, put, patch, delete, options or echo",
                "s.yaml:3:20: unknown key \"gte\" in a step; did you mean \"get\"? expected name, get, head, post, put, patch, delete, options, echo, target, headers, body, body_file, body_size, data, expect, extract, timeout, keep_alive or weight",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryProblemIsReportedWithItsPlace(string yaml, string[] expected)
    {
        var directory = Directory.CreateTempSubdirectory();
        try
        {
            File.WriteAllText(Path.Combine(directory.FullName, "bad.csv"), "id,name\n1,a\n2\n");
            File.WriteAllText(Path.Combine(directory.FullName, "open.csv"), "id\n\"1\n");
            File.WriteAllText(Path.Combine(directory.FullName, "header.csv"), "id\n");
            File.WriteAllText(Path.Combine(directory.FullName, "names.csv"), "id,id\n1,2\n");
            IReadOnlyList<ScenarioProblem> problems = [];
            try
            {
                ScenarioLoader.FromText("s.yaml", yaml, new ScenarioOverrides(), new Dictionary<string, string>(), directory.FullName);
            }
            catch (ScenarioException e)
            {
                problems = e.Problems;
            }
            Assert.Equal(expected, problems.Select(p => p.ToString().Replace(directory.FullName + "/", "")));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static string Target(string target) => $"target: {target}\nload: {{rps: 1, for: 1s}}\n{Steps}";

    private static string Load(string load) => $"target: http://127.0.0.1:1\nload: {load}\n{Steps}";

    private static string Step(string step) => $"target: http://127.0.0.1:1\nload: {{rps: 1, for: 1s}}\nsteps: [{step}]\n";
}
