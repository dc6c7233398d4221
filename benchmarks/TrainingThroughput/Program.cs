using System.CommandLine;
using TrainingThroughput;

var rows = new Option<int>("--rows") { Description = "Rows of the tables together.", DefaultValueFactory = _ => 10_000_000 };
var rounds = new Option<int>("--rounds") { Description = "Rounds of each measurement.", DefaultValueFactory = _ => 21 };
var filter = new Option<string>("--filter") { Description = "Only measurements whose name contains this.", DefaultValueFactory = _ => "" };
var strict = new Option<bool>("--strict") { Description = "Exit with 1 where a bound is missed." };
var command = new RootCommand(
    "Measures the trainer beside the table, TorchSharp and the machine: every line is a name and a ratio, or a number with its unit.")
{
    rows, rounds, filter, strict,
};
command.SetAction(parsed =>
{
    var settings = new ThroughputSettings(parsed.GetValue(rows), parsed.GetValue(rounds), parsed.GetValue(filter)!);
    if (settings.Error is { } error)
    {
        Console.Error.WriteLine(error);
        return 2;
    }
    var context = new ThroughputContext(settings);
    new ThroughputSuite(context).Run();
    if (context.Report.Values.Count == 0)
    {
        Console.Error.WriteLine($"No result's name contains '{settings.Filter}'; benchmarks/README.md lists the names.");
        return 2;
    }
    var isMet = ThroughputBounds.Print(context.Report);
    return isMet || !parsed.GetValue(strict) ? 0 : 1;
});
return command.Parse(args).Invoke();
