using System.Text;

namespace LoadShaper.LoadTest.Reports;

/// <summary>
/// The files of a run. A file that cannot be written never ends the run: the first failure is reported, later writes are
/// tried again, and <see cref="Failures"/> lists every file that is missing or incomplete at the end.
/// </summary>
/// <param name="path">The directory; created by <see cref="Create"/>.</param>
/// <param name="report">Receives the first failure of each file.</param>
public sealed class OutputDirectory(string path, Action<string> report) : IDisposable
{
    private readonly Dictionary<string, string> _failures = [];
    private readonly HashSet<string> _reported = [];
    private readonly Dictionary<string, FileStream> _open = [];

    public string Path => path;

    /// <summary>What is wrong with each file, at most one text a file.</summary>
    public IReadOnlyCollection<string> Failures => _failures.Values;

    /// <summary>Null, or why the directory cannot be used: nothing was sent yet, so the caller can refuse the run.</summary>
    public string? Create()
    {
        try
        {
            Directory.CreateDirectory(path);
            var probe = System.IO.Path.Combine(path, ".write-test");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return null;
        }
        catch (Exception e) when (IsFileError(e))
        {
            return $"--out {path} cannot be written: {e.Message}; expected a directory with write permission";
        }
    }

    /// <summary>Replaces a file: readers see the old or the new content, never a part of it.</summary>
    public void Replace(string name, string content)
    {
        var temporary = System.IO.Path.Combine(path, name + ".tmp");
        Try(name, () =>
        {
            try
            {
                File.WriteAllText(temporary, content);
                File.Move(temporary, System.IO.Path.Combine(path, name), overwrite: true);
            }
            catch (Exception e) when (IsFileError(e))
            {
                File.Delete(temporary);
                throw;
            }
        });
    }

    /// <summary>Appends to a file that starts empty in this run, and hands it to the kernel.</summary>
    public void Append(string name, string text) => Try(name, () =>
    {
        if (!_open.TryGetValue(name, out var file))
            // No buffer, so that a failure belongs to the call that caused it.
            _open[name] = file = new FileStream(System.IO.Path.Combine(path, name), FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var at = file.CanSeek ? file.Position : 0;
        try
        {
            file.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException)
        {
            CutAt(file, at);
            throw;
        }
    }, keepFailure: true);

    public void Dispose()
    {
        foreach (var file in _open.Values)
            file.Dispose();
    }

    private void Try(string name, Action write, bool keepFailure = false)
    {
        try
        {
            write();
            if (!keepFailure)
                _failures.Remove(name);
        }
        catch (Exception e) when (IsFileError(e))
        {
            _failures[name] = $"{System.IO.Path.Combine(path, name)} {(keepFailure ? "is incomplete" : "cannot be written")}: {e.Message}";
            if (_reported.Add(name))
                report(_failures[name]);
        }
    }

    /// <summary>A half-written line would make the whole file unreadable.</summary>
    private static void CutAt(FileStream file, long length)
    {
        try
        {
            file.SetLength(length);
            file.Position = length;
        }
        catch (Exception e) when (e is IOException or NotSupportedException or ArgumentException)
        {
            // The file cannot be cut; the caller reports it as incomplete.
        }
    }

    private static bool IsFileError(Exception e) => e is IOException or UnauthorizedAccessException;
}
