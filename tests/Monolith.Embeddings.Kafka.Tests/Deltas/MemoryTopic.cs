using Monolith.Embeddings.Kafka.Deltas.Messages;
using Monolith.Embeddings.Kafka.Deltas.Publishing;

namespace Monolith.Embeddings.Kafka.Tests.Deltas;

/// <summary>The messages of a topic in memory, which are delivered in any order of partitions, lost, repeated and changed.</summary>
internal sealed class MemoryTopic(int partitions, Random random) : IDeltaTopic
{
    private readonly List<byte[]>[] _written = [.. Enumerable.Range(0, partitions).Select(_ => new List<byte[]>())];
    private readonly int[] _read = new int[partitions];
    private readonly ulong[] _sequences = new ulong[partitions];
    private Guid _publisher = Guid.NewGuid();

    public int Written => _written.Sum(messages => messages.Count);

    public int Lost { get; private set; }

    public bool IsRead => Enumerable.Range(0, partitions).All(i => _read[i] == _written[i].Count);

    /// <summary>Another publisher writes from here on.</summary>
    public void ChangePublisher()
    {
        _publisher = Guid.NewGuid();
        Array.Clear(_sequences);
    }

    public Task<int> SendAsync(int partition, Func<Guid, ulong, DeltaMessage> message, CancellationToken cancellationToken)
    {
        var bytes = DeltaMessageFormat.Write(message(_publisher, _sequences[partition]++));
        _written[partition].Add(bytes);
        return Task.FromResult(bytes.Length);
    }

    /// <summary>The next message of a partition never comes.</summary>
    public void Lose(int partition)
    {
        _read[partition]++;
        Lost++;
    }

    /// <summary>The next message of any partition that has one; some are lost, repeated or changed.</summary>
    /// <param name="faults">One of how many messages has a fault; 0 for none.</param>
    public (int Partition, byte[] Bytes)? Next(int faults)
    {
        int[] open = [.. Enumerable.Range(0, partitions).Where(i => _read[i] < _written[i].Count)];
        if (open.Length == 0) return null;
        var partition = open[random.Next(open.Length)];
        var fault = faults > 0 && random.Next(faults) == 0 ? random.Next(3) : -1;
        if (fault == 0 && _read[partition] > 0)
        {
            _read[partition] -= random.Next(1, Math.Min(5, _read[partition]) + 1);
            return Next(0);
        }
        var bytes = _written[partition][_read[partition]++];
        if (fault is -1 or 0) return (partition, bytes);
        Lost++;
        if (fault == 1) return Next(0);
        var changed = bytes.ToArray();
        changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
        return (partition, changed);
    }
}
