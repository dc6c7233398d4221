using System.CommandLine;
using Experiments.Data;
using Samples.Common;

namespace Experiments.CommandLine;

/// <summary>The commands, one an experiment, and their options.</summary>
internal sealed class ExperimentCommand
{
    private readonly Option<string?> _data = new("--data")
    {
        HelpName = "PATH",
        Description = "The events: a file, gzip or plain, or its folder.",
        Recursive = true,
    };
    private readonly Option<string> _format = new("--format")
    {
        HelpName = "FORMAT",
        Description = "movietweetings, movielens (::), movielens-csv, yoochoose, online-retail or criteo.",
        DefaultValueFactory = _ => "movietweetings",
        Recursive = true,
    };
    private readonly Option<int?> _events = new("--events")
    {
        HelpName = "N",
        Description = "The first N events, in the order of their time. Default: all.",
        Recursive = true,
    };
    private readonly Option<int> _seeds =
        new("--seeds") { HelpName = "N", Description = "How many seeds.", DefaultValueFactory = _ => 10, Recursive = true };
    private readonly Option<int> _epochs = new("--epochs")
    {
        HelpName = "N",
        Description = "Passes over the training part, where an experiment makes several.",
        DefaultValueFactory = _ => 10,
        Recursive = true,
    };
    private readonly Option<int> _parallel = new("--parallel")
    {
        HelpName = "N",
        Description = "How many trials run at once. Default: one a processor.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
        Recursive = true,
    };
    private readonly Option<string> _results = new("--results")
    {
        HelpName = "FOLDER",
        Description = "Where results are kept, a line a trial, so that a run that was stopped goes on.",
        DefaultValueFactory = _ => Path.Combine("artifacts", "experiments"),
        Recursive = true,
    };
    private readonly Option<string?> _plots = new("--plots")
    {
        HelpName = "FOLDER",
        Description = "Draws the plots into this folder, for light pages and for dark ones.",
        Recursive = true,
    };
    private readonly Option<bool> _png =
        new("--png") { Description = "Draws PNG files instead of SVG, for a look at them.", Recursive = true };
    private readonly Option<bool> _verify = new("--verify")
    {
        Description = "First checks that the file has the published number of events.",
        Recursive = true,
    };

    /// <summary>The commands, which run <paramref name="run"/> with the names of experiments.</summary>
    public RootCommand Build(Func<ExperimentArguments, IReadOnlyList<string>, CancellationToken, Task<int>> run)
    {
        var root = new RootCommand(
            "Shows the claims of the paper again, on data of one's own. Each experiment prints its tables as Markdown, and goes on where a "
            + "run before was stopped.")
        {
            _data, _format, _events, _seeds, _epochs, _parallel, _results, _plots, _png, _verify,
        };
        foreach (var (name, description) in ExperimentList.Commands)
        {
            var command = new Command(name, description);
            command.SetAction((parsed, cancellation) => run(Read(parsed), ExperimentList.Names(name), cancellation));
            root.Add(command);
        }
        return root;
    }

    private ExperimentArguments Read(ParseResult parsed) => new()
    {
        Data = parsed.GetValue(_data),
        Format = FormatOf(parsed.GetValue(_format)!),
        Events = AtLeastOne("--events", parsed.GetValue(_events)),
        Seeds = AtLeastOne("--seeds", parsed.GetValue(_seeds))!.Value,
        Epochs = AtLeastOne("--epochs", parsed.GetValue(_epochs))!.Value,
        Parallel = AtLeastOne("--parallel", parsed.GetValue(_parallel))!.Value,
        Results = parsed.GetValue(_results)!,
        Plots = parsed.GetValue(_plots),
        Png = parsed.GetValue(_png),
        Verify = parsed.GetValue(_verify),
    };

    private static int? AtLeastOne(string option, int? value) =>
        value is < 1 ? throw new UsageException($"{option} is {value}; it must be at least 1.") : value;

    private static LogFormat FormatOf(string name) => name switch
    {
        "movietweetings" => LogFormat.MovieTweetings,
        "movielens" => LogFormat.MovieLens,
        "movielens-csv" => LogFormat.MovieLensCsv,
        "yoochoose" => LogFormat.Yoochoose,
        "online-retail" => LogFormat.OnlineRetail,
        "criteo" => LogFormat.Criteo,
        _ => throw new UsageException(
            $"'{name}' is not a format; --format takes movietweetings, movielens, movielens-csv, yoochoose, online-retail or criteo."),
    };
}
