using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>Where a joiner keeps open impressions.</summary>
public sealed class JoinStoreOptions : IValidatedOptions
{
    /// <summary>The smallest <see cref="MemoryBytes"/>: 64 KiB.</summary>
    public const long LeastMemoryBytes = 64 << 10;

    /// <summary>
    /// How many bytes of open impressions are kept in memory, the newest; at least <see cref="LeastMemoryBytes"/>. What is older goes to
    /// files of <see cref="Folder"/>. Default 64 MiB; <see cref="long.MaxValue"/> for no files. What finds an impression by its key, about
    /// 21 bytes each, is in memory beside it.
    /// </summary>
    public long MemoryBytes { get; set; } = 64 << 20;

    /// <summary>
    /// A folder on a local disk for the files, made when the first is needed; null (the default) for <c>monolith-join</c> in the system's
    /// folder of temporary files. Joiners of several processes may share it. The files belong to a process: they are deleted with the
    /// joiner, and those of processes that died by the next joiner that uses the folder.
    /// </summary>
    public string? Folder { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(MemoryBytes >= LeastMemoryBytes, nameof(MemoryBytes), $"{MemoryBytes} is less than {LeastMemoryBytes}.");
        errors.Require(Folder is null || !string.IsNullOrWhiteSpace(Folder), nameof(Folder),
            "is blank. Name a folder, or leave it null for the system's folder of temporary files.");
    }

    internal JoinStoreOptions Copy() => (JoinStoreOptions)MemberwiseClone();
}
