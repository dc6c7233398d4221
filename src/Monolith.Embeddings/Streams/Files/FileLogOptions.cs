using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>How a source reads files.</summary>
public sealed class FileLogOptions : IValidatedOptions
{
    /// <summary>The shortest <see cref="PollInterval"/>: one millisecond.</summary>
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(1);

    /// <summary>The longest <see cref="PollInterval"/>: one day.</summary>
    public static readonly TimeSpan LongestInterval = TimeSpan.FromDays(1);

    /// <summary>The largest <see cref="MaxRecordBytes"/>: 1 GiB.</summary>
    public const int LargestRecordBytes = 1 << 30;

    /// <summary>
    /// Whether the source waits for more at the end of the newest file, until it is cancelled: true, the default. Else it ends there, and
    /// all files are taken for finished: what follows the last line end is a record.
    /// </summary>
    public bool Follow { get; set; } = true;

    /// <summary>
    /// How long the source waits before it looks for more, <see cref="ShortestInterval"/> to <see cref="LongestInterval"/>. Default one
    /// second.
    /// </summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a record may be, in bytes, without its line end: 1 to <see cref="LargestRecordBytes"/>. A longer one is a bad record; it
    /// is not held in memory. Default 1 MiB.
    /// </summary>
    public int MaxRecordBytes { get; set; } = 1 << 20;

    /// <summary>Where the source goes on if its position is in no file any longer. Default: it stops with a message.</summary>
    public LostPosition LostPosition { get; set; }

    /// <summary>
    /// Receives each file that will not be read because it came too late. It is logged as well. What the delegate throws ends the reading.
    /// Default null: none is called.
    /// </summary>
    public Func<LateFile, CancellationToken, ValueTask>? LateFile { get; set; }

    /// <summary>Where the source logs; null (the default) for nowhere.</summary>
    public ILogger? Logger { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(PollInterval >= ShortestInterval && PollInterval <= LongestInterval, nameof(PollInterval),
            $"{PollInterval} is not between {ShortestInterval} and {LongestInterval}.");
        errors.InRange(nameof(MaxRecordBytes), MaxRecordBytes, 1, LargestRecordBytes);
        errors.Require(Enum.IsDefined(LostPosition), nameof(LostPosition), $"{(int)LostPosition} is none of its values.");
    }

    internal FileLogOptions Copy() => (FileLogOptions)MemberwiseClone();
}
