using System.CommandLine;
using OptimizerRatios;

var rounds = new Option<int>("--rounds") { Description = "Rounds of each measurement.", DefaultValueFactory = _ => 21 };
var filter = new Option<string>("--filter") { Description = "Only results whose name contains this.", DefaultValueFactory = _ => "" };
var strict = new Option<bool>("--strict") { Description = "Exit with 1 where a bound is missed." };
var command = new RootCommand(
    "Compares each optimizer with the same arithmetic written straight in intrinsics: every line is a name and a ratio.")
{
    rounds, filter, strict,
};
command.SetAction(parsed =>
{
    if (parsed.GetValue(rounds) < 1)
    {
        Console.Error.WriteLine($"--rounds is {parsed.GetValue(rounds)}; at least one is needed.");
        return 2;
    }
    var suite = new OptimizerSuite(parsed.GetValue(rounds), parsed.GetValue(filter)!);
    suite.Run();
    if (suite.Results == 0)
    {
        Console.Error.WriteLine($"No result's name contains '{parsed.GetValue(filter)}'; benchmarks/README.md lists the names.");
        return 2;
    }
    return suite.PrintBounds() || !parsed.GetValue(strict) ? 0 : 1;
});
return command.Parse(args).Invoke();
