using Monolith.Embeddings.Streams.Joining.Entries;
using Monolith.Embeddings.Streams.Joining.Index;

namespace Monolith.Embeddings.Streams.Joining.State;

/// <summary>Gathers all entries of a key among the places of its hash: it says no to each, so that one search passes all.</summary>
/// <param name="reader">Reads the journal.</param>
/// <param name="key">The key.</param>
/// <param name="found">Receives them, in the order of their processing.</param>
internal readonly ref struct KeyProbe(JournalReader reader, ReadOnlySpan<byte> key, List<FoundEntry> found) : IJoinKey
{
    private readonly ReadOnlySpan<byte> _key = key;

    public bool IsAt(long offset)
    {
        var head = reader.Head(offset);
        if (head.KeyLength != _key.Length) return false;
        if (reader.Bytes(offset, head.PayloadAt)[JoinEntryHead.Bytes..].SequenceEqual(_key)) found.Add(new FoundEntry(offset, head));
        return false;
    }
}
