using System.CommandLine;
using System.Globalization;
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
    private readonly Option<int> _dimension = new("--dimension")
    {
        HelpName = "N",
        Description = "Dimension of the embedding vectors.",
        DefaultValueFactory = _ => Defaults.Dimension,
    };
    private readonly Option<string> _hidden = new("--hidden")
    {
        HelpName = "N,N",
        Description = "Widths of DeepFM's hidden layers; 0 for none.",
        DefaultValueFactory = _ => string.Join(',', Defaults.Hidden.Select(width => $"{width}")),
    };

    private readonly Option<int> _batch =
        new("--batch-size") { HelpName = "N", Description = "Examples a batch.", DefaultValueFactory = _ => Defaults.BatchSize };
    private readonly Option<float> _vectorRate = new("--vector-rate")
    {
        HelpName = "R",
        Description = "Learning rate of the vectors (Adagrad).",
        CustomParser = Number.Parse,
        DefaultValueFactory = _ => Defaults.VectorRate,
    };
    private readonly Option<float> _biasRate = new("--bias-rate")
    {
        HelpName = "R",
        Description = "Learning rate of the biases (FTRL).",
        CustomParser = Number.Parse,
        DefaultValueFactory = _ => Defaults.BiasRate,
    };
    private readonly Option<float> _denseRate = new("--dense-rate")
    {
        HelpName = "R",
        Description = "Learning rate of the dense weights (Adagrad).",
        CustomParser = Number.Parse,
        DefaultValueFactory = _ => Defaults.DenseRate,
    };
    private readonly Option<float> _vectorDecay = new("--vector-decay")
    {
        HelpName = "R",
        Description = "Weight decay of the vectors.",
        CustomParser = Number.Parse,
        DefaultValueFactory = _ => Defaults.VectorDecay,
    };
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
    private readonly Option<ulong> _seed = new("--seed")
    {
        HelpName = "N",
        Description = "Seed of all first values and of the synthetic stream.",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<long> _window =
        new("--window") { HelpName = "N", Description = "Events in a window of metrics.", DefaultValueFactory = _ => Defaults.Window };
    private readonly Option<string?> _plot =
        new("--plot")
        {
            HelpName = "FILE.svg",
            Description = "Draw the AUC over the events into this file, and for dark pages into FILE-dark.svg; or FILE.png.",
        };
    private readonly Option<bool> _profile = new("--profile") { Description = "Print where the time went." };

    private static ModelSettings Defaults { get; } = new();

    /// <summary>The command, which runs <paramref name="run"/>.</summary>
    public RootCommand Build(Func<TrainingArguments, CancellationToken, Task<int>> run)
    {
        var command = new RootCommand(
            "Trains a DeepFM online on a stream of events with collisionless embedding tables. Every event is predicted, scored, and only "
            + "then learned. "
            + "Two baselines are scored on the same events in the same run: the running mean of the item, and the same model with the "
            + "hashing trick.")
        {
            _data, _format, _movies, _events, _skip, _model, _dimension, _hidden, _batch, _vectorRate, _biasRate, _denseRate,
                _vectorDecay, _occurrences,
            _timeToLive, _hashedRows, _seed, _window, _plot, _profile,
        };
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
        Plot = result.GetValue(_plot),
        Profile = result.GetValue(_profile),
        Settings = new ModelSettings
        {
            Kind = Kind(result.GetValue(_model)!),
            Dimension = result.GetValue(_dimension),
            Hidden = Hidden(result.GetValue(_hidden)!),
            BatchSize = result.GetValue(_batch),
            VectorRate = result.GetValue(_vectorRate),
            BiasRate = result.GetValue(_biasRate),
            DenseRate = result.GetValue(_denseRate),
            VectorDecay = result.GetValue(_vectorDecay),
            MinOccurrences = result.GetValue(_occurrences),
            TimeToLiveDays = result.GetValue(_timeToLive),
            Seed = result.GetValue(_seed),
            Window = result.GetValue(_window),
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

    private static int[] Hidden(string text)
    {
        if (text == "0") return [];
        var widths = new List<int>();
        foreach (var part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var width) || width < 1)
                throw new UsageException($"'{text}' is not a list of layer widths; --hidden takes numbers such as 64,32, or 0 for none.");
            widths.Add(width);
        }
        return [.. widths];
    }
}
