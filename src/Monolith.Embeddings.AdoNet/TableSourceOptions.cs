using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.AdoNet;

/// <summary>How a <see cref="TableSource{TRecord}"/> reads.</summary>
/// <typeparam name="TRecord">The application's record.</typeparam>
public sealed class TableSourceOptions<TRecord> : IValidatedOptions
{
    /// <summary>The largest page: 1,000,000 rows.</summary>
    public const int MaxPageSize = 1_000_000;

    /// <summary>How batches are made of the records, and what is done about bad ones.</summary>
    public RecordOptions<TRecord> Records { get; set; } = new();

    /// <summary>Rows that one statement reads, 1 to <see cref="MaxPageSize"/>; their records are in memory at once. Default 1000.</summary>
    public int PageSize { get; set; } = 1000;

    /// <summary>
    /// Whether the source waits at the horizon for more rows, until it is cancelled, or ends there. Default true: it waits.
    /// </summary>
    public bool Follow { get; set; } = true;

    /// <summary>How long it waits before it looks for more rows; more than zero and at most a day. Default 1 s.</summary>
    public TimeSpan PollingInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a statement may take, 1 s to a day; providers know whole seconds, and it is rounded up to them. Default 30 s.
    /// </summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What is done when the database fails for a while.</summary>
    public RetryPolicy Retries { get; set; } = new();

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Nested(nameof(Records), Records);
        errors.InRange(nameof(PageSize), PageSize, 1, MaxPageSize);
        var (second, day) = (TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        errors.Require(PollingInterval > TimeSpan.Zero && PollingInterval <= day, nameof(PollingInterval),
            $"{PollingInterval} is not more than zero and at most a day.");
        errors.Require(CommandTimeout >= second && CommandTimeout <= day, nameof(CommandTimeout),
            $"{CommandTimeout} is not between a second and a day.");
        errors.Nested(nameof(Retries), Retries);
    }

    internal TableSourceOptions<TRecord> Copy()
    {
        var copy = (TableSourceOptions<TRecord>)MemberwiseClone();
        copy.Retries = Retries.Copy();
        return copy;
    }
}
