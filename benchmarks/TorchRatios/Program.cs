using System.CommandLine;
using Measuring;
using TorchRatios;
using TorchSharp;
using TrainingThroughput;

var rows = new Option<int>("--rows") { Description = "Rows of the table.", DefaultValueFactory = _ => 10_000_000 };
var rounds = new Option<int>("--rounds") { Description = "Rounds of each measurement.", DefaultValueFactory = _ => 21 };
var filter = new Option<string>("--filter") { Description = "Only measurements whose name contains this.", DefaultValueFactory = _ => "" };
var strict = new Option<bool>("--strict") { Description = "Exit with 1 where a bound is missed." };
var command = new RootCommand(
    "Measures modules of TorchSharp as models: beside the core's DeepFM, TorchSharp's own table, and the module driven by hand.")
{
    rows, rounds, filter, strict,
};
Bound[] bounds =
[
    Bound.AtLeast(TrainerRatios.VersusCore, 0.85), Bound.AtLeast(TrainerRatios.VersusBag, 1.2),
    Bound.AtMost(AdapterOverhead.Name, 1.05), Bound.AtMost(Leaks.Tensors, 0), Bound.AtMost(Leaks.Megabytes, 20),
];
command.SetAction(parsed =>
{
    var settings = new ThroughputSettings(parsed.GetValue(rows), parsed.GetValue(rounds), parsed.GetValue(filter)!);
    if (settings.Error is { } error)
    {
        Console.Error.WriteLine(error);
        return 2;
    }
    torch.set_num_threads(TrainerRatios.Threads);
    var context = new ThroughputContext(settings);
    new AdapterOverhead(context).Run();
    new Leaks(context).Run();
    new TrainerRatios(context).Run();
    var isMet = Bound.Print(bounds, context.Report);
    return isMet || !parsed.GetValue(strict) ? 0 : 1;
});
return command.Parse(args).Invoke();
