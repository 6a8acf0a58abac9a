namespace LoadShaper.Daemon.Tests.Configuration;

/// <summary>Files below a directory that ends with the test.</summary>
internal sealed class FileTree : IDisposable
{
    public FileTree(params (string Path, string Text)[] files)
    {
        Root = Directory.CreateTempSubdirectory("loadshaper-").FullName;
        foreach (var (path, text) in files)
            Write(path, text);
    }

    public string Root { get; }

    public string this[string path] => Path.Combine(Root, path);

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[path])!);
        File.WriteAllText(this[path], text);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
