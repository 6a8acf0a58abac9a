using System.Text;
using System.Xml.Linq;

namespace LoadShaper.LoadTest.Reports.Html;

/// <summary>One line of a chart.</summary>
/// <param name="Style">Number of the line's colour in the style sheet, 1 to 5.</param>
/// <param name="Points">NaN interrupts the line.</param>
/// <param name="Area">Whether the area below is filled.</param>
internal sealed record ChartLine(string Label, int Style, IReadOnlyList<(double X, double Y)> Points, bool Area = false);

/// <summary>A vertical mark, such as the start of a phase.</summary>
internal sealed record ChartMark(double X, string Label);

/// <summary>
/// A line chart. The lines are one SVG that stretches with the page while strokes keep their width; labels are HTML beside
/// it, so that text has one size on paper, on a screen and on a phone.
/// </summary>
internal sealed record Chart(string Title, string Description, Scale X, Scale Y, Func<double, string> XLabel, Func<double, string> YLabel)
{
    /// <summary>More points than pixels only make the file large.</summary>
    private const int MostPoints = 400;

    public IReadOnlyList<ChartLine> Lines { get; init; } = [];
    public IReadOnlyList<ChartMark> Marks { get; init; } = [];

    public XElement Render()
    {
        var svg = new XElement("svg", new XAttribute("viewBox", "0 0 100 100"), new XAttribute("preserveAspectRatio", "none"), new XAttribute("role", "img"), new XAttribute("aria-label", Description));
        foreach (var tick in Y.Ticks)
            svg.Add(Line("grid", 0, 100 - Y.Position(tick), 100, 100 - Y.Position(tick)));
        foreach (var mark in Marks)
            svg.Add(Line("mark", X.Position(mark.X), 0, X.Position(mark.X), 100));
        foreach (var line in Lines)
        {
            var points = Thin(line.Points);
            if (line.Area)
                svg.Add(new XElement("path", new XAttribute("class", $"a{line.Style}"), new XAttribute("d", AreaPath(points))));
            svg.Add(new XElement("path", new XAttribute("class", $"l{line.Style}"), new XAttribute("d", Path(points))));
        }
        return new XElement("figure",
            new XElement("figcaption", new XElement("h3", Title), new XElement("ul", new XAttribute("class", "legend"),
                Lines.Select(l => new XElement("li", new XElement("i", new XAttribute("class", $"k{l.Style}"), ""), l.Label)))),
            new XElement("div", new XAttribute("class", "plot"),
                svg,
                Y.Ticks.Select(t => new XElement("span", new XAttribute("class", "y"), new XAttribute("style", $"bottom:{Scale.Text(Y.Position(t))}%"), YLabel(t))),
                X.Ticks.Select(t => new XElement("span", new XAttribute("class", XClass(t)), new XAttribute("style", $"left:{Scale.Text(X.Position(t))}%"), XLabel(t))),
                Marks.Where(m => m.Label != "").Select(m => new XElement("span", new XAttribute("class", X.Position(m.X) > 80 ? "m left" : "m"), new XAttribute("style", $"left:{Scale.Text(X.Position(m.X))}%"), m.Label))));
    }

    // A centred label at either end would stick out of the page.
    private string XClass(double tick) => X.Position(tick) switch { < 4 => "x first", > 96 => "x last", _ => "x" };

    private string Path(IReadOnlyList<(double X, double Y)> points)
    {
        var path = new StringBuilder();
        var draw = false;
        foreach (var (x, y) in points)
        {
            if (!double.IsFinite(y))
            {
                draw = false;
                continue;
            }
            path.Append(draw ? 'L' : 'M').Append(Scale.Text(X.Position(x))).Append(' ').Append(Scale.Text(100 - Y.Position(y)));
            draw = true;
        }
        return path.ToString();
    }

    private string AreaPath(IReadOnlyList<(double X, double Y)> points)
    {
        var known = points.Where(p => double.IsFinite(p.Y)).ToArray();
        return known.Length == 0
            ? ""
            : $"M{Scale.Text(X.Position(known[0].X))} 100{Path(known).Replace('M', 'L')}L{Scale.Text(X.Position(known[^1].X))} 100Z";
    }

    /// <summary>The largest value of each group of neighbours, so that no peak disappears.</summary>
    private static IReadOnlyList<(double X, double Y)> Thin(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Count <= MostPoints)
            return points;
        var size = (points.Count + MostPoints - 1) / MostPoints;
        return [.. points.Chunk(size).Select(g => (g[0].X, g.Any(p => double.IsFinite(p.Y)) ? g.Where(p => double.IsFinite(p.Y)).Max(p => p.Y) : double.NaN))];
    }

    private static XElement Line(string style, double x1, double y1, double x2, double y2) => new("path",
        new XAttribute("class", style), new XAttribute("d", $"M{Scale.Text(x1)} {Scale.Text(y1)}L{Scale.Text(x2)} {Scale.Text(y2)}"));
}
