using System.CommandLine;
using System.Runtime.InteropServices;
using BeforeAfter;

var before = new Option<string>("--before") { Description = "The version before: a commit, or 'worktree'.", Required = true };
var after = new Option<string>("--after")
{
    Description = "The version after: a commit, or 'worktree' for the files as they are.",
    DefaultValueFactory = _ => Settings.WorkTree,
};
var beforeDriver = new Option<string?>("--before-driver") { Description = "Folder of a driver that fits the API of the version before." };
var afterDriver = new Option<string?>("--after-driver") { Description = "Folder of a driver that fits the API of the version after." };
var rows = new Option<int>("--rows") { Description = "Rows of the large table.", DefaultValueFactory = _ => 10_000_000 };
var dimension = new Option<int>("--dim") { Description = "Dimension of its rows.", DefaultValueFactory = _ => 16 };
var rounds = new Option<int>("--rounds") { Description = "Rounds of each comparison.", DefaultValueFactory = _ => 31 };
var filter = new Option<string>("--filter") { Description = "Only results whose name contains this.", DefaultValueFactory = _ => "" };
var folder = new Option<string>("--folder") { Description = "Where snapshots go.", DefaultValueFactory = _ => Settings.DefaultFolder };
var strict = new Option<bool>("--strict") { Description = "Exit with 1 where a bar is missed." };
var command = new RootCommand(
    "Compares two versions in one process: every line is a name and the time of the version after by that before.")
{
    before, after, beforeDriver, afterDriver, rows, dimension, rounds, filter, folder, strict,
};
command.SetAction(parsed =>
{
    var settings = new Settings(
        parsed.GetValue(before)!, parsed.GetValue(after)!, parsed.GetValue(beforeDriver), parsed.GetValue(afterDriver),
        parsed.GetValue(rows), parsed.GetValue(dimension), parsed.GetValue(rounds), parsed.GetValue(filter)!, parsed.GetValue(folder)!);
    using var stop = new CancellationTokenSource();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    try
    {
        var isKept = ComparisonRun.Run(settings, stop.Token);
        return isKept || !parsed.GetValue(strict) ? 0 : 1;
    }
    catch (UsageException exception)
    {
        Console.Error.WriteLine(exception.Message);
        return 2;
    }
    catch (OperationCanceledException)
    {
        return 2;
    }

    // The folders are deleted before the program ends.
    void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        stop.Cancel();
    }
});
return command.Parse(args).Invoke();
