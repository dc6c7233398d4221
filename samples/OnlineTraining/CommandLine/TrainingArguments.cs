using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Tables;
using OnlineTraining.Contest;
using OnlineTraining.Data;
using Samples.Common;

namespace OnlineTraining.CommandLine;

/// <summary>What the user asked for.</summary>
public sealed record TrainingArguments
{
    private const int MaxBatchSize = 65_536;
    private const long SyntheticEvents = 300_000;
    private const long MaxHashedRows = 1L << 40;

    /// <summary>A file of events or its folder; null for the synthetic stream.</summary>
    public string? Data { get; init; }

    /// <summary>The form of the file.</summary>
    public DatasetFormat? Format { get; init; }

    /// <summary>The file that describes the films.</summary>
    public string? Movies { get; init; }

    /// <summary>How many events to learn from; null for the synthetic stream's default, and for all of a file.</summary>
    public long? Events { get; init; }

    /// <summary>How many malformed lines to skip.</summary>
    public long SkipMalformed { get; init; }

    /// <summary>Rows of the hashed baseline; null for half of the model's, 0 for none.</summary>
    public long? HashedRows { get; init; }

    /// <summary>Where to draw the plot.</summary>
    public string? Plot { get; init; }

    /// <summary>Whether to print where the time went.</summary>
    public bool Profile { get; init; }

    /// <summary>The model's numbers.</summary>
    public required ModelSettings Settings { get; init; }

    /// <summary>Opens what the user wants to learn from.</summary>
    /// <exception cref="UsageException">That cannot be done.</exception>
    public Dataset OpenDataset(IProgress<MalformedLine> malformed)
    {
        RequireUsable();
        if (Data is null) return OpenSynthetic();
        if (Format is not { } format)
            throw new UsageException("--data needs --format: movietweetings, movielens, movielens-csv or criteo.");
        return DatasetFiles.Open(Data, format, Movies, new MalformedLines { Limit = SkipMalformed, Report = malformed }, Events);
    }

    private SyntheticDataset OpenSynthetic()
    {
        if (Format is not null || Movies is not null)
            throw new UsageException("--format and --movies need --data, which names the file to read.");
        return new SyntheticDataset(Events ?? SyntheticEvents, Settings.Seed);
    }

    /// <summary>
    /// Requires numbers that can be used. Found here, the message can name the option; found later, it would name what the option was made
    /// into.
    /// </summary>
    /// <exception cref="UsageException">One cannot be used.</exception>
    public void RequireUsable()
    {
        RequireWhole("--events", Events ?? 1, 1);
        RequireWhole("--window", Settings.Window, 1);
        RequireWhole("--hashed-rows", HashedRows ?? 0, 0, MaxHashedRows);
        RequireWhole("--skip-malformed", SkipMalformed, 0);
        RequireWhole("--min-occurrences", Settings.MinOccurrences, 0);
        RequireWhole("--dimension", Settings.Dimension, 1, SegmentOptions.MaxDimension);
        RequireWhole("--batch-size", Settings.BatchSize, 1, MaxBatchSize);
        foreach (var width in Settings.Hidden) RequireWhole("--hidden", width, 1, DeepFmOptions.MaxHiddenWidth);
        RequireRate("--vector-rate", Settings.VectorRate, allowZero: false);
        RequireRate("--bias-rate", Settings.BiasRate, allowZero: false);
        RequireRate("--dense-rate", Settings.DenseRate, allowZero: false);
        RequireRate("--vector-decay", Settings.VectorDecay, allowZero: true);
        if (Settings.TimeToLiveDays is { } days && !(days >= 1 / 86400.0 && days <= TimeToLiveOptions.Longest.TotalDays))
            throw new UsageException(
                $"--time-to-live is {days} days; it must be between one second and {TimeToLiveOptions.Longest.TotalDays:F0} days.");
    }

    /// <summary>Requires a whole number of an option between two bounds.</summary>
    /// <exception cref="UsageException">It is beyond them.</exception>
    public static void RequireWhole(string option, long value, long minimum, long maximum = long.MaxValue)
    {
        if (value >= minimum && value <= maximum) return;
        throw new UsageException(maximum == long.MaxValue
            ? $"{option} is {value}; it must be at least {minimum}."
            : $"{option} is {value}; it must be between {minimum} and {maximum}.");
    }

    private static void RequireRate(string option, float value, bool allowZero)
    {
        if (float.IsFinite(value) && (value > 0 || (allowZero && value == 0))) return;
        throw new UsageException($"{option} is {value}; it must be a finite number {(allowZero ? "of at least 0" : "greater than 0")}.");
    }
}
