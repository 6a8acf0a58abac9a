namespace LoadShaper.LoadTest.Live;

/// <summary>A sign of trouble during a run.</summary>
/// <param name="Code"><c>latency.rising</c>, <c>errors.rising</c>, <c>generator.cpu</c> or <c>generator.memory</c>.</param>
public sealed record EarlyWarning(TimeSpan At, string Code, string Text);
