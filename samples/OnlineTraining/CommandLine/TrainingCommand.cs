using System.CommandLine;
using OnlineTraining.Contest;
using OnlineTraining.Data;
using Samples.Common;

namespace OnlineTraining.CommandLine;

/// <summary>The options of the command line, their defaults and their meaning.</summary>
public sealed class TrainingCommand
{
    private readonly Option<string?> _data = new("--data")
    {
        HelpName = "PATH",
        Description = "A file of events, gzip or plain, or the folder that holds it. Without it: the synthetic click stream.",
    };
    private readonly Option<string?> _format = new("--format")
    {
        HelpName = "FORMAT",
        Description = "The form of the file: movietweetings, movielens (::), movielens-csv or criteo.",
    };
    private readonly Option<string?> _movies = new("--movies")
    {
        HelpName = "FILE",
        Description = "The file that describes the films. Default: a file called movies* beside the ratings, if there is one.",
    };
    private readonly Option<long?> _events = new("--events")
    {
        HelpName = "N",
        Description = "The first N events, in the order of their time. Default: 300,000 of the synthetic stream, all of a file.",
    };
    private readonly Option<long> _skip = new("--skip-malformed")
    {
        HelpName = "N",
        Description = "How many malformed lines to skip before giving up.",
        DefaultValueFactory = _ => 0,
    };
    private readonly Option<string> _model =
        new("--model") { HelpName = "MODEL", Description = "deepfm, fm or logistic.", DefaultValueFactory = _ => "deepfm" };
    private readonly Option<int> _occurrences = new("--min-occurrences")
    {
        HelpName = "N",
        Description = "The N-th occurrence of an id creates its row.",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<double?> _timeToLive = new("--time-to-live")
    {
        HelpName = "DAYS",
        Description = "Days of event time that a row lives after its last update. Default: forever.",
        CustomParser = result => Number.Parse(result),
    };
    private readonly Option<long?> _hashedRows = new("--hashed-rows")
    {
        HelpName = "N",
        Description = "Rows of the hashed baseline's table; 0 to leave it out. Default: half as many as the model's table has at the end.",
    };
    private readonly Option<bool> _profile = new("--profile") { Description = "Print where the time went." };

    private readonly LearningOptions _learning = new(new ModelSettings());

    /// <summary>The command, which runs <paramref name="run"/>.</summary>
    public RootCommand Build(Func<TrainingArguments, CancellationToken, Task<int>> run)
    {
        var command = new RootCommand(
            "Trains a DeepFM online on a stream of events with collisionless embedding tables. Every event is predicted, scored, and only "
            + "then learned. "
            + "Two baselines are scored on the same events in the same run: the running mean of the item, and the same model with the "
            + "hashing trick.")
        {
            _data, _format, _movies, _events, _skip, _model, _occurrences, _timeToLive, _hashedRows, _profile,
        };
        _learning.AddTo(command);
        command.SetAction((result, cancellationToken) => run(Read(result), cancellationToken));
        return command;
    }

    private TrainingArguments Read(ParseResult result) => new()
    {
        Data = result.GetValue(_data),
        Format = Format(result.GetValue(_format)),
        Movies = result.GetValue(_movies),
        Events = result.GetValue(_events),
        SkipMalformed = result.GetValue(_skip),
        HashedRows = result.GetValue(_hashedRows),
        Plot = _learning.Plot(result),
        Profile = result.GetValue(_profile),
        Settings = _learning.Settings(result) with
        {
            Kind = Kind(result.GetValue(_model)!),
            MinOccurrences = result.GetValue(_occurrences),
            TimeToLiveDays = result.GetValue(_timeToLive),
            ProfileModel = result.GetValue(_profile),
        },
    };

    private static DatasetFormat? Format(string? name)
    {
        if (name is null) return null;
        foreach (var format in Enum.GetValues<DatasetFormat>())
        {
            if (DatasetFiles.Name(format) == name) return format;
        }
        throw new UsageException(
            $"'{name}' is not a format; --format takes {string.Join(", ", Enum.GetValues<DatasetFormat>().Select(DatasetFiles.Name))}.");
    }

    private static ModelKind Kind(string name) => name switch
    {
        "deepfm" => ModelKind.DeepFm,
        "fm" => ModelKind.Fm,
        "logistic" => ModelKind.Logistic,
        _ => throw new UsageException($"'{name}' is not a model; --model takes deepfm, fm or logistic."),
    };
}
