using System.CommandLine;
using TableRatios;

var rows = new Option<int>("--rows") { Description = "Rows of the table.", DefaultValueFactory = _ => 10_000_000 };
var dimension = new Option<int>("--dim") { Description = "Dimension, a multiple of 16.", DefaultValueFactory = _ => 16 };
var stripes = new Option<int>("--stripes") { Description = "Stripes of the table.", DefaultValueFactory = _ => 64 };
var rounds = new Option<int>("--rounds") { Description = "Rounds of each measurement.", DefaultValueFactory = _ => 7 };
var filter = new Option<string>("--filter") { Description = "Only measurements whose name contains this.", DefaultValueFactory = _ => "" };
var command = new RootCommand("Compares the table with the memory itself: every line is a name and a ratio, or a number with its unit.") { rows, dimension, stripes, rounds, filter };
command.SetAction(parsed =>
{
    var suite = new RatioSuite(parsed.GetValue(rows), parsed.GetValue(dimension), parsed.GetValue(stripes), new Interleaved(parsed.GetValue(rounds)), parsed.GetValue(filter)!);
    suite.Run();
});
return command.Parse(args).Invoke();
