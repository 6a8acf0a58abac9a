using System.Globalization;
using System.Text;

namespace LoadShaper.Daemon.Health;

/// <summary>
/// A log message whose parts depend on what is known: its template and values are passed to the logger, so that each value is a
/// property of its own.
/// </summary>
internal sealed class LogMessage
{
    private readonly StringBuilder _template = new();
    private readonly StringBuilder _text = new();
    private readonly List<object> _values = [];

    public LogMessage(string text) => Text(text);

    /// <summary>With a placeholder in braces for each value.</summary>
    public string Template => _template.ToString();

    public object[] Values => [.. _values];

    public LogMessage Text(string text)
    {
        _template.Append(text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
        _text.Append(text);
        return this;
    }

    /// <param name="name">Of the property: letters and digits, beginning with a capital.</param>
    public LogMessage Value(string name, object value)
    {
        _template.Append('{').Append(name).Append('}');
        _text.Append(CultureInfo.InvariantCulture, $"{value}");
        _values.Add(value);
        return this;
    }

    /// <summary>The message as LOG_FORMAT=text shows it.</summary>
    public override string ToString() => _text.ToString();
}
