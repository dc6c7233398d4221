using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots.Files;

/// <summary>What a file says of itself before anything else. Immutable.</summary>
internal sealed record SnapshotHeader
{
    public const int MaxFingerprintBytes = StoredLimits.FingerprintBytes, MaxPlugIns = StoredLimits.PlugIns,
        MaxTextBytes = StoredLimits.NameBytes;

    public required SnapshotFileKind Kind { get; init; }

    public required Guid Chain { get; init; }

    public required ulong Incarnation { get; init; }

    /// <summary>The cut that a delta goes on from; 0 for a full.</summary>
    public required ulong From { get; init; }

    /// <summary>The cut whose state the reader has afterwards.</summary>
    public required ulong To { get; init; }

    /// <summary>What tells schemas apart; at most <see cref="MaxFingerprintBytes"/>.</summary>
    public required ReadOnlyMemory<byte> SchemaFingerprint { get; init; }

    /// <summary>The plug-ins' names by where they are used, such as "users/vector/optimizer" and "adagrad"; places occur once.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> PlugIns { get; init; } = [];

    /// <exception cref="FormatException">A value cannot stand in a file.</exception>
    public void Check()
    {
        if (!Enum.IsDefined(Kind)) throw new FormatException($"There is no file of kind {(int)Kind}.");
        if (Kind is SnapshotFileKind.Full or SnapshotFileKind.ServingFull && From != 0)
            throw new FormatException($"A full is from cut 0, not {From}.");
        if (From >= To) throw new FormatException($"Cut {To} does not lie after cut {From}.");
        if (Incarnation == 0) throw new FormatException("An incarnation is at least 1, not 0.");
        var places = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (place, _) in PlugIns)
        {
            if (!places.Add(place)) throw new FormatException($"The plug-in of '{place}' stands there twice.");
        }
    }
}
