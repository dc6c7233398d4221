using System.CommandLine;
using JoinRatios;
using Measuring;

var open = new Option<int>("--open") { Description = "Open impressions; the promise is of 10000000.", DefaultValueFactory = _ => 200_000 };
var filter = new Option<string>("--filter") { Description = "Only results whose name contains this.", DefaultValueFactory = _ => "" };
var folder = new Option<string>("--folder") { Description = "Where files are written.", DefaultValueFactory = _ => Path.GetTempPath() };
var strict = new Option<bool>("--strict") { Description = "Exit with 1 where a bound is missed." };
var command = new RootCommand("Memory, speed and commits of a joiner with many open impressions of 26 ids and 13 floats.")
{
    open, filter, folder, strict,
};
command.SetAction(parsed =>
{
    var settings = new JoinSettings(parsed.GetValue(open), parsed.GetValue(filter)!, parsed.GetValue(folder)!);
    if (settings.Error is { } error)
    {
        Console.Error.WriteLine(error);
        return 2;
    }
    var report = new Report();
    (string Names, Action<JoinSettings, Report> Run)[] measurements =
        [("memory fill join", OpenImpressions.Run), ("commit", CommitBytes.Run)];
    foreach (var measurement in measurements)
    {
        if (measurement.Names.Split(' ').Any(name => settings.Filter.StartsWith(name, StringComparison.Ordinal) || settings.Filter == ""))
            measurement.Run(settings, report);
    }
    if (report.Values.Count == 0)
    {
        Console.Error.WriteLine($"No result's name begins with '{settings.Filter}'; benchmarks/README.md lists the names.");
        return 2;
    }
    var isMet = JoinBounds.Print(report);
    return isMet || !parsed.GetValue(strict) ? 0 : 1;
});
return command.Parse(args).Invoke();
