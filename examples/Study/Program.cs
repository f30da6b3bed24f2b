using System.CommandLine;
using Seven.Terminal;
using Study;
using Study.Cluster;
using Study.Commands;
using Study.Results;
using Study.Sweeps;

var results = new Option<FileInfo>("--results") { Description = "file of the results, a line of JSON a run", DefaultValueFactory = _ => new FileInfo("study.jsonl") };
var data = new Argument<DirectoryInfo>("data") { Description = "folder with sst2, stsb, cola, squad, cifar10 and the pretrained models minilm-l6 and vit-cifar10" }.MustExist("the folder of the tasks' data");
var output = new Option<DirectoryInfo>("--out") { Description = "folder for checkpoints, and for the dense models that others start or learn from; all machines of a sweep must reach it", DefaultValueFactory = _ => new DirectoryInfo("study-models") };
var (list, cluster, joined) = (new RunOptions(), new ClusterOptions(isNeeded: false), new ClusterOptions(isNeeded: true));

var run = new DescribedCommand(
    "run", "Runs every combination of the options that has no result yet, on this machine or, with --database, together with others.",
    "Study run data --task stsb cola --criterion seven fisher --seed 1 2 3\n"
    + "Study run data --criterion seven fisher --seed 1 2 3 --database sweep.db     and, in other terminals: Study join data --database sweep.db\n"
    + "Study run data --seed 1 2 3 --database \"Host=server;Database=study;Username=me\" --address 192.168.1.20 --dashboard 8080")
{
    data, results, output,
};
foreach (var option in list.All.Concat(cluster.All))
    run.Add(option);
cluster.Check(run);
run.SetAction((parsed, cancellationToken) =>
{
    var (experiment, file, runs) = (ExperimentOf(parsed), ResultsOf(parsed), list.RunsOf(parsed));
    return cluster.SettingsOf(parsed) is { } settings
        ? ClusterSweep.Run(settings, runs, experiment, file, cancellationToken)
        : Task.Run(() => LocalSweep.Run(runs, experiment, file, cancellationToken), cancellationToken);
});

var join = new DescribedCommand("join", "Takes part in a sweep that another process or machine has begun.", "Study join data --database sweep.db") { data, results, output };
foreach (var option in joined.All)
    join.Add(option);
join.SetAction((parsed, cancellationToken) =>
    ClusterSweep.Run(joined.SettingsOf(parsed)!, [], ExperimentOf(parsed), ResultsOf(parsed), cancellationToken));

var baseName = new Option<string?>("--base") { Description = "the setting that others are compared with, as the table names it; the first by default" };
var plots = new Option<DirectoryInfo?>("--plots") { Description = "folder for a picture of each task" };
var table = new Command("table", "Prints the results as Markdown, and draws them.") { results, baseName, plots };
table.SetAction(parsed =>
{
    var all = new ResultFile(parsed.GetRequiredValue(results).FullName).Read();
    if (all.Count == 0)
        throw new InvalidDataException($"{parsed.GetRequiredValue(results)} has no results; expected some lines that 'run' wrote.");
    Console.Write(ResultTable.Of(all, parsed.GetValue(baseName)));
    if (parsed.GetValue(plots) is { } folder)
    {
        folder.Create();
        foreach (var runs in all.GroupBy(one => one.Task))
            ResultPlot.Save([.. runs], Path.Combine(folder.FullName, runs.Key + ".svg"));
    }
});
return await TerminalProgram.Run(new RootCommand("Compares criteria, patterns and recipes of pruning on real tasks, over seeds, on one machine or many.") { run, join, table }, args);

// A damaged file is found before the work.
ResultFile ResultsOf(ParseResult parsed)
{
    var file = new ResultFile(parsed.GetRequiredValue(results).FullName);
    file.Read();
    return file;
}

Experiment ExperimentOf(ParseResult parsed)
{
    string folder = parsed.GetRequiredValue(output).FullName;
    Directory.CreateDirectory(folder);
    return new Experiment(parsed.GetRequiredValue(data).FullName, folder);
}
