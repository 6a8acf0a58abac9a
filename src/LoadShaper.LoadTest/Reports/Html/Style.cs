namespace LoadShaper.LoadTest.Reports.Html;

/// <summary>The style sheet of report.html. It has no ">", which an XML writer would escape.</summary>
internal static class Style
{
    public const string Sheet = """
        :root{color-scheme:light dark;--bg:#fff;--panel:#f6f7f9;--text:#1a2029;--soft:#5a6472;--line:#d9dee5;--grid:#e4e8ee;--good:#0b6e4f;--bad:#b3261e;--warn:#8a5a00;--c1:#2563c9;--c2:#b86a00;--c3:#c2352b;--c4:#7a8494;--c5:#b9bfc9}
        @media (prefers-color-scheme:dark){:root{--bg:#14181f;--panel:#1c222b;--text:#e6eaf0;--soft:#a3adba;--line:#323b47;--grid:#28303a;--good:#5fce9f;--bad:#ff8a80;--warn:#f0b95a;--c1:#6ea8ff;--c2:#f0a94b;--c3:#ff7b70;--c4:#97a2b1;--c5:#5d6877}}
        *{box-sizing:border-box}
        body{margin:0 auto;padding:24px 16px 48px;max-width:1080px;background:var(--bg);color:var(--text);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
        h1{font-size:24px;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}
        h2{font-size:18px;margin:36px 0 10px}
        h3{font-size:15px;margin:0}
        p{margin:6px 0}
        .soft{color:var(--soft)}
        .status{display:inline-block;margin:0 0 12px;padding:3px 10px;border:1.5px solid;border-radius:4px;font-weight:600}
        .good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
        .notes{margin:12px 0;padding:10px 14px 10px 30px;background:var(--panel);border-left:4px solid var(--warn)}
        .notes.bad{border-color:var(--bad);color:var(--text)}
        .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(128px,1fr));margin:16px 0;border:1px solid var(--line);overflow:hidden}
        .figures div{padding:10px 12px;box-shadow:0 0 0 .5px var(--line)}
        .figures b{display:block;font-size:20px;font-weight:600;white-space:nowrap}
        .figures span{color:var(--soft);font-size:13px}
        .wide{overflow-x:auto;margin:8px 0}
        table{border-collapse:collapse;width:100%;font-size:14px}
        th,td{padding:6px 10px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
        th{color:var(--soft);font-weight:600}
        .t{text-align:left;white-space:normal;overflow-wrap:anywhere;min-width:120px}
        th.t{white-space:nowrap}
        tr.sum td{font-weight:600}
        .pairs{width:auto}
        .pairs th{text-align:left;vertical-align:top}
        .pairs td{text-align:left;white-space:normal;overflow-wrap:anywhere}
        figure{margin:20px 0 40px;break-inside:avoid}
        figcaption{display:flex;flex-wrap:wrap;justify-content:space-between;gap:4px 20px;margin-bottom:10px}
        .legend{display:flex;flex-wrap:wrap;gap:2px 14px;margin:0;padding:0;list-style:none;font-size:13px;color:var(--soft)}
        .legend i{display:inline-block;width:16px;height:0;border-top:3px solid;margin-right:6px;vertical-align:middle}
        .plot{position:relative;height:220px;margin:0 4px 24px 62px}
        .plot svg{position:absolute;inset:0;width:100%;height:100%;overflow:visible}
        .plot path{fill:none;stroke-width:1.75;vector-effect:non-scaling-stroke;stroke-linejoin:round}
        .plot span{position:absolute;font-size:12px;line-height:1;color:var(--soft);white-space:nowrap}
        .plot .y{right:100%;margin-right:8px;transform:translateY(50%)}
        .plot .x{top:100%;margin-top:8px;transform:translateX(-50%)}
        .plot .first{transform:none}
        .plot .last{transform:translateX(-100%)}
        .plot .m{top:2px;margin-left:4px;max-width:120px;overflow:hidden;text-overflow:ellipsis;background:var(--bg);padding:1px 2px}
        .plot .m.left{transform:translateX(-100%);margin-left:-4px}
        .plot .grid{stroke:var(--grid);stroke-width:1}
        .plot .mark{stroke:var(--c4);stroke-width:1;stroke-dasharray:3 3}
        .l1{stroke:var(--c1)}.l2{stroke:var(--c2)}.l3{stroke:var(--c3)}.l4{stroke:var(--c4)}.l5{stroke:var(--c5)}
        .k1{color:var(--c1)}.k2{color:var(--c2)}.k3{color:var(--c3)}.k4{color:var(--c4)}.k5{color:var(--c5)}
        .plot .a1{fill:var(--c1);fill-opacity:.12;stroke:none}
        pre{margin:8px 0;padding:12px;background:var(--panel);font:13px/1.4 ui-monospace,"DejaVu Sans Mono",monospace;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}
        @media (max-width:520px){body{padding:16px 12px 32px}.plot{height:190px;margin-left:56px}.plot .m{display:none}th,td{padding:6px 7px}.pairs th{white-space:normal;min-width:96px}}
        @media print{:root{color-scheme:light;--bg:#fff;--panel:#f6f7f9;--text:#000;--soft:#444;--line:#bbb;--grid:#ddd;--good:#0b6e4f;--bad:#b3261e;--warn:#8a5a00;--c1:#2563c9;--c2:#b86a00;--c3:#c2352b;--c4:#7a8494;--c5:#b9bfc9}body{padding:0;font-size:11pt;max-width:none;print-color-adjust:exact;-webkit-print-color-adjust:exact}h2{break-after:avoid}tr{break-inside:avoid}.wide{overflow:visible}table{font-size:9pt}th,td{padding:3px 5px}}
        """;
}
