using System.Globalization;
using LoadShaper.Domain.Secrets;

namespace LoadShaper.Domain.Settings;

/// <summary>Where a value came from, weakest first.</summary>
public enum SettingSource
{
    /// <summary>reference.conf.</summary>
    Reference,

    /// <summary>Found on this machine, in place of a default.</summary>
    Detected,

    /// <summary>The template of the shape.</summary>
    Template,

    /// <summary>The environment.</summary>
    Environment,
}

/// <summary>Where a value came from, to the line of the file.</summary>
/// <param name="File">Its name without the folder; null for the environment.</param>
/// <param name="Line">Counted from 1; null where there are no lines.</param>
/// <param name="Scaled">Computed from the figures of the machine.</param>
public sealed record SettingOrigin(SettingSource Source, string? File = null, int? Line = null, bool Scaled = false)
{
    public static readonly SettingOrigin Environment = new(SettingSource.Environment);

    public static readonly SettingOrigin Reference = new(SettingSource.Reference, "reference.conf");

    public override string ToString() =>
        File is null ? "environment" : File + (Line is { } line ? line.ToString(":0", CultureInfo.InvariantCulture) : "") + (Scaled ? " (scaled)" : "");
}

/// <summary>A text given for a variable, and its source.</summary>
public sealed record SettingText(string Text, SettingOrigin Origin);

/// <summary>A setting in force, as text, and where it came from.</summary>
public sealed record SettingValue(Setting Setting, string Text, SettingOrigin Origin)
{
    /// <summary>The text as every output shows it: a secret is redacted.</summary>
    public string Shown => Setting.IsSecret ? Redaction.Value(Text) : Text;
}

/// <summary>What is wrong with one value, or with several together.</summary>
/// <param name="Variable">The variable to look at first.</param>
/// <param name="Value">Its text; that of a secret is redacted.</param>
/// <param name="Origin">The source of the text.</param>
/// <param name="Broken">The bound or relation that it breaks.</param>
/// <param name="Fix">How to fix it.</param>
public sealed record SettingProblem(string Variable, string Value, SettingOrigin Origin, string Broken, string Fix)
{
    // A misspelt name may be that of a secret, so a URL of what is no setting is redacted too.
    public string Value { get; } = SettingsTable.Find(Variable) switch
    {
        { IsSecret: true } => Redaction.Value(Value),
        null when Value.Contains("://", StringComparison.Ordinal) => Redaction.Value(Value),
        _ => Value,
    };

    public string Broken { get; } = Redaction.Text(Broken);
}
