using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using OnlineTraining.CommandLine;
using OnlineTraining.Data;
using OnlineTraining.Reporting;
using Samples.Common;
using TorchRecommender.Contest;
using TorchRecommender.Data;
using TorchRecommender.Zoo;

namespace TorchRecommender.CommandLine;

/// <summary>What the user asked for.</summary>
public sealed record TorchArguments
{
    private const int MostSeeds = 1000, MostThreads = 1024;

    private RatingsDataset? _ratings;

    /// <summary>What both samples have in common: files, numbers of models, reports.</summary>
    public required TrainingArguments Training { get; init; }

    /// <summary>Whether the files are yoochoose's; else they are ratings of <see cref="TrainingArguments.Format"/>.</summary>
    public bool AreClicks { get; init; }

    /// <summary>The module to train.</summary>
    public required ZooModel Model { get; init; }

    /// <summary>The numbers of modules.</summary>
    public required ZooSettings Module { get; init; }

    /// <summary>The modules to compare; empty to train one.</summary>
    public IReadOnlyList<ComparedModel> Compared { get; init; } = [];

    /// <summary>How many seeds a comparison has.</summary>
    public int Seeds { get; init; }

    /// <summary>How many of the user's newest items are seen.</summary>
    public int History { get; init; }

    /// <summary>Where it commits to; null for memory.</summary>
    public string? Store { get; init; }

    /// <summary>How many batches lie between two commits.</summary>
    public long CommitEvery { get; init; }

    /// <summary>The threads of TorchSharp.</summary>
    public int Threads { get; init; }

    /// <summary>Requires what can be used.</summary>
    /// <exception cref="UsageException">Something cannot; the message names the option.</exception>
    public void RequireUsable()
    {
        Training.RequireUsable();
        TrainingArguments.RequireWhole("--history", History, AreClicks ? 1 : 0, FeatureSchema.MaxFirstN);
        TrainingArguments.RequireWhole("--seeds", Seeds, 1, MostSeeds);
        TrainingArguments.RequireWhole("--commit-every", CommitEvery, 1);
        TrainingArguments.RequireWhole("--threads", Threads, 1, MostThreads);
        IEnumerable<ZooModel> asked = Compared.Count == 0 ? [Model] : Compared.Select(compared => compared.Zoo);
        if (History == 0 && asked.FirstOrDefault(zoo => zoo.ReadsSequence) is { } reader)
            throw new UsageException($"{reader.Name} reads the user's items before; --history must be at least 1.");
    }

    /// <summary>Opens the events; ratings are read once.</summary>
    /// <param name="seed">What negatives are drawn by, where there are nothing but clicks.</param>
    /// <exception cref="UsageException">A file is missing, or holds no event.</exception>
    public ServedDataset OpenDataset(ulong seed)
    {
        if (AreClicks)
        {
            var malformed = new MalformedLines { Limit = Training.SkipMalformed, Report = new SkippedLines(Training.SkipMalformed) };
            return SessionClicks.Read(Training.Data!, History, Training.Events, seed, malformed);
        }
        _ratings ??= (RatingsDataset)Training.OpenDataset(new SkippedLines(Training.SkipMalformed));
        return new RatedFilms(_ratings, History);
    }
}
