using System.CommandLine;
using TableRatios;
using TableRatios.Results;

var rows = new Option<int>("--rows") { Description = "Rows of the table.", DefaultValueFactory = _ => 10_000_000 };
var dimension = new Option<int>("--dim") { Description = "Dimension, a multiple of 16.", DefaultValueFactory = _ => 16 };
var stripes = new Option<int>("--stripes") { Description = "Stripes of the table.", DefaultValueFactory = _ => 64 };
var rounds = new Option<int>("--rounds") { Description = "Rounds of each measurement.", DefaultValueFactory = _ => 21 };
var filter = new Option<string>("--filter") { Description = "Only measurements whose name contains this.", DefaultValueFactory = _ => "" };
var strict = new Option<bool>("--strict") { Description = "Exit with 1 where a bound is missed." };
var command = new RootCommand("Compares the table with the memory itself: every line is a name and a ratio, or a number with its unit.")
{
    rows, dimension, stripes, rounds, filter, strict,
};
command.SetAction(parsed =>
{
    var settings = new RatioSettings(
        parsed.GetValue(rows), parsed.GetValue(dimension), parsed.GetValue(stripes), parsed.GetValue(rounds), parsed.GetValue(filter)!);
    if (settings.Error is { } error)
    {
        Console.Error.WriteLine(error);
        return 2;
    }
    var context = new RatioContext(settings);
    new RatioSuite(context).Run();
    if (context.Report.Values.Count == 0)
    {
        Console.Error.WriteLine($"No result's name contains '{settings.Filter}'; benchmarks/README.md lists the names.");
        return 2;
    }
    var isMet = Bounds.Print(context.Report);
    return isMet || !parsed.GetValue(strict) ? 0 : 1;
});
return command.Parse(args).Invoke();
