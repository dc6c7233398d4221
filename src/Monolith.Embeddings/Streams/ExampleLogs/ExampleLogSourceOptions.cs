using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>How an <see cref="ExampleLogSource"/> reads a log.</summary>
public sealed class ExampleLogSourceOptions : IValidatedOptions
{
    /// <summary>The shortest <see cref="PollInterval"/>: one millisecond.</summary>
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(1);

    /// <summary>The longest <see cref="PollInterval"/>: one day.</summary>
    public static readonly TimeSpan LongestInterval = TimeSpan.FromDays(1);

    /// <summary>
    /// How batches are made, and what is done about damage: a block or a file that cannot be read is one bad record
    /// (<see cref="RecordOptions{TRecord}.BadRecords"/>) that stands for all its rows (<see cref="LoggedExample.Rows"/>).
    /// </summary>
    public RecordOptions<LoggedExample> Records { get; set; } = new();

    /// <summary>
    /// The number of the row that <c>StreamPosition.Start</c> stands for; not negative. Null (the default): the first that is there. Not
    /// together with <see cref="FromEventTime"/>.
    /// </summary>
    public long? FromRow { get; set; }

    /// <summary>
    /// The start is the first row whose event time is not before this; rows behind it come whatever their times. Null (the default): the
    /// first row that is there.
    /// </summary>
    public DateTimeOffset? FromEventTime { get; set; }

    /// <summary>
    /// Whether the source waits for more at the end of the log, until it is cancelled. Default false: it ends there, so that
    /// <c>history.Then(live)</c> goes on.
    /// </summary>
    public bool Follow { get; set; }

    /// <summary>
    /// How long the source waits before it looks for more, <see cref="ShortestInterval"/> to <see cref="LongestInterval"/>. Default one
    /// second.
    /// </summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether slots, tasks and dense features of the schema that the log's rows do not have are empty, not observed and zero. Default
    /// false: such a log is refused, with the names of what is missing.
    /// </summary>
    public bool AllowMissing { get; set; }

    /// <summary>
    /// Whether rows that were deleted before they were read are passed over, and counted by <see cref="ExampleLogSource.LostRows"/>.
    /// Default false: the reading fails.
    /// </summary>
    public bool SkipDeleted { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Nested(nameof(Records), Records);
        errors.Require(FromRow is null or >= 0, nameof(FromRow), $"{FromRow} is negative; it is the number of a row.");
        errors.Require(FromRow is null || FromEventTime is null, nameof(FromRow),
            $"is given together with {nameof(FromEventTime)}; the reading begins at one of them.");
        errors.Require(PollInterval >= ShortestInterval && PollInterval <= LongestInterval, nameof(PollInterval),
            $"{PollInterval} is not between {ShortestInterval} and {LongestInterval}.");
    }

    internal ExampleLogSourceOptions Copy() => (ExampleLogSourceOptions)MemberwiseClone();
}
