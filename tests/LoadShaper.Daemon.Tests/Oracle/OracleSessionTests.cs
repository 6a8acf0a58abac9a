using LoadShaper.Daemon.Oracle;
using LoadShaper.Domain.Oracle;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LoadShaper.Daemon.Tests.Oracle;

/// <summary>The whole path from the metadata service to the points, against a server that verifies every signature.</summary>
public sealed class OracleSessionTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 30, TimeSpan.Zero));
    private FakeOracle _oracle = null!;
    private OracleSession _session = null!;

    public async Task InitializeAsync()
    {
        _oracle = await FakeOracle.StartAsync(() => _time.GetUtcNow());
        _oracle.Fill(OracleMetric.Cpu, TimeSpan.FromDays(8), at => at.Minute == 7 && at.Hour == 3 ? null : 5 + at.Hour);
        _session = _oracle.NewSession(_time);
    }

    public async Task DisposeAsync()
    {
        _session.Dispose();
        await _oracle.DisposeAsync();
    }

    [Fact]
    public async Task The_first_refresh_brings_seven_days_with_their_gaps()
    {
        var fetch = await RefreshAsync(newest: null);

        Assert.Null(fetch.Problem);
        Assert.Empty(_oracle.Refused);
        var cpu = fetch.Points.Where(point => point.Metric == OracleMetric.Cpu).ToList();
        // 10,081 ends of minutes from seven days ago on, without seven that Oracle does not have.
        Assert.Equal(10_074, cpu.Count);
        Assert.Equal(480_000_000, fetch.Link?.BitsPerSecond);
        // The value at 12:00 is that of the minute which ended then.
        Assert.Equal(new OraclePoint(OracleMetric.Cpu, Minute("2026-11-20T11:59:00Z"), 17), cpu[^1]);
        Assert.Equal(6, _oracle.ApiRequests);
    }

    [Fact]
    public async Task An_hour_later_two_hours_are_asked_for_with_a_new_token()
    {
        await RefreshAsync(newest: null);
        _time.Advance(TimeSpan.FromMinutes(63));
        _oracle.Requests.Clear();
        var fetch = await RefreshAsync(newest: _time.GetUtcNow().AddMinutes(-64));

        Assert.Null(fetch.Problem);
        Assert.All(Telemetry, request => Assert.Equal("2026-11-20T11:03:00Z", $"{request.From:yyyy-MM-dd'T'HH:mm:ss'Z'}"));
        Assert.Equal(6, _oracle.ApiRequests);
        Assert.Empty(_oracle.Refused);
    }

    [Fact]
    public async Task A_token_is_used_until_shortly_before_its_end()
    {
        _oracle.TokenLife = TimeSpan.FromHours(2);
        await RefreshAsync(newest: null);
        _time.Advance(TimeSpan.FromMinutes(63));
        await RefreshAsync(newest: null);
        Assert.Single(_oracle.Requests, request => request.Path == "/v1/x509");

        _time.Advance(TimeSpan.FromMinutes(60));
        Assert.Null((await RefreshAsync(newest: null)).Problem);
        Assert.Equal(2, _oracle.Requests.Count(request => request.Path == "/v1/x509"));
    }

    [Fact]
    public async Task A_certificate_that_was_replaced_is_read_again_for_the_next_token()
    {
        await RefreshAsync(newest: null);
        _oracle.Rotate();
        _time.Advance(TimeSpan.FromMinutes(63));

        Assert.Null((await RefreshAsync(newest: null)).Problem);
        Assert.Empty(_oracle.Refused);
    }

    [Fact]
    public async Task A_certificate_that_is_replaced_between_its_reads_is_read_once_more()
    {
        var rotated = false;
        _oracle.Before = path =>
        {
            if (path.EndsWith("key.pem", StringComparison.Ordinal) && !rotated)
            {
                rotated = true;
                _oracle.Rotate();
            }
        };

        Assert.Null((await RefreshAsync(newest: null)).Problem);
        Assert.Empty(_oracle.Refused);
    }

    [Theory]
    [InlineData("/v1/x509", 401, OracleProblemKind.Unauthorized)]
    [InlineData("/v1/x509", 404, OracleProblemKind.NotAllowed)]
    [InlineData("/v1/x509", 429, OracleProblemKind.TooManyRequests)]
    [InlineData("/v1/x509", 500, OracleProblemKind.ServerError)]
    [InlineData("/20180401/metrics/actions/summarizeMetricsData", 401, OracleProblemKind.Unauthorized)]
    [InlineData("/20180401/metrics/actions/summarizeMetricsData", 404, OracleProblemKind.NotAllowed)]
    [InlineData("/20180401/metrics/actions/summarizeMetricsData", 429, OracleProblemKind.TooManyRequests)]
    [InlineData("/20180401/metrics/actions/summarizeMetricsData", 503, OracleProblemKind.ServerError)]
    [InlineData("/20180401/metrics/actions/summarizeMetricsData", 302, OracleProblemKind.BadAnswer)]
    [InlineData("/opc/v2/instance/", 404, OracleProblemKind.Metadata)]
    [InlineData("/opc/v2/identity/key.pem", 500, OracleProblemKind.Metadata)]
    public async Task A_refusal_ends_the_refresh_and_the_next_one_succeeds(string path, int status, object kind)
    {
        _oracle.Fault = asked => asked == path ? status : null;
        var fetch = await RefreshAsync(newest: null);

        Assert.Equal(kind, fetch.Problem?.Kind);
        Assert.Empty(fetch.Points);
        Assert.Contains(status.ToString(), fetch.Problem!.Found, StringComparison.Ordinal);
        Assert.NotEqual("", fetch.Problem.Fix);
        // Nothing is asked again at once.
        Assert.Single(_oracle.Requests, request => request.Path == path);

        _oracle.Fault = _ => null;
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null((await RefreshAsync(newest: null)).Problem);
    }

    [Theory]
    [InlineData("/opc/v2/instance/", OracleProblemKind.Metadata)]
    [InlineData("/v1/x509", OracleProblemKind.Unreachable)]
    [InlineData("/20180401/metrics/actions/summarizeMetricsData", OracleProblemKind.Unreachable)]
    public async Task An_answer_that_does_not_come_is_not_waited_for(string path, object kind)
    {
        _oracle.Hangs = asked => asked == path;
        using var session = _oracle.NewSession(_time, TimeSpan.FromSeconds(0.3));

        Assert.Equal(kind, (await session.RefreshAsync(_ => _time.GetUtcNow().AddHours(-2), default)).Problem?.Kind);
    }

    [Theory]
    [InlineData(10, "10 minutes behind")]
    [InlineData(-10, "10 minutes ahead of")]
    public async Task A_clock_that_is_off_is_named(int minutes, string text)
    {
        _oracle.Clock = () => _time.GetUtcNow().AddMinutes(minutes);
        var problem = (await RefreshAsync(newest: null)).Problem;

        Assert.Equal(OracleProblemKind.Clock, problem?.Kind);
        Assert.Contains(text, problem!.Found, StringComparison.Ordinal);
        Assert.Contains("chrony", problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_for_the_agent_alone_still_brings_its_metrics()
    {
        _oracle.Allows = space => space == "oci_computeagent";
        var fetch = await RefreshAsync(newest: null);

        Assert.Equal(OracleProblemKind.NotAllowed, fetch.Problem?.Kind);
        Assert.NotEmpty(fetch.Points);
    }

    [Fact]
    public async Task Six_requests_an_hour_leave_the_VM_at_most()
    {
        _oracle.TokenLife = TimeSpan.FromMinutes(4);
        for (var minute = 0; minute < 180; minute += 3)
        {
            _time.Advance(TimeSpan.FromMinutes(3));
            _oracle.Requests.Clear();
            await RefreshAsync(newest: null);
            _sent.Add((_time.GetUtcNow(), _oracle.ApiRequests));
        }

        foreach (var (at, _) in _sent)
            Assert.InRange(_sent.Where(sent => sent.At > at - TimeSpan.FromHours(1) && sent.At <= at).Sum(sent => sent.Count), 0, 6);
        Assert.Equal(18, _sent.Sum(sent => sent.Count));
    }

    [Fact]
    public void The_metadata_service_is_never_asked_through_a_proxy()
    {
        using var handler = MetadataService.Handler();
        Assert.False(handler.UseProxy);
        Assert.False(handler.AllowAutoRedirect);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("no JSON")]
    [InlineData("null")]
    [InlineData("5")]
    [InlineData("\"ocid1.instance.oc1..a\"")]
    [InlineData("""[{"id":"ocid1.instance.oc1..a"}]""")]
    [InlineData("""{"id":5,"compartmentId":"ocid1.compartment.oc1..b","region":"eu-frankfurt-1"}""")]
    [InlineData("""{"id":["ocid1.instance.oc1..a"],"compartmentId":{},"region":true}""")]
    [InlineData("""{"id":"ocid1.instance.oc1..\ud800","compartmentId":"ocid1.compartment.oc1..b","region":"eu-frankfurt-1"}""")]
    [InlineData("""{"id":"ocid1.instance.oc1..a","compartmentId":"ocid1.compartment.oc1..b","region":"evil.example/?"}""")]
    [InlineData("""{"id":"ocid1.instance.oc1..a\"}","compartmentId":"ocid1.compartment.oc1..b","region":"eu-frankfurt-1"}""")]
    [InlineData("""{"id":"ocid1.instance.oc1..a","compartmentId":"ocid1.compartment.oc1..b","region":"eu-frankfurt-1","regionInfo":{"realmDomainComponent":"evil.example/"}}""")]
    public void Metadata_that_cannot_be_true_is_refused(string json) =>
        Assert.Equal(OracleProblemKind.Metadata, Assert.Throws<OracleException>(() => MetadataService.Parse(json)).Problem.Kind);

    [Theory]
    [InlineData("""{"monitoringDisabled":true}""", AgentState.MonitoringDisabled)]
    [InlineData("""{"allPluginsDisabled":true}""", AgentState.AllPluginsDisabled)]
    [InlineData("""{"pluginsConfig":[{"name":"Compute Instance Monitoring","desiredState":"DISABLED"}]}""", AgentState.PluginDisabled)]
    [InlineData("""{"pluginsConfig":[{"name":"Bastion","desiredState":"DISABLED"}]}""", AgentState.Running)]
    [InlineData("""{"pluginsConfig":[5,null,"text",["x"],{"name":7,"desiredState":{}}]}""", AgentState.Running)]
    [InlineData("""{"pluginsConfig":"none","monitoringDisabled":"true"}""", AgentState.Running)]
    [InlineData("[true]", AgentState.Running)]
    public async Task The_state_of_the_agent_is_read(string config, AgentState state)
    {
        _oracle.AgentConfig = config;
        using var metadata = new MetadataService(_oracle.Metadata);

        Assert.Equal(state, (await metadata.ReadInstanceAsync(default)).Agent);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"token":"a.b.c"}""")]
    [InlineData("""{"token":"only"}""")]
    [InlineData("no JSON")]
    public void An_answer_without_a_token_is_reported(string json) =>
        Assert.Equal(OracleProblemKind.BadAnswer, Assert.Throws<OracleException>(() => InstancePrincipal.ParseToken(json)).Problem.Kind);

    [Fact]
    public void Impossible_values_are_left_out_and_another_answer_is_reported()
    {
        const string points = """[{"aggregatedDatapoints":[{"timestamp":"2026-11-20T12:00:00Z","value":12.5},{"timestamp":"2026-11-20T12:01:00Z","value":-1},{"timestamp":"2026-11-20T12:02:00Z","value":101},{"timestamp":"2026-11-20T12:03:00Z","value":null}]}]""";
        Assert.Equal(12.5, Assert.Single(OracleSession.ParsePoints(OracleMetric.Cpu, points)).Value);
        Assert.Equal(OracleProblemKind.BadAnswer, Assert.Throws<OracleException>(() => OracleSession.ParsePoints(OracleMetric.Cpu, """{"code":"x"}""")).Problem.Kind);
    }

    private readonly List<(DateTimeOffset At, int Count)> _sent = [];

    private IEnumerable<(string Path, string? Query, DateTimeOffset? From)> Telemetry => _oracle.Requests.Where(request => request.From is not null);

    private Task<OracleFetch> RefreshAsync(DateTimeOffset? newest) =>
        _session.RefreshAsync(_ => PollPolicy.From(_time.GetUtcNow(), newest), default);

    private static long Minute(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds() / 60;
}
