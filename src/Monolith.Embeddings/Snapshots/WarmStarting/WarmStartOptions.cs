using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots;

/// <summary>What a <see cref="WarmStart"/> takes of a snapshot, and into which tables.</summary>
public sealed class WarmStartOptions : IValidatedOptions
{
    /// <summary>
    /// The snapshot's tables by name, and the tables of the set that start from them. Others of the snapshot are not read, others of the
    /// set stay as they are. Default: none is named, and each table starts from the one of its own name; then a table that only one of the
    /// two sides has must be named in <see cref="Drop"/>.
    /// </summary>
    public IDictionary<string, string> Tables { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Whether optimizer state is taken too, with what rows track: then optimizers must be the same. Default false: weights and last
    /// updates; the state is that of an assigned row.
    /// </summary>
    public bool WithOptimizerState { get; set; }

    /// <summary>
    /// Whether to read the files for replicas, smaller and without optimizer state. They do not say when a row was last updated: all rows
    /// then count as updated at the newest event time that the snapshot's table had seen. Default false.
    /// </summary>
    public bool FromServingFiles { get; set; }

    /// <summary>
    /// Parts that are not taken, though they are in the snapshot or because they do not fit: "table", "table/segment" or
    /// "table/segment/state", "table/frequency", "table/admission-time", by the names of the set's tables, and of the snapshot's where it
    /// alone has one. They begin as in a new row. "table/segment/precision" takes the weights nevertheless, rounded to the nearest that the
    /// segment can store. Default: none; what does not fit is refused.
    /// </summary>
    public IList<string> Drop { get; set; } = [];

    /// <summary>How many threads read: 1 to <see cref="SnapshotChainOptions.MaxThreads"/>. Default: one for each processor.</summary>
    public int Threads { get; set; } = Math.Clamp(Environment.ProcessorCount, 1, SnapshotChainOptions.MaxThreads);

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        errors.InRange(nameof(Threads), Threads, 1, SnapshotChainOptions.MaxThreads);
        errors.Require(Drop is not null, nameof(Drop), "is null; leave it empty where everything is taken.");
        errors.Require(!WithOptimizerState || !FromServingFiles, nameof(FromServingFiles),
            $"have no optimizer state; set {nameof(WithOptimizerState)} to false, or read the files for training.");
        errors.Require(Tables is not null, nameof(Tables), "is null; leave it empty where names are the same.");
        var tables = Tables ?? new Dictionary<string, string>();
        foreach (var group in tables.GroupBy(pair => pair.Value, pair => pair.Key).Where(g => g.Count() > 1))
        {
            errors.Add(nameof(Tables),
                $"'{group.Key}' is to start from {string.Join(" and ", group.Select(name => $"'{name}'"))}; a table starts from one.");
        }
    }
}
