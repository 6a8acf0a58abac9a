using LoadShaper.Domain.Admission;
using Serilog;

namespace LoadShaper.Daemon.Health.Http;

/// <summary>The log lines of the limits, in the wording of the throttling specification.</summary>
internal static class AdmissionLog
{
    public static void Write(ILogger log, ResourceNotice notice)
    {
        var (resource, level, use, limit) = notice;
        switch (level)
        {
            case ResourceLevel.Warning when resource == LimitedResource.ConcurrentRequests:
                log.Warning("Resource warning: ['Concurrent requests {Concurrent} approaching limit {Limit}']", (int)use, (int)limit);
                break;
            case ResourceLevel.Warning when resource == LimitedResource.RequestRate:
                log.Warning("Resource warning: ['Request rate {Rate}/min approaching limit {Limit}/min']", (int)use, (int)limit);
                break;
            case ResourceLevel.Warning when resource == LimitedResource.Memory:
                log.Warning("Resource warning: ['Memory {Memory:0.0}MB approaching limit {Limit:0.#}MB']", use, limit);
                break;
            case ResourceLevel.Warning:
                log.Warning("Resource warning: ['CPU {Cpu:0.0}% approaching limit {Limit:0.#}%']", use, limit);
                break;
            case ResourceLevel.Violation when resource == LimitedResource.ConcurrentRequests:
                log.Error("RESOURCE VIOLATION: ['Concurrent requests {Concurrent} exceeds limit {Limit}']", (int)use, (int)limit);
                log.Warning("Connection limit reached ({Limit}), rejecting new connections", (int)limit);
                break;
            case ResourceLevel.Violation when resource == LimitedResource.RequestRate:
                log.Error("RESOURCE VIOLATION: ['Request rate {Rate}/min exceeds limit {Limit}/min']", (int)use, (int)limit);
                log.Warning("Resource violations detected, throttling connections");
                break;
            case ResourceLevel.Violation when resource == LimitedResource.Memory:
                log.Error("RESOURCE VIOLATION: ['Memory {Memory:0.0}MB exceeds limit {Limit:0.#}MB']", use, limit);
                log.Warning("Resource violations detected, throttling connections");
                break;
            case ResourceLevel.Violation:
                log.Error("RESOURCE VIOLATION: ['CPU {Cpu:0.0}% exceeds limit {Limit:0.#}%']", use, limit);
                log.Warning("Resource violations detected, throttling connections");
                break;
            default:
                log.Information("Resource recovered: {Resource} {Use:0.#} below 80 % of limit {Limit:0.#}", resource, use, limit);
                break;
        }
    }
}
