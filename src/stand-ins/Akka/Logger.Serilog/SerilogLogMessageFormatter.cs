#nullable disable
using Akka.Event;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace Akka.Logger.Serilog;

/// <summary>Formats by Serilog's message templates: placeholders have names.</summary>
public class SerilogLogMessageFormatter : ILogMessageFormatter
{
    public static readonly SerilogLogMessageFormatter Instance = new();

    private static readonly MessageTemplateParser Parser = new();

    public string Format(string format, params object[] args)
    {
        if (Log.Logger.BindMessageTemplate(format, args, out var template, out var bound))
            return template.Render(bound.ToDictionary(p => p.Name, p => p.Value));

        // No logger is set yet: the values as they are.
        template = Parser.Parse(format);
        var names = template.Tokens.OfType<PropertyToken>().Select(t => t.PropertyName);
        var values = new Dictionary<string, LogEventPropertyValue>();
        foreach (var (name, value) in names.Zip(args))
            values.TryAdd(name, new ScalarValue(value));
        return template.Render(values);
    }

    public string Format(string format, IEnumerable<object> args) => Format(format, args.ToArray());
}
