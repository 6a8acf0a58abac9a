using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Network;

/// <summary>All that one decision about traffic is made from. What is not known is null, and null never starts traffic.</summary>
/// <param name="Family">Whether memory counts in the idle rule.</param>
/// <param name="CpuP95">The reading of the CPU that is the lowest of those Oracle may take.</param>
/// <param name="Memory">Share of memory in use.</param>
/// <param name="NetworkAverage">Use of the link averaged over AVG_WINDOW_SEC, our own traffic included, as Oracle sees it.</param>
/// <param name="Network">The last control period's traffic.</param>
/// <param name="Budget">Of the month; null where the ledger is not known, and in journals of earlier builds.</param>
public sealed record FallbackInput(
    DateTimeOffset At,
    ShapeFamily Family,
    Percent? CpuP95,
    Percent? Memory,
    Percent? NetworkAverage,
    NetworkReading? Network,
    GatePosition Gate,
    BudgetLevel? Budget = null);
