using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Admission;

/// <summary>
/// What an <see cref="AdmissionFilter"/> is told when it is created. The ids are cut into <see cref="Partitions"/> partitions by the high
/// bits of their mixed id; each filter of a table owns a run of them, and all ids in these. A filter whose answers depend on nothing beyond
/// an id's partition admits the same ids whatever the number of stripes.
/// </summary>
public readonly record struct AdmissionContext
{
    /// <summary>Into how many partitions the ids are cut, whatever the number of stripes: 1,024, the largest number of stripes.</summary>
    public const int Partitions = 1024;

    private const int PartitionShift = 54;

    private readonly MemoryAccount? _account;
    private readonly int _partitionsPerMap;

    /// <summary>Creates a context for a filter on its own, without a memory limit.</summary>
    /// <param name="seed">The table set's seed.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="firstPartition">The first partition of the filter: a multiple of <paramref name="partitionCount"/>.</param>
    /// <param name="partitionCount">How many partitions the filter owns: a power of two, 1 to <see cref="Partitions"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">No table would own these partitions.</exception>
    public AdmissionContext(ulong seed, string table, int firstPartition = 0, int partitionCount = Partitions)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (!int.IsPow2(partitionCount) || partitionCount > Partitions)
            throw OutOfRange.Of(nameof(partitionCount), partitionCount, $"A filter owns 1 to {Partitions} partitions, a power of two.");
        if (firstPartition < 0 || firstPartition >= Partitions || firstPartition % partitionCount != 0)
            throw OutOfRange.Of(nameof(firstPartition), firstPartition,
                $"A run of {partitionCount} of the {Partitions} partitions starts at a multiple of its length.");
        (Seed, Table, FirstPartition, PartitionCount) = (seed, table, firstPartition, partitionCount);
    }

    /// <param name="seed">The table set's seed.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="stripe">Which stripe the filter is for.</param>
    /// <param name="stripes">How many there are.</param>
    /// <param name="maps">
    /// How many maps the whole table should count pending ids in; at least as many as stripes, and not dependent on their number.
    /// </param>
    /// <param name="account">Pays for native memory.</param>
    internal AdmissionContext(ulong seed, string table, int stripe, int stripes, int maps, MemoryAccount account)
        : this(seed, table, stripe * (Partitions / stripes), Partitions / stripes) =>
            (_account, _partitionsPerMap) = (account, Partitions / maps);

    /// <summary>The table set's seed.</summary>
    public ulong Seed { get; }

    /// <summary>The table's name.</summary>
    public string Table { get; }

    /// <summary>The first partition that the filter owns.</summary>
    public int FirstPartition { get; }

    /// <summary>How many partitions it owns: a power of two.</summary>
    public int PartitionCount { get; }

    /// <summary>How many partitions are counted together: one map each would waste memory where the limit is small.</summary>
    internal int PartitionsPerMap => Math.Clamp(_partitionsPerMap, 1, PartitionCount);

    internal MemoryAccount Account => _account ?? new MemoryAccount(long.MaxValue);

    /// <summary>The mixed id of an id: a bijection that spreads its bits, as in <see cref="AdmissionRequest.MixedId"/>.</summary>
    /// <param name="id">Any id.</param>
    public static ulong MixedId(long id) => KeyMixer.Mix(unchecked((ulong)id));

    /// <summary>The partition of a mixed id, 0 to <see cref="Partitions"/> - 1.</summary>
    /// <param name="mixedId">Any mixed id.</param>
    public static int PartitionOf(ulong mixedId) => (int)(mixedId >> PartitionShift);

    /// <summary>The lowest mixed id of a partition.</summary>
    /// <param name="partition">0 to <see cref="Partitions"/> - 1.</param>
    public static ulong FirstMixedId(int partition) => (ulong)partition << PartitionShift;

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(AdmissionContext), PrintMembers);
}
