using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>How an <see cref="ExampleLog"/> is written.</summary>
public sealed class ExampleLogOptions : IValidatedOptions
{
    /// <summary>The smallest <see cref="RotateBytes"/> and <see cref="MaxBytes"/>: 64 KiB.</summary>
    public const long SmallestBytes = 1 << 16;

    /// <summary>The shortest <see cref="RotateEvery"/>: one second.</summary>
    public static readonly TimeSpan ShortestSpan = TimeSpan.FromSeconds(1);

    /// <summary>The longest <see cref="RotateEvery"/>: 366 days.</summary>
    public static readonly TimeSpan LongestSpan = TimeSpan.FromDays(366);

    /// <summary>
    /// How many bytes a file has at most that small ones are merged into; at least <see cref="SmallestBytes"/>. Each commit writes a file
    /// of its own; they are merged afterwards. Default 256 MiB.
    /// </summary>
    public long RotateBytes { get; set; } = 1L << 28;

    /// <summary>
    /// How much event time a merged file spans, <see cref="ShortestSpan"/> to <see cref="LongestSpan"/>: files of two spans are not merged,
    /// so that <see cref="MaxAge"/> deletes about that much at once. Default one day.
    /// </summary>
    public TimeSpan RotateEvery { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How much older than the newest event time rows may get before their file is deleted; more than zero. An event time ahead of the
    /// clock counts as the clock's. The newest file stays. Null (the default) keeps all.
    /// </summary>
    public TimeSpan? MaxAge { get; set; }

    /// <summary>
    /// How many bytes all files may have together before the oldest are deleted; at least <see cref="SmallestBytes"/>. The newest file
    /// stays. Null (the default) keeps all.
    /// </summary>
    public long? MaxBytes { get; set; }

    /// <summary>
    /// How many bytes of rows wait in memory while the store refuses files, before the reading fails; at least <see cref="SmallestBytes"/>.
    /// Default 256 MiB.
    /// </summary>
    public long MaxPendingBytes { get; set; } = 1L << 28;

    /// <summary>
    /// Whether a trainer goes on with a log that does not fit to it: one that has rows though the training starts from the beginning, is
    /// another log than the commit's, or lacks rows that the commit has. Then its rows are appended, and the log no longer holds each
    /// example exactly once. Default false: such a log is refused.
    /// </summary>
    public bool AcceptOtherHistory { get; set; }

    /// <summary>Where the log logs; null (the default) for nowhere.</summary>
    public ILogger? Logger { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.InRange(nameof(RotateBytes), RotateBytes, SmallestBytes);
        errors.InRange(nameof(MaxBytes), MaxBytes ?? SmallestBytes, SmallestBytes);
        errors.InRange(nameof(MaxPendingBytes), MaxPendingBytes, SmallestBytes);
        errors.Require(RotateEvery >= ShortestSpan && RotateEvery <= LongestSpan, nameof(RotateEvery),
            $"{RotateEvery} is not between {ShortestSpan} and {LongestSpan}.");
        errors.Require(MaxAge is null || MaxAge > TimeSpan.Zero, nameof(MaxAge), $"{MaxAge} is not more than zero; null keeps all.");
    }

    internal ExampleLogOptions Copy() => (ExampleLogOptions)MemberwiseClone();
}
