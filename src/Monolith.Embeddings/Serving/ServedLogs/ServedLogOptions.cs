using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Serving;

/// <summary>How a <see cref="ServedLog"/> is written.</summary>
public sealed class ServedLogOptions : IValidatedOptions
{
    /// <summary>The smallest <see cref="RotateBytes"/> and <see cref="QueueBytes"/>: 4 KiB.</summary>
    public const long SmallestBytes = 1 << 12;

    /// <summary>The shortest <see cref="RotateEvery"/>: one second.</summary>
    public static readonly TimeSpan ShortestSpan = TimeSpan.FromSeconds(1);

    /// <summary>The longest <see cref="RotateEvery"/>: 366 days.</summary>
    public static readonly TimeSpan LongestSpan = TimeSpan.FromDays(366);

    /// <summary>After how many bytes another file is begun, at least <see cref="SmallestBytes"/>. Default 64 MiB.</summary>
    public long RotateBytes { get; set; } = 1L << 26;

    /// <summary>
    /// After how long another file is begun, <see cref="ShortestSpan"/> to <see cref="LongestSpan"/>. Default one hour.
    /// </summary>
    public TimeSpan RotateEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How many bytes may wait to be written, at least <see cref="SmallestBytes"/>; what comes when they are more is dropped and counted.
    /// Default 16 MiB.
    /// </summary>
    public long QueueBytes { get; set; } = 1L << 24;

    /// <summary>
    /// How many files the folder may hold before the oldest is deleted, read or not; at least 2. Null (the default) keeps all.
    /// </summary>
    public int? MaxFiles { get; set; }

    /// <summary>Where the log logs; null (the default) for nowhere.</summary>
    public ILogger? Logger { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.InRange(nameof(RotateBytes), RotateBytes, SmallestBytes);
        errors.InRange(nameof(QueueBytes), QueueBytes, SmallestBytes);
        errors.Require(RotateEvery >= ShortestSpan && RotateEvery <= LongestSpan, nameof(RotateEvery),
            $"{RotateEvery} is not between {ShortestSpan} and {LongestSpan}.");
        errors.InRange(nameof(MaxFiles), MaxFiles ?? 2, 2);
    }

    internal ServedLogOptions Copy() => (ServedLogOptions)MemberwiseClone();
}
