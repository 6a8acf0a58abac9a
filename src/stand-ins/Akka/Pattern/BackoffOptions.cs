#nullable disable
using Akka.Actor;

namespace Akka.Pattern;

/// <summary>Children that are started again after a growing delay.</summary>
public static class Backoff
{
    /// <summary>When the child fails; a child that stops by itself is not started again. -1: without limit.</summary>
    public static BackoffOptions OnFailure(Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries) =>
        new BackoffSettings(childProps, childName, minBackoff, maxBackoff, randomFactor, OnStop: false).WithMaxNrOfRetries(maxNrOfRetries);

    /// <summary>Whenever the child stops. -1: without limit.</summary>
    public static BackoffOptions OnStop(Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries) =>
        new BackoffSettings(childProps, childName, minBackoff, maxBackoff, randomFactor, OnStop: true).WithMaxNrOfRetries(maxNrOfRetries);
}

public abstract record BackoffOptions
{
    internal abstract Props Props { get; }

    /// <summary>The delay is the smallest again when the child ran this long. The default, with the smallest delay.</summary>
    public abstract BackoffOptions WithAutoReset(TimeSpan resetBackoff);

    /// <summary>The delay is the smallest again when the child says <see cref="BackoffSupervisor.Reset"/>.</summary>
    public abstract BackoffOptions WithManualReset();

    public abstract BackoffOptions WithSupervisorStrategy(OneForOneStrategy supervisorStrategy);

    public abstract BackoffOptions WithDefaultStoppingStrategy();

    public abstract BackoffOptions WithReplyWhileStopped(object replyWhileStopped);

    public abstract BackoffOptions WithMaxNrOfRetries(int maxNrOfRetries);

    /// <summary>After such a message the child's end is also that of the supervisor.</summary>
    public abstract BackoffOptions WithFinalStopMessage(Func<object, bool> isFinalStopMessage);
}

public interface IBackoffReset;

internal sealed class AutoReset(TimeSpan resetBackoff) : IBackoffReset
{
    internal TimeSpan ResetBackoff => resetBackoff;
}

internal sealed class ManualReset : IBackoffReset;

internal sealed record BackoffSettings(Props ChildProps, string ChildName, TimeSpan MinBackoff, TimeSpan MaxBackoff, double RandomFactor, bool OnStop) : BackoffOptions
{
    internal IBackoffReset Reset { get; private init; } = new AutoReset(MinBackoff);

    internal OneForOneStrategy Strategy { get; private init; } = new(SupervisorStrategy.DefaultDecider);

    internal object ReplyWhileStopped { get; private init; }

    internal Func<object, bool> FinalStopMessage { get; private init; }

    internal override Props Props
    {
        get
        {
            if (MinBackoff <= TimeSpan.Zero) throw new ArgumentException("MinBackoff must be greater than 0");
            if (MaxBackoff < MinBackoff) throw new ArgumentException("MaxBackoff must be greater than MinBackoff");
            if (RandomFactor is < 0.0 or > 1.0) throw new ArgumentException("RandomFactor must be between 0.0 and 1.0");
            return Props.Create(
                OnStop ? typeof(BackoffSupervisor) : typeof(BackoffOnRestartSupervisor),
                ChildProps, ChildName, MinBackoff, MaxBackoff, Reset, RandomFactor, Strategy, ReplyWhileStopped, FinalStopMessage);
        }
    }

    public override BackoffOptions WithAutoReset(TimeSpan resetBackoff) => this with { Reset = new AutoReset(resetBackoff) };

    public override BackoffOptions WithManualReset() => this with { Reset = new ManualReset() };

    public override BackoffOptions WithSupervisorStrategy(OneForOneStrategy supervisorStrategy) => this with { Strategy = supervisorStrategy };

    public override BackoffOptions WithDefaultStoppingStrategy() =>
        this with { Strategy = new OneForOneStrategy(Strategy.MaxNumberOfRetries, null, SupervisorStrategy.StoppingStrategy.Decider) };

    public override BackoffOptions WithReplyWhileStopped(object replyWhileStopped) => this with { ReplyWhileStopped = replyWhileStopped };

    public override BackoffOptions WithMaxNrOfRetries(int maxNrOfRetries) => this with { Strategy = Strategy.WithMaxNrOfRetries(maxNrOfRetries) };

    public override BackoffOptions WithFinalStopMessage(Func<object, bool> isFinalStopMessage) => this with { FinalStopMessage = isFinalStopMessage };
}
