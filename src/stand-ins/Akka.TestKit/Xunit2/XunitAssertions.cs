using System.Collections;
using System.Globalization;
using Xunit;
using Xunit.Sdk;

namespace Akka.TestKit.Xunit2;

/// <summary>Fails a test by an exception of xunit.</summary>
public class XunitAssertions : ITestKitAssertions
{
    public void Fail(string format = "", params object?[] args) => Assert.Fail(Text(format, args));

    public void AssertTrue(bool condition, string format = "", params object?[] args) => Assert.True(condition, Text(format, args));

    public void AssertFalse(bool condition, string format = "", params object?[] args) => Assert.False(condition, Text(format, args));

    public void AssertEqual<T>(T expected, T actual, string format = "", params object?[] args) =>
        AssertEqual(expected, actual, (a, b) => AreEqual(a, b), format, args);

    public void AssertEqual<T>(T expected, T actual, Func<T, T, bool> comparer, string format = "", params object?[] args)
    {
        if (!comparer(expected, actual))
            throw EqualException.ForMismatchedValues(Shown(expected), Shown(actual), Text(format, args));
    }

    /// <summary>Equal by their own account, or sequences of equal elements.</summary>
    private static bool AreEqual(object? expected, object? actual)
    {
        if (Equals(expected, actual))
            return true;
        return expected is IEnumerable and not string && actual is IEnumerable and not string
            && ((IEnumerable)expected).Cast<object?>().SequenceEqual(((IEnumerable)actual).Cast<object?>(), new ElementComparer());
    }

    private static string Shown(object? value) => value is string text ? text : ArgumentFormatter.Format(value);

    private static string Text(string format, object?[] args) =>
        args.Length == 0 ? format : string.Format(CultureInfo.InvariantCulture, format, args);

    private sealed class ElementComparer : IEqualityComparer<object?>
    {
        public new bool Equals(object? x, object? y) => AreEqual(x, y);

        public int GetHashCode(object obj) => 0;
    }
}
