using System.Net;
using System.Text;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Platform;

namespace LoadShaper.Replay.Page;

/// <summary>A record as one page of charts: no network, no file beside it, readable without scripts.</summary>
public static class HtmlPage
{
    // Bars that only just touch show a hairline between them.
    private const double Seam = 0.4;

    private const int Left = 120, Right = 20, Width = 1200, Plot = Width - Left - Right;

    private static readonly SlotKind[] Kinds = [SlotKind.CatchUp, SlotKind.High, SlotKind.Baseline, SlotKind.Held, SlotKind.Resting];

    public static void Write(TextWriter to, ChartData data, IEnumerable<TimelineLine> timeline)
    {
        to.Write($$"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>LoadShaper, {{data.From:yyyy-MM-dd}} to {{data.To:yyyy-MM-dd}}</title>
            <style>{{Style}}</style></head><body>
            <h1>LoadShaper</h1>
            <p>{{data.From:yyyy-MM-dd HH:mm}} to {{data.To:yyyy-MM-dd HH:mm}} UTC; a column is {{EventLine.Span(data.Step)}}. CPU use from {{Escape(data.Source)}}. Dotted line: the daemon started. Grey across all charts: a gap in the record. <output id="at"></output></p>

            """);
        to.Write($"<div class=\"charts\"><svg viewBox=\"0 0 {Width} 650\" role=\"img\" aria-label=\"CPU, P95, states, slots, gate and verdict over time\">\n");
        Gaps(to, data);
        Cpu(to, data, top: 30, height: 150);
        Readings(to, data, top: 215, height: 150);
        Slots(to, data, top: 400, height: 60);
        Strip(to, data, "state", data.States, 470);
        Strip(to, data, "blocks", data.Blocks, 496, least: 2);
        Strip(to, data, "gate", data.Gate, 522);
        Strip(to, data, "verdict", data.Verdicts, 548);
        Axis(to, data, 30, 570);
        Legend(to, 612, "state", ("building", "building"), ("maintaining", "maintaining"), ("reducing", "reducing"), ("block", "block"), ("part", "part of an hour"));
        Legend(to, 634, "gate", ("empty", "open"), ("held", "held by the load average"), ("closed", "closed"));
        Legend(to, 634, "verdict", ("safe", "SAFE"), ("at-risk", "AT RISK"), ("unknown", "UNKNOWN"));
        foreach (var (at, text) in data.Starts)
            to.Write($"<path class=\"start\" d=\"M{X(data, at):0.#} 24V570\"><title>{at:yyyy-MM-dd HH:mm:ss} {Escape(text)}</title></path>\n");
        to.Write("<path id=\"cursor\" d=\"M-9 24V570\"/>\n</svg></div>\n<details><summary>Glossary</summary>\n<dl>\n");
        foreach (var (word, meaning) in Glossary)
            to.Write($"<dt>{word}</dt><dd>{Escape(meaning)}</dd>\n");
        to.Write("</dl></details>\n<h2>Timeline</h2>\n<table>\n");
        foreach (var line in timeline)
            to.Write($"<tr><td>{line.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}</td><td>{Escape(line.Text)}</td></tr>\n");
        to.Write($"</table>\n<script>\nconst data={Json(data)};\n{Script}</script>\n</body></html>\n");
    }

    private static void Cpu(TextWriter to, ChartData data, int top, int height)
    {
        var most = Enumerable.Range(0, data.Count).Max(i => data.Foreign(i) + data.Own(i)) ?? 0;
        var scale = Math.Max(40, Math.Ceiling(most / 20) * 20);
        Title(to, top, "CPU", ("own", "own"), ("foreign", "foreign"));
        Levels(to, top, height, scale);
        Area(to, data, "own", top, height, scale, i => data.Foreign(i) + data.Own(i));
        Area(to, data, "foreign", top, height, scale, data.Foreign);
    }

    private static void Readings(TextWriter to, ChartData data, int top, int height)
    {
        var most = Enumerable.Range(0, data.Count).Max(i => Math.Max(Math.Max(data.P95(0, i) ?? 0, data.P95(1, i) ?? 0), data.P95(2, i) ?? 0));
        var scale = Math.Max(40, Math.Ceiling(most / 20) * 20);
        Title(to, top, "pessimistic P95 of 7 days", ("m1", "1 min"), ("m5", "5 min"), ("h1", "1 h"), ("band", "band"), ("threshold", "threshold"));
        for (var i = 0; i < data.Bands.Count; i++)
        {
            var (from, min, max) = data.Bands[i];
            var x = X(data, from < data.From ? data.From : from);
            var end = X(data, i + 1 < data.Bands.Count ? data.Bands[i + 1].From : data.To);
            if (end > x)
                to.Write($"<rect class=\"band\" x=\"{x:0.#}\" y=\"{Y(max):0.#}\" width=\"{end - x:0.#}\" height=\"{Y(min) - Y(max):0.#}\"><title>band {min:0.##} to {max:0.##} %</title></rect>\n");
        }

        Levels(to, top, height, scale);
        to.Write($"<path class=\"threshold\" d=\"M{Left} {Y(IdleRule.Oracle.Threshold):0.#}H{Width - Right}\"/>\n");
        foreach (var (name, grid) in new[] { ("h1", 2), ("m5", 1), ("m1", 0) })
            Line(to, data, name, i => data.P95(grid, i) is { } value ? Y(value) : null);

        double Y(double value) => top + height - Math.Min(value, scale) / scale * height;
    }

    private static void Slots(TextWriter to, ChartData data, int top, int height)
    {
        Title(to, top, "slots", [.. Kinds.Select(kind => (Class(kind), EventLine.Name(kind)))]);
        var below = new double[data.Count];
        foreach (var kind in Kinds)
        {
            var path = new StringBuilder();
            for (var i = 0; i < data.Count; i++)
            {
                var all = Kinds.Sum(k => data.Slots(k, i));
                if (all == 0 || data.Slots(kind, i) == 0)
                    continue;
                var tall = (double)height * data.Slots(kind, i) / all;
                path.Append($"M{X(data, i):0.#} {top + height - below[i]:0.#}v{-tall:0.#}h{(double)Plot / data.Count + Seam:0.##}v{tall:0.#}z");
                below[i] += tall;
            }

            if (path.Length > 0)
                to.Write($"<path class=\"{Class(kind)}\" d=\"{path}\"/>\n");
        }
    }

    private static void Strip(TextWriter to, ChartData data, string name, IReadOnlyList<Span> spans, int top, double least = 0.5)
    {
        to.Write($"<text x=\"{Left - 10}\" y=\"{top + 13}\" class=\"name\">{name}</text><rect class=\"empty\" x=\"{Left}\" y=\"{top}\" width=\"{Plot}\" height=\"18\"/>\n");
        foreach (var span in spans)
        {
            var (x, end) = (X(data, span.From), X(data, span.To));
            to.Write(
                $"<rect class=\"{span.Name.ToLowerInvariant().Replace(' ', '-')}\" x=\"{x:0.##}\" y=\"{top}\" width=\"{Math.Max(least, end - x):0.##}\" height=\"18\">"
                + $"<title>{span.Name}, {EventLine.Span(span.To - span.From)} from {span.From:yyyy-MM-dd HH:mm}{(span.Text == "" ? "" : ": " + Escape(span.Text))}</title></rect>");
            if (end - x > 8 * span.Name.Length)
                to.Write($"<text class=\"in\" x=\"{x + 5:0.#}\" y=\"{top + 13}\">{span.Name}</text>");
            to.Write('\n');
        }
    }

    private static void Gaps(TextWriter to, ChartData data)
    {
        foreach (var gap in data.Gaps)
            to.Write($"<rect class=\"gap\" x=\"{X(data, gap.From):0.#}\" y=\"24\" width=\"{Math.Max(1, X(data, gap.To) - X(data, gap.From)):0.#}\" height=\"546\"><title>gap, {EventLine.Span(gap.To - gap.From)} from {gap.From:yyyy-MM-dd HH:mm}: {Escape(gap.Text)}</title></rect>\n");
    }

    private static void Title(TextWriter to, int top, string title, params (string Class, string Name)[] legend)
    {
        to.Write($"<text class=\"title\" x=\"{Left}\" y=\"{top - 8}\">{title}</text>");
        var x = Left + 170;
        foreach (var (css, name) in legend)
        {
            to.Write($"<rect class=\"{css} key\" x=\"{x}\" y=\"{top - 18}\" width=\"12\" height=\"10\"/><text x=\"{x + 17}\" y=\"{top - 8}\">{name}</text>");
            x += 36 + 8 * name.Length;
        }

        to.Write('\n');
    }

    // Below the time axis: what the colours of the strips mean.
    private static void Legend(TextWriter to, int top, string strip, params (string Class, string Name)[] colours)
    {
        var x = strip == "verdict" ? Left + Plot / 2 : Left;
        to.Write($"<text class=\"name\" x=\"{x - 10}\" y=\"{top}\">{strip}:</text>");
        foreach (var (css, name) in colours)
        {
            to.Write($"<rect class=\"{css}\" x=\"{x}\" y=\"{top - 10}\" width=\"12\" height=\"10\"/><text x=\"{x + 17}\" y=\"{top}\">{name}</text>");
            x += 42 + 7 * name.Length;
        }

        to.Write('\n');
    }

    private static void Levels(TextWriter to, int top, int height, double scale)
    {
        for (var level = 0.0; level <= scale; level += scale / 4)
        {
            var y = top + height - level / scale * height;
            to.Write($"<path class=\"level\" d=\"M{Left} {y:0.#}H{Width - Right}\"/><text class=\"name\" x=\"{Left - 10}\" y=\"{y + 4:0.#}\">{level:0} %</text>\n");
        }
    }

    private static void Axis(TextWriter to, ChartData data, int top, int bottom)
    {
        const int hour = 60, day = 24 * hour;
        int[] steps = [1, 2, 5, 10, 15, 30, hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day, 14 * day, 28 * day, 56 * day];
        var step = TimeSpan.FromMinutes(steps.FirstOrDefault(minutes => (data.To - data.From).TotalMinutes / minutes <= 12, steps[^1]));
        var before = (step.Ticks - data.From.UtcTicks % step.Ticks) % step.Ticks;
        for (var at = data.From.AddTicks(before); at <= data.To; at += step)
            to.Write($"<path class=\"tick\" d=\"M{X(data, at):0.#} {top}V{bottom}\"/><text class=\"time\" x=\"{X(data, at):0.#}\" y=\"{bottom + 16}\">{(at.Hour == 0 && at.Minute == 0 ? $"{at:MM-dd}" : $"{at:HH:mm}")}</text>\n");
    }

    private static void Area(TextWriter to, ChartData data, string css, int top, int height, double scale, Func<int, double?> value)
    {
        var path = new StringBuilder();
        var width = (double)Plot / data.Count + Seam;
        for (var i = 0; i < data.Count; i++)
            if (value(i) is > 0 and var v)
                path.Append($"M{X(data, i):0.#} {top + height}v{-Math.Min(v, scale) / scale * height:0.#}h{width:0.##}V{top + height}z");
        to.Write($"<path class=\"{css}\" d=\"{path}\"/>\n");
    }

    private static void Line(TextWriter to, ChartData data, string css, Func<int, double?> y)
    {
        var path = new StringBuilder();
        var drawn = int.MinValue;
        for (var i = 0; i < data.Count; i++)
        {
            if (y(i) is not { } at)
                continue;
            // With `blocks` decisions are hours apart; over more than a day without one nothing is known.
            var joined = drawn >= 0 && (i - drawn) * data.Step <= TimeSpan.FromDays(1);
            path.Append($"{(joined ? 'L' : 'M')}{X(data, i):0.#} {at:0.#}");
            drawn = i;
        }

        to.Write($"<path class=\"{css} line\" d=\"{path}\"/>\n");
    }

    private static double X(ChartData data, DateTimeOffset at) => Left + Plot * Math.Clamp((at - data.From) / (data.To - data.From), 0, 1);

    private static double X(ChartData data, int column) => Left + (double)Plot * column / data.Count;

    private static string Class(SlotKind kind) => "slot-" + EventLine.Name(kind);

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    // Shown at the cursor: own, foreign, the P95 on three grids.
    private static string Json(ChartData data)
    {
        var columns = new StringBuilder();
        for (var i = 0; i < data.Count; i++)
            columns.Append($"{(i == 0 ? "" : ",")}[{Number(data.Own(i))},{Number(data.Foreign(i))},{Number(data.P95(0, i))},{Number(data.P95(1, i))},{Number(data.P95(2, i))}]");
        return $"{{from:{data.From.ToUnixTimeMilliseconds()},step:{data.Step.TotalMilliseconds:0},left:{Left},plot:{Plot},width:{Width},columns:[{columns}]}}";

        static string Number(double? value) => value is { } v ? $"{v:0.##}" : "null";
    }

    private static readonly (string Word, string Meaning)[] Glossary =
    [
        ("own, foreign", "CPU use of LoadShaper, and of all other processes; percent of all CPUs"),
        ("pessimistic P95", "95th percentile of the means of the last seven days on each grid; minutes that were not seen count as 0 %. Below the threshold the CPU counts as idle by Oracle's rule"),
        ("observed P95", "the same with unseen minutes left out: p95= in the log, cpu_p95 in /health; not on this page"),
        ("band", "CPU_P95_TARGET_MIN to CPU_P95_TARGET_MAX: the target range of the P95 on the 1-minute grid"),
        ("building", "the P95 is below the band, or a reading has too few hours at the threshold: more load"),
        ("maintaining", "the P95 is in the band"),
        ("reducing", "the P95 is above the band: less load"),
        ("catch-up", "a slot with load because the P95 is below the threshold"),
        ("high", "a slot with load from the budget of high slots of the last 24 hours"),
        ("baseline", "a slot with load up to CPU_P95_BASELINE_INTENSITY, or just below the band"),
        ("held", "a slot without own load because other processes need the machine; a gate held by the load average alone allows only the load that keeps the machine safe"),
        ("resting", "a slot without own load because real load, or another metric, is enough"),
        ("block, part", "a whole UTC hour of load, or the last part of a day (CPU_P95_STRATEGY=blocks)"),
    ];

    private const string Style =
        """
        :root{color-scheme:light dark;--ink:#222;--paper:#fff;--faint:#ddd}
        @media(prefers-color-scheme:dark){:root{--ink:#ddd;--paper:#181818;--faint:#444}}
        body{font:14px/1.4 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:1rem auto;max-width:1240px;padding:0 1rem}
        h1{font-size:1.3rem;margin:0}h2{font-size:1.1rem}.charts{overflow-x:auto}svg{width:100%;min-width:900px;height:auto;font-size:11px}
        text{fill:var(--ink)}.name{text-anchor:end}.time{text-anchor:middle}.title{font-weight:bold}.in{fill:#111;pointer-events:none}
        .level,.tick{stroke:var(--faint);stroke-width:.5}.start{stroke:var(--ink);stroke-width:1;stroke-dasharray:2 3;fill:none}
        .empty{fill:none;stroke:var(--faint)}.gap{fill:#999;opacity:.35}
        dt{font-weight:bold;float:left;clear:left;width:7rem}dd{margin:0 0 .2rem 7rem}
        .own{fill:#4c8bd6}.foreign{fill:#e08a3c}.band{fill:#7bc67e;opacity:.35}.threshold{stroke:#c33;fill:#c33;stroke-dasharray:5 3}
        .key{stroke:none}.line{fill:none;stroke-width:1.3}.m1{stroke:#1f6fc4}.m5{stroke:#8a4fc4}.h1{stroke:#2f8f5b}.m1.key{fill:#1f6fc4}.m5.key{fill:#8a4fc4}.h1.key{fill:#2f8f5b}
        .slot-catch-up{fill:#9a6fd0}.slot-high{fill:#4c8bd6}.slot-baseline{fill:#b9d3f0}.slot-held{fill:#999}.slot-resting{fill:#7bc67e}
        .building{fill:#efb14a}.maintaining{fill:#7bc67e}.reducing{fill:#a7a3e0}.block{fill:#4c8bd6}.part{fill:#b9d3f0}
        .closed{fill:#c94f4f}.held{fill:#efb14a}.safe{fill:#7bc67e}.at-risk{fill:#e06666}.unknown{fill:#bbb}
        #cursor{stroke:var(--ink);stroke-width:.7;pointer-events:none}output{font-variant-numeric:tabular-nums}
        td{vertical-align:top;padding:1px 8px 1px 0}td:first-child{white-space:nowrap;font-variant-numeric:tabular-nums}
        """;

    private const string Script =
        """
        const svg=document.querySelector('svg'),at=document.getElementById('at'),cursor=document.getElementById('cursor');
        svg.addEventListener('mousemove',event=>{
          const box=svg.getBoundingClientRect(),x=(event.clientX-box.left)*data.width/box.width;
          const i=Math.floor((x-data.left)/data.plot*data.columns.length),c=data.columns[i];
          if(!c)return;
          const n=(value,unit)=>value===null?'unknown':value.toFixed(2)+unit;
          cursor.setAttribute('d',`M${x} 24V570`);
          at.textContent=`${new Date(data.from+i*data.step).toISOString().slice(0,16).replace('T',' ')}: own ${n(c[0],' %')}, foreign ${n(c[1],' %')}; P95 ${n(c[2],'')} / ${n(c[3],'')} / ${n(c[4],' %')}`;
        });

        """;
}
