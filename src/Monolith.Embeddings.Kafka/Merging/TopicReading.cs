using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kafka.Reading;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Kafka.Merging;

/// <summary>One reading of all partitions of a topic.</summary>
/// <param name="reader">Consumes the topic.</param>
/// <param name="plan">Where it begins and ends.</param>
/// <param name="messages">Makes records.</param>
internal sealed class TopicReading<T>(TopicReader reader, TopicPlan plan, MessageReader<T> messages) : IAsyncDisposable
{
    private readonly List<OpenPartition<T>> _partitions = [];
    private readonly FeedSignal _signal = new();

    /// <summary>Reads in the order of event time, partition and offset.</summary>
    public async IAsyncEnumerable<LogRecord<KafkaRecord<T>>> MergeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await OpenAsync(plan.Beginnings, cancellationToken).ConfigureAwait(false);
        var (heads, known) = (new PriorityQueue<int, (long, int)>(), 0);
        while (true)
        {
            for (; known < _partitions.Count; known++)
            {
                if (await AdvanceAsync(known, heads.Count, cancellationToken).ConfigureAwait(false))
                    heads.Enqueue(known, _partitions[known].Order);
            }
            if (!heads.TryDequeue(out var first, out _)) yield break;
            var partition = _partitions[first];
            yield return partition.Head;
            if (partition.TryAdvance() || await AdvanceAsync(first, heads.Count, cancellationToken).ConfigureAwait(false))
                heads.Enqueue(first, partition.Order);
            if (plan.IsFollowing && reader.PartitionCount > _partitions.Count) await OpenNewAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads what has come, a part of each partition in turn.</summary>
    public async IAsyncEnumerable<LogRecord<KafkaRecord<T>>> TakeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await OpenAsync(plan.Beginnings, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var isAny = false;
            foreach (var partition in _partitions)
            {
                while (partition.TryAdvance())
                {
                    isAny = true;
                    yield return partition.Head;
                }
            }
            if (plan.IsFollowing && reader.PartitionCount > _partitions.Count) await OpenNewAsync(cancellationToken).ConfigureAwait(false);
            else if (!isAny && _partitions.TrueForAll(partition => partition.Feed.IsEnded())) yield break;
            else if (!isAny && IsEachWanted()) await _signal.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_partitions.Count > 0)
            await reader.CloseAsync([.. _partitions.Select(partition => partition.Feed)]).ConfigureAwait(false);
    }

    private async ValueTask<bool> AdvanceAsync(int index, int others, CancellationToken cancellationToken)
    {
        var partition = _partitions[index];
        if (partition.TryAdvance()) return true;
        if (others > 0) reader.Condition.WaitFor(partition.Feed.Name);
        var isThere = await partition.AdvanceAsync(cancellationToken).ConfigureAwait(false);
        if (others > 0) reader.Condition.WaitFor(null);
        return isThere;
    }

    // False where something came meanwhile.
    private bool IsEachWanted()
    {
        var isEach = true;
        foreach (var partition in _partitions) isEach &= partition.Feed.Want() || partition.Feed.IsEnded();
        return isEach;
    }

    private async Task OpenNewAsync(CancellationToken cancellationToken)
    {
        var (first, count) = (_partitions.Count, reader.PartitionCount - _partitions.Count);
        await OpenAsync(await plan.BeginNewAsync(reader, first, count, cancellationToken).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task OpenAsync(IReadOnlyList<PartitionBounds> beginnings, CancellationToken cancellationToken)
    {
        var opened = new List<PartitionFeed>();
        foreach (var (partition, from, end) in beginnings)
        {
            var feed = new PartitionFeed(reader.NameOf(partition), partition, from, end, reader.Buffer, _signal);
            opened.Add(feed);
            _partitions.Add(new OpenPartition<T>(feed, _signal, messages));
        }
        await reader.OpenAsync(opened, cancellationToken).ConfigureAwait(false);
    }
}
