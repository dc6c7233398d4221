using Confluent.Kafka;

namespace Monolith.Embeddings.Kafka.Reading;

internal sealed partial class TopicReader
{
    private static readonly TimeSpan LongestCommit = TimeSpan.FromSeconds(5);

    private readonly Lock _commitLock = new();
    private readonly Dictionary<int, long> _due = [], _written = [];
    private Task _committing = Task.CompletedTask;

    /// <summary>Commits offsets to the broker soon, for lag monitors; what fails is counted, and the next call tries again.</summary>
    public void CommitSoon(int partition, long offset)
    {
        if (_options.Group is null) return;
        lock (_commitLock)
        {
            _due[partition] = offset;
        }
        _wake.Set();
    }

    // Beside consuming, since it waits for a broker; one at a time.
    private void BeginCommit()
    {
        if (!_committing.IsCompleted || Condition.IsUnreachable) return;
        lock (_commitLock)
        {
            if (_due.Count == 0) return;
            TopicPartitionOffset[] offsets = [.. _due.Select(due => At(due.Key, due.Value))];
            _due.Clear();
            _committing = Task.Run(() => Commit(offsets));
        }
    }

    private void Commit(TopicPartitionOffset[] offsets)
    {
        try
        {
            var stranger = FindStranger(offsets);
            _consumer.Commit(offsets);
            foreach (var offset in offsets) _written[offset.Partition.Value] = offset.Offset.Value;
            Condition.Commit(failure: null, stranger);
        }
        catch (KafkaException failure)
        {
            var reason = $"{failure.Error.Reason}.";
            Condition.Commit(reason, IsTaken(failure.Error) ? reason : null);
        }
    }

    private static bool IsTaken(Error error) => error.Code is ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration
        or ErrorCode.RebalanceInProgress or ErrorCode.FencedInstanceId;

    // Offsets that are not those that were written last: somebody else writes them too.
    private string? FindStranger(TopicPartitionOffset[] offsets)
    {
        TopicPartition[] known = [.. offsets.Where(o => _written.ContainsKey(o.Partition.Value)).Select(o => o.TopicPartition)];
        if (known.Length == 0) return null;
        foreach (var stored in _consumer.Committed(known, LongestCommit))
        {
            var own = _written[stored.Partition.Value];
            if (stored.Offset.Value == own) continue;
            return $"it has offset {stored.Offset.Value} of '{NameOf(stored.Partition.Value)}', and {own} was written last.";
        }
        return null;
    }

    // What is due at the end is committed too, if a broker is there.
    private void EndCommits()
    {
        BeginCommit();
        Task.WaitAny([_committing], LongestCommit);
        BeginCommit();
        Task.WaitAny([_committing], LongestCommit);
    }
}
