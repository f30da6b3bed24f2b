namespace Seven.Reports;

/// <summary>The page's style sheet: light or dark by the reader's system, charts beside each other on wide screens.</summary>
internal static class PageStyle
{
    public const string Css = """
        :root { color-scheme: light dark; --ink: #1d2430; --soft: #667085; --line: #d9dee7; --paper: #ffffff; --accent: #2563c9; --second: #d9662b; --third: #1a8f5a; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e7eaf0; --soft: #98a2b3; --line: #384152; --paper: #161b24; --accent: #6ea2f5; --second: #f0955f; --third: #55c795; } }
        body { margin: 2rem auto; max-width: 64rem; padding: 0 1rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .4rem; } h2 { font-size: 1.25rem; margin: 3rem 0 .4rem; border-top: 1px solid var(--line); padding-top: 1.5rem; } h3 { font-size: 1.05rem; margin: 2rem 0 .4rem; }
        p { margin: .2rem 0; color: var(--soft); }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 11rem), 1fr)); gap: .8rem; margin-top: 1.2rem; }
        .tile { border: 1px solid var(--line); border-radius: .5rem; padding: .7rem .9rem; } .tile b { display: block; font-size: 1.25rem; } .tile span { color: var(--soft); font-size: .85rem; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: .6rem 1.4rem; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .85rem; } th, td { padding: .25rem .5rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
        th:first-child, td:first-child { text-align: left; } th { color: var(--soft); font-weight: 500; } td.cell { min-width: 4.5rem; } tr.chosen td { font-weight: 600; }
        svg { width: 100%; height: auto; display: block; } svg text { fill: var(--soft); font: 13px system-ui, "Segoe UI", Roboto, sans-serif; } svg text.mark { fill: var(--ink); } .axis { stroke: var(--line); }
        .key { font-size: .85rem; color: var(--soft); margin: .4rem 0; } .key i { display: inline-block; width: .8rem; height: .8rem; border-radius: .15rem; margin: 0 .3rem 0 .9rem; vertical-align: -.1rem; } .key i:first-child { margin-left: 0; }
        """;
}
