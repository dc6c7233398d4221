using Monolith.Embeddings.Kafka.Deltas.Messages;
using Monolith.Embeddings.Serving;

namespace Monolith.Embeddings.Kafka.Deltas.Assembly;

/// <summary>
/// Makes deltas of messages, in the order in which a replica takes them, and says when the replica must look at its store instead. Knows
/// neither brokers nor stores. Used by one thread.
/// </summary>
/// <param name="maxBytes">How many bytes of commits that are not whole, or not yet wanted, may wait.</param>
/// <param name="patience">How long a commit may wait for its next part, or for the commit before it.</param>
/// <param name="time">The clock.</param>
internal sealed class DeltaAssembler(long maxBytes, TimeSpan patience, TimeProvider time)
{
    private readonly Dictionary<Guid, DeltaParts> _waiting = [];
    private readonly PartitionSequences _sequences = new();
    private readonly TrainerIncarnations _incarnations = new();
    private long _bytes;

    /// <summary>Why the replica must look at its store; null where it need not.</summary>
    public HealReason? Wanted { get; private set; }

    /// <summary>The incarnation of the trainer whose messages count.</summary>
    public ulong Incarnation => _incarnations.Newest;

    /// <summary>How many bytes wait.</summary>
    public long WaitingBytes => _bytes;

    /// <summary>How many commits wait.</summary>
    public int WaitingCommits => _waiting.Count;

    /// <summary>Notes that the replica must look at its store; the first reason stays until it has.</summary>
    public void Want(HealReason reason) => Wanted ??= reason;

    /// <summary>Takes a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="partition">The partition that it came from.</param>
    /// <param name="version">What the replica holds.</param>
    public MessageOutcome Take(DeltaMessage message, int partition, ReplicaVersion version)
    {
        // A replica without a commit takes the chain of its store.
        if (version == ReplicaVersion.None) Want(HealReason.Start);
        else if (message.Chain != version.Chain) return MessageOutcome.OtherChain;
        var (isStale, isOther) = _incarnations.See(message, version);
        if (isStale) return MessageOutcome.Stale;
        if (_sequences.IsAfterGap(message, partition)) Want(HealReason.Gap);
        if (message.Commit == version.Commit) return MessageOutcome.Late;
        if (message.Number <= version.Number)
        {
            if (isOther || message.Number == version.Number) Want(HealReason.OtherTrainer);
            return MessageOutcome.Late;
        }
        if (message.Kind == DeltaMessageKind.Part) return TakePart(message);
        Want(HealReason.Announced);
        return MessageOutcome.Taken;
    }

    /// <summary>The delta that goes on from what the replica holds; null where it is not whole.</summary>
    /// <param name="version">What the replica holds.</param>
    public DeltaSnapshot? Next(ReplicaVersion version)
    {
        var next = _waiting.Values.FirstOrDefault(parts => parts.IsWhole && parts.Number == version.Number + 1);
        if (next is null) return null;
        Drop(next);
        var delta = next.Join();
        if (delta is null) Want(HealReason.Refused);
        return delta;
    }

    /// <summary>Looks for commits that have waited too long.</summary>
    public void Look()
    {
        if (_waiting.Values.Any(parts => time.GetElapsedTime(parts.LastCame) >= patience)) Want(HealReason.Incomplete);
    }

    /// <summary>Notes what the replica holds now: what is no longer of use is dropped.</summary>
    /// <param name="version">What the replica holds.</param>
    public void Passed(ReplicaVersion version)
    {
        foreach (var parts in _waiting.Values.Where(parts => parts.Number <= version.Number).ToList()) Drop(parts);
    }

    /// <summary>Notes that the replica has looked at its store: what it was in vain to wait for is dropped.</summary>
    /// <param name="version">What the replica holds.</param>
    public void Healed(ReplicaVersion version)
    {
        Wanted = null;
        Passed(version);
        foreach (var parts in _waiting.Values.Where(parts => time.GetElapsedTime(parts.LastCame) >= patience).ToList()) Drop(parts);
    }

    private MessageOutcome TakePart(DeltaMessage message)
    {
        if (!_waiting.TryGetValue(message.Commit, out var parts))
        {
            parts = new DeltaParts(message);
            _waiting.Add(message.Commit, parts);
        }
        if (!parts.Fits(message)) return MessageOutcome.Damaged;
        if (!parts.TryAdd(message, time.GetTimestamp())) return MessageOutcome.Repeated;
        _bytes += message.Payload.Length;
        if (_bytes <= maxBytes) return MessageOutcome.Taken;
        _waiting.Clear();
        _bytes = 0;
        Want(HealReason.TooLarge);
        return MessageOutcome.Taken;
    }

    private void Drop(DeltaParts parts)
    {
        _waiting.Remove(parts.Commit);
        _bytes -= parts.Bytes;
    }
}
