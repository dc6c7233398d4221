using Monolith.Embeddings.Streams;
using OnlineTraining.Contest;
using OnlineTraining.Data;

namespace OnlineTraining.CommandLine;

/// <summary>What the user asked for.</summary>
public sealed record TrainingArguments
{
    /// <summary>A file of events or its folder; null for the synthetic stream.</summary>
    public string? Data { get; init; }

    /// <summary>The form of the file.</summary>
    public DatasetFormat? Format { get; init; }

    /// <summary>The file that describes the films.</summary>
    public string? Movies { get; init; }

    /// <summary>Events of the synthetic stream.</summary>
    public long Events { get; init; }

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
        if (Settings.Window < 1) throw new UsageException($"--window is {Settings.Window}; it must be at least 1.");
        if (HashedRows < 0) throw new UsageException($"--hashed-rows is {HashedRows}; it must be at least 0.");
        if (SkipMalformed < 0) throw new UsageException($"--skip-malformed is {SkipMalformed}; it must be at least 0.");
        if (Data is null) return OpenSynthetic();
        if (Format is not { } format)
            throw new UsageException("--data needs --format: movietweetings, movielens, movielens-csv or criteo.");
        return DatasetFiles.Open(Data, format, Movies, new MalformedLines { Limit = SkipMalformed, Report = malformed });
    }

    private SyntheticDataset OpenSynthetic()
    {
        if (Format is not null || Movies is not null) throw new UsageException("--format and --movies need --data, which names the file to read.");
        if (Events < 1) throw new UsageException($"--events is {Events}; it must be at least 1.");
        return new SyntheticDataset(Events, Settings.Seed);
    }
}
