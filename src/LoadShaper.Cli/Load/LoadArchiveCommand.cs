using System.CommandLine;
using LoadShaper.LoadTest.Comparison;

namespace LoadShaper.Cli.Load;

/// <summary>`loadshaper load archive`: keeps every file of a run under its UTC time.</summary>
internal static class LoadArchiveCommand
{
    public static Command Create()
    {
        var store = new StoreOptions("load-archive");
        var command = new Command("archive", "Copy a run to an archive, in a directory named by its UTC time.");
        store.AddTo(command);
        command.SetAction(parsed => store.Run(parsed, RunStore.AllFiles, _ => null, byScenario: false));
        return command;
    }
}
