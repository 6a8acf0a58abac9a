namespace LoadShaper.LoadTest.Comparison;

/// <summary>
/// One-sided permutation test over several metrics at once (Westfall and Young, max-T): how often a relabelling of the runs
/// gives any metric a difference at least as large as the one seen. It needs no assumption about the distribution, and the
/// more metrics are looked at the larger a difference must be, so that the whole table raises a false alarm at most as often
/// as the level says.
/// </summary>
internal static class PermutationTest
{
    /// <summary>All relabellings are tried up to this number, more are sampled.</summary>
    private const int MostExact = 20_000;
    private const int Sampled = 9_999;

    /// <summary>Adjusted p-value of each metric.</summary>
    /// <param name="before">[metric][run], larger is worse.</param>
    /// <param name="after">[metric][run], larger is worse.</param>
    /// <param name="seed">Of the sampled relabellings.</param>
    public static double[] AdjustedP(double[][] before, double[][] after, int seed)
    {
        var metrics = before.Length;
        var (n, m) = (before[0].Length, after[0].Length);
        var pooled = Enumerable.Range(0, metrics).Select(k => before[k].Concat(after[k]).ToArray()).ToArray();
        var labels = new bool[n + m];
        Array.Fill(labels, true, n, m);
        var seen = pooled.Select(values => Statistic(values, labels)).ToArray();

        var asExtreme = new long[metrics];
        long total = 0;
        void Count(bool[] relabelled)
        {
            var largest = double.NegativeInfinity;
            foreach (var values in pooled)
                largest = Math.Max(largest, Statistic(values, relabelled));
            for (var k = 0; k < metrics; k++)
                if (largest >= seen[k] - 1e-9 * Math.Max(1, Math.Abs(seen[k])))
                    asExtreme[k]++;
            total++;
        }

        if (Combinations(n + m, m) <= MostExact)
        {
            Enumerate(new bool[n + m], 0, m, Count);
        }
        else
        {
            var random = new Random(seed);
            Count(labels);
            for (var i = 0; i < Sampled; i++)
            {
                random.Shuffle(labels);
                Count(labels);
            }
        }
        return [.. asExtreme.Select(count => (double)count / total)];
    }

    /// <summary>Welch's t of the labelled values against the others. No spread at all counts as an infinite or zero difference.</summary>
    private static double Statistic(double[] values, bool[] labels)
    {
        double sumA = 0, sumB = 0, squareA = 0, squareB = 0;
        int a = 0, b = 0;
        // Around the first value, so that large equal values do not lose the difference between them.
        var origin = values[0];
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i] - origin;
            if (labels[i])
            {
                sumB += value;
                squareB += value * value;
                b++;
            }
            else
            {
                sumA += value;
                squareA += value * value;
                a++;
            }
        }
        var difference = sumB / b - sumA / a;
        var variance = Variance(sumA, squareA, a) / a + Variance(sumB, squareB, b) / b;
        if (Math.Abs(difference) < 1e-12)
            return 0;
        return variance < 1e-18 ? double.PositiveInfinity * Math.Sign(difference) : difference / Math.Sqrt(variance);
    }

    private static double Variance(double sum, double square, int count) =>
        count < 2 ? 0 : Math.Max(0, (square - sum * sum / count) / (count - 1));

    private static double Combinations(int n, int k)
    {
        double result = 1;
        for (var i = 1; i <= k; i++)
            result = result * (n - k + i) / i;
        return result;
    }

    private static void Enumerate(bool[] labels, int from, int left, Action<bool[]> visit)
    {
        if (left == 0)
        {
            visit(labels);
            return;
        }
        for (var i = from; i <= labels.Length - left; i++)
        {
            labels[i] = true;
            Enumerate(labels, i + 1, left - 1, visit);
            labels[i] = false;
        }
    }
}
