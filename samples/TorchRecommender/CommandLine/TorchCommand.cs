using System.CommandLine;
using System.Globalization;
using OnlineTraining.CommandLine;
using OnlineTraining.Contest;
using OnlineTraining.Data;
using Samples.Common;
using TorchRecommender.Contest;
using TorchRecommender.Data;
using TorchRecommender.Zoo;

namespace TorchRecommender.CommandLine;

/// <summary>The options of the command line, their defaults and their meaning.</summary>
public sealed class TorchCommand
{
    private const string Clicks = "yoochoose";

    private static readonly DatasetFormat[] Ratings = [DatasetFormat.MovieTweetings, DatasetFormat.MovieLens, DatasetFormat.MovieLensCsv];

    private static readonly string Formats = string.Join(", ", Ratings.Select(DatasetFiles.Name).Append(Clicks));

    private readonly Option<string> _data = new("--data")
    {
        HelpName = "PATH",
        Description = "The file of events or the folder that holds it, gzip or plain.",
        Required = true,
    };
    private readonly Option<string> _format = new("--format")
    {
        HelpName = "FORMAT",
        Description = $"The form of the files: {Formats}.",
        DefaultValueFactory = _ => DatasetFiles.Name(DatasetFormat.MovieTweetings),
    };
    private readonly Option<string?> _movies = new("--movies")
    {
        HelpName = "FILE",
        Description = "The file that describes the films. Default: a file called movies* beside the ratings, if there is one.",
    };
    private readonly Option<long?> _events = new("--events")
    {
        HelpName = "N",
        Description = "The first N events, in the order of their time. Default: all.",
    };
    private readonly Option<long> _skip = new("--skip-malformed")
    {
        HelpName = "N",
        Description = "How many malformed lines to skip before giving up.",
        DefaultValueFactory = _ => 0,
    };
    private readonly Option<string> _model = new("--model")
    {
        HelpName = "MODEL",
        Description = $"Which module: {string.Join("; ", ZooModels.All.Select(model => $"{model.Name}, {model.Description}"))}.",
        DefaultValueFactory = _ => "dcnv2",
    };
    private readonly Option<int> _history = new("--history")
    {
        HelpName = "N",
        Description = "How many of the user's newest items each event has. DeepFM and others see their mean. 0 for none.",
        DefaultValueFactory = _ => 20,
    };
    private readonly Option<string?> _store = new("--store")
    {
        HelpName = "FOLDER",
        Description = "Commit to a store in this folder, and go on from its newest commit. Default: a store in memory.",
    };
    private readonly Option<long> _commitEvery = new("--commit-every")
    {
        HelpName = "N",
        Description = "Commit after so many batches, and at the end.",
        DefaultValueFactory = _ => 1000,
    };
    private readonly Option<string> _device =
        new("--device") { HelpName = "DEVICE", Description = "Where modules compute: cpu or cuda.", DefaultValueFactory = _ => "cpu" };
    private readonly Option<int> _threads = new("--threads")
    {
        HelpName = "N",
        Description = "Threads of TorchSharp. More gain nothing at small batches; one gives the same bits each time.",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<string?> _compare = new("--compare")
    {
        HelpName = "MODEL,MODEL",
        Description = "Compare these modules with the core's DeepFM instead, in pairs; MODEL=R for a --dense-rate of its own.",
    };
    private readonly Option<int> _seeds = new("--seeds")
    {
        HelpName = "N",
        Description = "How many seeds a comparison has, from --seed on.",
        DefaultValueFactory = _ => 10,
    };

    // Batches of this size cost a module little more than single events.
    private readonly LearningOptions _learning = new(new ModelSettings { BatchSize = 64 });

    /// <summary>The command, which runs <paramref name="run"/>.</summary>
    public RootCommand Build(Func<TorchArguments, CancellationToken, Task<int>> run)
    {
        var command = new RootCommand(
            "Trains a TorchSharp module online on collisionless embedding tables. Every event is predicted, scored, and only then learned, "
            + "beside the core's DeepFM and the running mean of the item. What is learned is committed; a replica serves a request from "
            + "it.")
        {
            _data, _format, _movies, _events, _skip, _model, _history, _store, _commitEvery, _device, _threads, _compare, _seeds,
        };
        _learning.AddTo(command);
        command.SetAction((result, cancellationToken) => run(Read(result), cancellationToken));
        return command;
    }

    private TorchArguments Read(ParseResult result)
    {
        var (settings, format) = (_learning.Settings(result), result.GetValue(_format)!);
        return new TorchArguments
        {
            Training = new TrainingArguments
            {
                Data = result.GetValue(_data),
                Format = Format(format),
                Movies = result.GetValue(_movies),
                Events = result.GetValue(_events),
                SkipMalformed = result.GetValue(_skip),
                Plot = _learning.Plot(result),
                Settings = settings,
            },
            AreClicks = format == Clicks,
            Model = ZooModels.Find(result.GetValue(_model)!),
            Module = new ZooSettings
            {
                Hidden = settings.Hidden,
                Item = format == Clicks ? "item" : "movie",
                History = ServedDataset.HistorySlot,
                DenseRate = settings.DenseRate,
                Seed = unchecked((long)settings.Seed),
                OnCuda = IsCuda(result.GetValue(_device)!),
            },
            Compared = ComparedModels(result.GetValue(_compare), settings.DenseRate),
            Seeds = result.GetValue(_seeds),
            History = result.GetValue(_history),
            Store = result.GetValue(_store),
            CommitEvery = result.GetValue(_commitEvery),
            Threads = result.GetValue(_threads),
        };
    }

    private static DatasetFormat? Format(string name)
    {
        if (name == Clicks) return null;
        foreach (var format in Ratings)
        {
            if (DatasetFiles.Name(format) == name) return format;
        }
        throw new UsageException($"'{name}' is not a format; --format takes {Formats}.");
    }

    private static bool IsCuda(string device) => device switch
    {
        "cpu" => false,
        "cuda" => true,
        _ => throw new UsageException($"'{device}' is not a device; --device takes cpu or cuda."),
    };

    private static ComparedModel[] ComparedModels(string? text, float denseRate) =>
        text is null ? [] : [.. text.Split(',').Select(part => OneCompared(part, denseRate))];

    private static ComparedModel OneCompared(string text, float denseRate)
    {
        if (text.Split('=', 2) is not [var name, var rate]) return new ComparedModel(ZooModels.Find(text), denseRate);
        if (float.TryParse(rate, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value > 0 && float.IsFinite(value))
            return new ComparedModel(ZooModels.Find(name), value);
        throw new UsageException($"--compare: the rate '{rate}' of {name} is not a finite number greater than 0.");
    }
}
