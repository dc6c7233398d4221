using Monolith.Embeddings.Kafka.Deltas.Messages;
using Monolith.Embeddings.Serving;

namespace Monolith.Embeddings.Kafka.Deltas.Assembly;

/// <summary>What came of one commit.</summary>
/// <param name="first">The message that came first of it.</param>
internal sealed class DeltaParts(DeltaMessage first)
{
    private readonly Dictionary<int, DeltaMessage> _parts = [];

    public ulong Number => first.Number;

    public Guid Commit => first.Commit;

    /// <summary>When its last message came, as a timestamp of the clock.</summary>
    public long LastCame { get; private set; }

    /// <summary>How many bytes of the file came.</summary>
    public long Bytes { get; private set; }

    public bool IsWhole => _parts.Count == first.Count;

    /// <summary>Whether a message says the same of the commit as the first one.</summary>
    public bool Fits(DeltaMessage message) =>
        message.Number == first.Number && message.Count == first.Count && message.FileLength == first.FileLength;

    /// <summary>Takes a message that fits.</summary>
    /// <param name="message">The message.</param>
    /// <param name="now">When it came.</param>
    /// <returns>Whether it had not come before.</returns>
    public bool TryAdd(DeltaMessage message, long now)
    {
        if (!_parts.TryAdd(message.Index, message)) return false;
        LastCame = now;
        Bytes += message.Payload.Length;
        return true;
    }

    /// <summary>The delta, of which all parts are there; null where they do not make one.</summary>
    public DeltaSnapshot? Join()
    {
        var commit = CommitText.Read(_parts[0].CommitText);
        if (commit is null || commit.Number != Number || commit.Id != Commit) return null;
        var entry = commit.Serving ?? commit.Training;
        if (entry.Length != first.FileLength) return null;
        return AssembledFile.Of(entry.Name, first.FileLength, _parts.Values) is { } file
            ? new DeltaSnapshot(first.Chain, commit, _ => new(file))
            : null;
    }
}
