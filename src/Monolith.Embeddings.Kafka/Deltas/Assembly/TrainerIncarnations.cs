using Monolith.Embeddings.Kafka.Deltas.Messages;
using Monolith.Embeddings.Serving;

namespace Monolith.Embeddings.Kafka.Deltas.Assembly;

/// <summary>
/// Which trainer holds the store, by what messages say: the greatest incarnation. Where a store was copied back by hand the number starts
/// lower again; that the store is right is known once the replica holds a commit of which messages were refused.
/// </summary>
internal sealed class TrainerIncarnations
{
    private const int Most = 64;

    private readonly Dictionary<Guid, ulong> _refused = [];

    /// <summary>The incarnation whose messages count; 0 before the first message.</summary>
    public ulong Newest { get; private set; }

    /// <summary>Notes a message.</summary>
    /// <returns>Whether it is of a trainer that lost the store; and whether it is the first of another trainer than before.</returns>
    public (bool IsStale, bool IsOther) See(DeltaMessage message, ReplicaVersion version)
    {
        if (_refused.TryGetValue(version.Commit, out var confirmed))
        {
            Newest = confirmed;
            _refused.Clear();
        }
        if (message.Incarnation < Newest)
        {
            if (_refused.Count >= Most) _refused.Clear();
            _refused[message.Commit] = message.Incarnation;
            return (true, false);
        }
        var isOther = Newest > 0 && message.Incarnation > Newest;
        Newest = message.Incarnation;
        return (false, isOther);
    }
}
