namespace LoadShaper.Domain.Cpu.Explain;

/// <summary>An input of a decision that may be turned to see what changes.</summary>
internal abstract record InputVariation
{
    /// <summary>The nearest values that lead to another answer than <paramref name="same"/>, in words.</summary>
    public abstract IEnumerable<string> Nearest(Func<P95State, P95Input, string> ask, string same);

    /// <param name="Was">How it was, in words.</param>
    /// <param name="Others">Each other value it can take, in words, and the decision with it.</param>
    public sealed record Choice(string Name, string Was, IReadOnlyList<(string Words, P95State State, P95Input Input)> Others) : InputVariation
    {
        public override IEnumerable<string> Nearest(Func<P95State, P95Input, string> ask, string same)
        {
            foreach (var (words, state, input) in Others)
            {
                var answer = ask(state, input);
                if (answer != same)
                    yield return $"{Name}: {words} (it was {Was}) -> {answer}";
            }
        }
    }

    /// <param name="Value">As it was.</param>
    /// <param name="Least">The least that it can be.</param>
    /// <param name="Most">The most.</param>
    /// <param name="Step">Difference of two distinguishable values.</param>
    /// <param name="Words">A value in words.</param>
    /// <param name="Turn">The decision with another value.</param>
    public sealed record Number(
        string Name, double Value, double Least, double Most, double Step,
        Func<double, string> Words, Func<double, (P95State State, P95Input Input)> Turn) : InputVariation
    {
        // A policy that answers otherwise only between two of these is not found out; none does.
        private const int Looks = 64;

        public override IEnumerable<string> Nearest(Func<P95State, P95Input, string> ask, string same)
        {
            foreach (var end in new[] { Least, Most })
                if (Towards(end, ask, same) is { } found)
                    yield return $"{Name}: {Words(found.Value)} (it was {Words(Value)}) -> {found.Answer}";
        }

        private (double Value, string Answer)? Towards(double end, Func<P95State, P95Input, string> ask, string same)
        {
            string Ask(double value)
            {
                var (state, input) = Turn(value);
                return ask(state, input);
            }

            var before = Value;
            for (var look = 1; look <= Looks; look++)
            {
                var next = Snap(Value + (end - Value) * look * look / (Looks * Looks));
                if (Ask(next) == same)
                {
                    before = next;
                    continue;
                }

                while (Snap((before + next) / 2) is var middle && Math.Abs(middle - before) > Step / 2 && Math.Abs(middle - next) > Step / 2)
                {
                    if (Ask(middle) == same)
                        before = middle;
                    else
                        next = middle;
                }

                return (next, Ask(next));
            }

            return null;
        }

        private double Snap(double value) => Math.Round(Math.Round(value / Step) * Step, 2);
    }
}
