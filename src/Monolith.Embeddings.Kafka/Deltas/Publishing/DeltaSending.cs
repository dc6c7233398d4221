using Monolith.Embeddings.Kafka.Deltas.Messages;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Kafka.Deltas.Publishing;

/// <summary>Sends a commit as messages, or says that it is there.</summary>
/// <param name="store">Holds the files.</param>
/// <param name="topic">Where the messages go.</param>
/// <param name="options">The publisher's.</param>
internal sealed class DeltaSending(SnapshotStore store, IDeltaTopic topic, KafkaDeltaPublisherOptions options)
{
    // What may wait in the client's queue at once.
    private const long MaxWaitingBytes = 64 << 20;

    /// <summary>Says that the store has a commit.</summary>
    public Task AnnounceAsync(SnapshotManifest manifest, SnapshotCommit commit, int partitions, CancellationToken cancellationToken) =>
        topic.SendAsync(0, (publisher, sequence) => new DeltaMessage
        {
            Kind = DeltaMessageKind.Announcement,
            Chain = manifest.Chain,
            Publisher = publisher,
            Sequence = sequence,
            Incarnation = manifest.Incarnation,
            Number = commit.Number,
            Commit = commit.Id,
            Partitions = partitions,
        }, cancellationToken);

    /// <summary>Sends a delta.</summary>
    /// <returns>
    /// How many messages, of how many bytes; null where it is too long, or its file cannot be used, and it is to be announced.
    /// </returns>
    /// <exception cref="SnapshotException">The store does not answer.</exception>
    /// <exception cref="Confluent.Kafka.KafkaException">Some of it was not acknowledged.</exception>
    public async Task<(int Messages, long Bytes)?> TrySendAsync(
        SnapshotManifest manifest, SnapshotCommit commit, int partitions, CancellationToken cancellationToken)
    {
        var delta = new DeltaSnapshot(
            manifest.Chain, commit, stopping => store.OpenAsync((commit.Serving ?? commit.Training).Name, stopping));
        var text = CommitText.Write(commit);
        if (delta.File.Length > options.MaxDeltaBytes || text.Length > options.MaxMessageBytes / 2) return null;
        try
        {
            using var file = await delta.OpenAsync(cancellationToken).ConfigureAwait(false);
            var plan = DeltaPlan.Of(delta.ListPieces(file), partitions, options.MaxMessageBytes, text.Length);
            return (plan.Count, await SendAsync(manifest, delta, file, plan, text, partitions, cancellationToken).ConfigureAwait(false));
        }
        catch (SnapshotException failure) when (failure.Fault != SnapshotFault.Storage)
        {
            // Folded and cleaned meanwhile, or damaged: replicas find out what the store has.
            return null;
        }
    }

    private async Task<long> SendAsync(
        SnapshotManifest manifest, DeltaSnapshot delta, SnapshotFile file, IReadOnlyList<PlannedMessage> plan, byte[] text, int partitions,
        CancellationToken cancellationToken)
    {
        var (sent, waiting, total) = (new List<Task<int>>(), 0L, 0L);
        for (var i = 0; i < plan.Count; i++)
        {
            var (index, planned) = (i, plan[i]);
            sent.Add(topic.SendAsync(planned.Partition, (publisher, sequence) => new DeltaMessage
            {
                Chain = manifest.Chain,
                Publisher = publisher,
                Sequence = sequence,
                Incarnation = manifest.Incarnation,
                Number = delta.Commit.Number,
                Commit = delta.Commit.Id,
                Partitions = partitions,
                Index = index,
                Count = plan.Count,
                FileLength = file.Length,
                CommitText = index == 0 ? text : default(ReadOnlyMemory<byte>),
                Runs = planned.Runs,
                Payload = Read(file, planned),
            }, cancellationToken));
            waiting += planned.Bytes;
            if (waiting < MaxWaitingBytes && i < plan.Count - 1) continue;
            total += (await Task.WhenAll(sent).ConfigureAwait(false)).Sum(static bytes => (long)bytes);
            (waiting, sent) = (0, []);
        }
        return total;
    }

    private static byte[] Read(SnapshotFile file, PlannedMessage planned)
    {
        var (bytes, at) = (new byte[planned.Bytes], 0);
        foreach (var run in planned.Runs)
        {
            for (var done = 0; done < run.Length;)
            {
                var read = file.Read(run.Offset + done, bytes.AsSpan(at + done, run.Length - done));
                if (read <= 0)
                    throw new SnapshotException(SnapshotFault.Damaged, file.Name, $"{run.Length} bytes at {run.Offset}", $"{done}.");
                done += read;
            }
            at += run.Length;
        }
        return bytes;
    }
}
