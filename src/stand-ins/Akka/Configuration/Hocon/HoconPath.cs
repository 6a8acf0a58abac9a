namespace Akka.Configuration.Hocon;

/// <summary>Takes a dotted path apart; the dots inside quotes belong to the key.</summary>
internal static class HoconPath
{
    public static IEnumerable<string> Split(string path)
    {
        for (var at = 0; at < path.Length;)
        {
            var quoted = path[at] == '"';
            var end = path.IndexOf(quoted ? '"' : '.', quoted ? at + 1 : at);
            if (end < 0 && quoted)
                throw new FormatException($"the path {path} has a quote that is never closed");
            if (end < 0)
                end = path.Length;
            yield return quoted ? path[(at + 1)..end] : path[at..end];
            at = end + (quoted ? 2 : 1);
        }
    }
}
