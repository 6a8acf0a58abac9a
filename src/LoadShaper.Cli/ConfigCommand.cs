using System.CommandLine;
using System.CommandLine.Completions;
using System.Text;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Cli;

/// <summary>`loadshaper config`: every setting in force, its source, and what is wrong with it. Starts nothing.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON, with problems and warnings." };
        var explain = new Option<string?>("--explain") { Description = "Explain one setting: what it does, and the risk of a wrong value.", HelpName = "NAME" };
        explain.CompletionSources.Add(_ => SettingsTable.All.Select(setting => new CompletionItem(setting.Name)));
        var envTemplate = new Option<bool>("--env-template") { Description = "Print a commented .env file with every setting at its default." };
        var referenceConf = new Option<bool>("--reference-conf") { Description = "Print hocon/reference.conf, generated from the settings table." };
        var markdown = new Option<bool>("--markdown") { Description = "Print docs/configuration.md, generated from the settings table." };
        var command = new Command("config", "Show every setting with its value, source, default and bounds; exit code 78 when one is wrong.") { json, explain, envTemplate, referenceConf, markdown };
        command.SetAction(async (parsed, cancel) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var error = parsed.InvocationConfiguration.Error;
            if (Generated(parsed.GetValue(envTemplate), parsed.GetValue(referenceConf), parsed.GetValue(markdown)) is { } file)
            {
                await output.WriteAsync(file);
                return ExitCode.Ok;
            }
            var loaded = await ConfigurationLoader.LoadAsync(ConfigurationLoader.ProcessEnvironment(), DateTimeOffset.UtcNow, cancel);
            return parsed.GetValue(explain) is { } name ? Explain(loaded, name, output, error)
                : parsed.GetValue(json) ? ShowJson(loaded, output)
                : Show(loaded, output, error);
        });
        return command;
    }

    private static string? Generated(bool envTemplate, bool referenceConf, bool markdown) =>
        envTemplate ? EnvTemplate() : referenceConf ? SettingsDocument.ReferenceConf() : markdown ? SettingsDocument.Markdown() : null;

    internal static int Show(LoadedConfiguration loaded, TextWriter output, TextWriter error)
    {
        output.Write(Heading(loaded.Shape));
        output.Write(TextTable.Render(
            ["NAME", "VALUE", "FROM", "DEFAULT", "BOUNDS"],
            loaded.Reading.Values.Select(v => new[] { v.Setting.Name, OrDash(v.Shown), v.Origin.ToString(), OrDash(v.Setting.Default), v.Setting.Bounds })));
        foreach (var warning in loaded.Shape.Warnings)
            error.WriteLine("warning: " + warning);
        error.Write(SettingsReport.Warnings(loaded.Reading.Warnings));
        if (loaded.Reading.Settings is not null)
            return ExitCode.Ok;
        error.Write(SettingsReport.Problems(loaded.Reading.Problems));
        return ExitCode.Config;
    }

    internal static int ShowJson(LoadedConfiguration loaded, TextWriter output)
    {
        output.WriteLine(ConfigJson.Render(loaded));
        return loaded.Reading.Settings is not null ? ExitCode.Ok : ExitCode.Config;
    }

    internal static int Explain(LoadedConfiguration loaded, string name, TextWriter output, TextWriter error)
    {
        if (loaded.Reading.Values.FirstOrDefault(v => v.Setting.Name.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase)) is not { } value)
        {
            error.WriteLine($"{name} is not a setting; {UnknownNames.Suggestion(name.Trim())}");
            return ExitCode.Usage;
        }
        var setting = value.Setting;
        output.WriteLine($"{setting.Name}={value.Shown}");
        output.WriteLine();
        output.Write(TextTable.Wrapped(setting.Note, "  "));
        output.Write(TextTable.Wrapped($"Risk: {setting.Risk}", "  "));
        output.WriteLine();
        output.WriteLine($"  from     {value.Origin}");
        output.WriteLine($"  default  {OrDash(setting.Default)}");
        output.WriteLine($"  bounds   {setting.Bounds}");
        output.WriteLine($"  key      loadshaper.{setting.Key} in hocon/reference.conf");
        foreach (var problem in loaded.Reading.Problems.Concat(loaded.Reading.Warnings).Where(p => p.Variable == setting.Name))
            output.WriteLine($"  note     {SettingsReport.Line(problem)}");
        return ExitCode.Ok;
    }

    /// <summary>Every setting commented out at its default.</summary>
    internal static string EnvTemplate()
    {
        var text = new StringBuilder("# LoadShaper: uncomment the settings to change. The others follow the template of the shape, then the default.\n");
        foreach (var setting in SettingsTable.All)
        {
            text.Append('\n').Append(TextTable.Wrapped(setting.Note, "# ")).Append(TextTable.Wrapped($"Risk: {setting.Risk}", "# "));
            text.Append($"# {setting.Bounds}\n#{setting.Name}={setting.Default}\n");
        }
        return text.ToString();
    }

    private static string Heading(Shape shape) =>
        $"shape     {shape.Name}, {shape.Cpus} CPU{(shape.Cpus == 1 ? "" : "s")}, {Math.Round(shape.Memory.MiB)} MiB (from: {shape.Source})\n"
        + $"rule      {(shape.Family == ShapeFamily.A1 ? "A1: CPU, memory and network count" : "E2: CPU and network count")}\n"
        + $"template  {shape.Template ?? "none, the defaults apply"}{(shape.Scaled.Count > 0 ? ", scaled to this machine" : "")}\n\n";

    private static string OrDash(string text) => text == "" ? "-" : text;
}
