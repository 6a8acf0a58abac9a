using LoadShaper.Domain.Metrics;
using Xunit;

namespace LoadShaper.Domain.Tests.Metrics;

public sealed class MetricsFormatTests
{
    [Theory]
    // Prometheus 2.42.
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", MetricsFormat.Prometheus)]
    // Prometheus 3.
    [InlineData("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1", MetricsFormat.Prometheus)]
    [InlineData("text/plain", MetricsFormat.Prometheus)]
    [InlineData("Text/Plain; Q=1", MetricsFormat.Prometheus)]
    [InlineData("application/json;q=0.2, text/plain", MetricsFormat.Prometheus)]
    // curl, a browser, and the default of a common JavaScript client.
    [InlineData("*/*", MetricsFormat.Json)]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", MetricsFormat.Json)]
    [InlineData("application/json, text/plain, */*", MetricsFormat.Json)]
    [InlineData("text/plain;q=0", MetricsFormat.Json)]
    [InlineData("text/plain;q=x", MetricsFormat.Json)]
    [InlineData("text/*", MetricsFormat.Json)]
    [InlineData("", MetricsFormat.Json)]
    [InlineData(null, MetricsFormat.Json)]
    [InlineData(";;,,q=,", MetricsFormat.Json)]
    public void The_Accept_header_decides(string? accept, MetricsFormat expected) => Assert.Equal(expected, MetricsFormatPolicy.Decide(accept));
}
