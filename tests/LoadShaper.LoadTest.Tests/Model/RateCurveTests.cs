using FsCheck;
using FsCheck.Fluent;
using LoadShaper.LoadTest.Model;
using LoadShaper.LoadTest.Plan;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Model;

public class RateCurveTests
{
    private static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);

    internal static Gen<LoadPhase> RatePhase()
    {
        var rate = Gen.OneOf(Gen.Constant(0.0), Gen.Choose(1, 100_000).Select(r => r / 100.0));
        var seconds = Gen.Choose(1, 600).Select(s => S(s / 10.0));
        return Gen.OneOf(
            rate.SelectMany(r => seconds.Select(d => (LoadPhase)new ConstantRate(r, d))),
            rate.SelectMany(a => rate.SelectMany(b => seconds.Select(d => (LoadPhase)new RampRate(a, b, d)))),
            rate.NonEmptyListOf().SelectMany(r => seconds.Select(d => (LoadPhase)new StepRates([.. r], d))),
            rate.SelectMany(a => rate.SelectMany(b => seconds.Select(d => (LoadPhase)new SpikeRate(a, b, d / 4, d / 2, d)))),
            rate.SelectMany(a => rate.SelectMany(b => seconds.Select(d => (LoadPhase)new RampHoldRamp(Math.Min(a, b), Math.Max(a, b), d)))));
    }

    private static Arbitrary<List<LoadPhase>> Phases() => RatePhase().NonEmptyListOf().ToArbitrary();

    [Fact]
    public void The_inverse_undoes_the_integral()
    {
        Prop.ForAll(Phases(), phases =>
        {
            var curve = RateCurve.Of(phases);
            for (var k = 0; k < 50; k++)
            {
                var count = curve.Total * k / 50;
                if (curve.Total > 0)
                    Assert.Equal(count, curve.Integral(curve.Inverse(count)), 1e-6 * Math.Max(1, curve.Total));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_inverse_ascends_within_the_curve_and_the_cursor_changes_nothing()
    {
        Prop.ForAll(Phases(), phases =>
        {
            var curve = RateCurve.Of(phases);
            var cursor = 0;
            var last = 0.0;
            for (var k = 0; k < 100 && curve.Total > 0; k++)
            {
                var count = curve.Total * k / 100;
                var time = curve.Inverse(count, ref cursor);
                Assert.Equal(curve.Inverse(count), time);
                Assert.InRange(time, last - 1e-9, curve.Duration);
                last = time;
            }

            Assert.True(double.IsPositiveInfinity(curve.Inverse(curve.Total)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_integral_is_the_area_under_the_rate()
    {
        Prop.ForAll(Phases(), phases =>
        {
            var curve = RateCurve.Of(phases);
            const int n = 20_000;
            var area = 0.0;
            for (var k = 0; k < n; k++)
                area += curve.Rate((k + 0.5) * curve.Duration / n) * curve.Duration / n;
            Assert.Equal(area, curve.Total, Math.Max(1e-6, 0.01 * curve.Total));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Ramp_hold_ramp_is_a_third_up_a_third_hold_a_third_down()
    {
        var curve = RateCurve.Of([new RampHoldRamp(100, 400, S(90))]);
        Assert.Equal([100, 250, 400, 400, 400, 250], new[] { 0.0, 15, 30, 45, 60, 75 }.Select(curve.Rate));
        Assert.Equal(30 * 250 + 30 * 400 + 30 * 250, curve.Total, 1e-9);
    }

    [Fact]
    public void A_spike_is_a_rectangle_in_the_base()
    {
        var curve = RateCurve.Of([new SpikeRate(10, 1_000, S(5), S(2), S(20))]);
        Assert.Equal([10, 1_000, 1_000, 10, 10], new[] { 4.9, 5, 6.9, 7, 19 }.Select(curve.Rate));
        Assert.Equal(18 * 10 + 2_000, curve.Total, 1e-9);
    }

    [Fact]
    public void A_stretch_without_arrivals_is_skipped()
    {
        var curve = RateCurve.Of([new ConstantRate(0, S(3)), new ConstantRate(2, S(1)), new ConstantRate(0, S(5)), new ConstantRate(1, S(1))]);
        Assert.Equal([3, 3.5, 9], new[] { 0.0, 1, 2 }.Select(curve.Inverse));
    }
}
