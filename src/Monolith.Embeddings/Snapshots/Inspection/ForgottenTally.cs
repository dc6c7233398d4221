using System.Buffers.Binary;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Snapshots.Forgetting;

namespace Monolith.Embeddings.Snapshots.Inspection;

/// <summary>Counts the forgotten ids in one place of a file. One thread's.</summary>
/// <param name="list">The forgotten ids.</param>
/// <param name="table">The table that the place is of; null where any may be meant.</param>
internal sealed class ForgottenTally(SuppressionList list, string? table)
{
    private readonly SuppressedTable[] _ids =
        [.. list.Groups.Select(group => group.Table).Distinct(StringComparer.Ordinal).Where(name => table is null || name == table)
            .SelectMany(list.Of)];

    /// <summary>How often one was found.</summary>
    public long Count { get; private set; }

    /// <summary>Whether one was found that counts again some time.</summary>
    public bool MayBeNew { get; private set; }

    /// <summary>Whether nothing can be found.</summary>
    public bool IsIdle => _ids.Length == 0;

    /// <summary>Whether an id is one of 32 bits, like which any number may look.</summary>
    public static bool IsSmall(long id) => id is >= int.MinValue and <= uint.MaxValue;

    /// <summary>Takes an id.</summary>
    public void Id(long id)
    {
        foreach (var ids in _ids)
        {
            if (!ids.TryFind(id, out var found)) continue;
            Count++;
            MayBeNew |= found.Until != SuppressedId.ForEver;
            return;
        }
    }

    /// <summary>Takes bytes that hold mixed ids at places that are not known.</summary>
    public void MixedIds(ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[1..])
            Id(unchecked((long)KeyMixer.Unmix(BinaryPrimitives.ReadUInt64LittleEndian(bytes))));
    }

    /// <summary>
    /// Takes bytes that may hold ids at any place, mixed or as they are. Ids of 32 bits are not looked for: any number may look like one.
    /// </summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        MixedIds(bytes);
        for (; bytes.Length >= sizeof(long); bytes = bytes[1..])
        {
            var word = BinaryPrimitives.ReadInt64LittleEndian(bytes);
            if (!IsSmall(word)) Id(word);
        }
    }
}
