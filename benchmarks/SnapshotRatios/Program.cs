using System.CommandLine;
using SnapshotRatios;

var rows = new Option<int>("--rows") { Description = "Rows of the table.", DefaultValueFactory = _ => 10_000_000 };
var dimension = new Option<int>("--dim") { Description = "Dimension.", DefaultValueFactory = _ => 16 };
var rounds = new Option<int>("--rounds") { Description = "Rounds of each measurement.", DefaultValueFactory = _ => 21 };
var filter = new Option<string>("--filter") { Description = "Only measurements whose name contains this.", DefaultValueFactory = _ => "" };
var folder = new Option<string>("--folder") { Description = "Where snapshots are written.", DefaultValueFactory = _ => Path.GetTempPath() };
var strict = new Option<bool>("--strict") { Description = "Exit with 1 where a bound is missed." };
var command = new RootCommand(
    "Compares snapshots and replicas with the memory and the disk: every line is a name and a ratio, or a number with its unit.")
{
    rows, dimension, rounds, filter, folder, strict,
};
command.SetAction(parsed =>
{
    var settings = new SnapshotSettings(
        parsed.GetValue(rows), parsed.GetValue(dimension), parsed.GetValue(rounds), parsed.GetValue(filter)!, parsed.GetValue(folder)!);
    if (settings.Error is { } error)
    {
        Console.Error.WriteLine(error);
        return 2;
    }
    var context = new SnapshotContext(settings);
    Measurement[] measurements =
    [
        new SavingAndRestoring(context), new CutPause(context), new TrainingWhileSaving(context),
        new ReplicaApplying(context), new ReplicaMemory(context), new ReplicaPredictions(context),
        new LivePredictions(context), new ExampleLogSpeed(context),
    ];
    foreach (var measurement in measurements.Where(m => m.Names.Any(context.IsWanted))) measurement.Run();
    if (context.Report.Values.Count == 0)
    {
        Console.Error.WriteLine($"No result's name contains '{settings.Filter}'; benchmarks/README.md lists the names.");
        return 2;
    }
    var isMet = SnapshotBounds.Print(context.Report);
    return isMet || !parsed.GetValue(strict) ? 0 : 1;
});
return command.Parse(args).Invoke();
