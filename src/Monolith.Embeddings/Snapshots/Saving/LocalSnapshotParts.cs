using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Snapshots;

/// <summary>Parts of ranges that are all in this process. The sets belong to the caller and are not disposed.</summary>
public sealed class LocalSnapshotParts : SnapshotParts
{
    private readonly EmbeddingTableSet[] _sets;
    private readonly TimeProvider? _time;
    private readonly List<SnapshotPartWriter> _writers = [];
    private readonly List<PendingPart> _cut = [];

    /// <summary>Creates the parts; each is called after the range of its set.</summary>
    /// <param name="sets">One set for each range, as <see cref="LocalTableRanges"/> takes them.</param>
    /// <param name="timeProvider">Measures waiting; the system's where null.</param>
    /// <exception cref="ArgumentException">There is no set, one is null, or two own one range.</exception>
    /// <exception cref="NotSupportedException">A row of a table is too long for a snapshot; the message holds the numbers.</exception>
    public LocalSnapshotParts(IReadOnlyList<EmbeddingTableSet> sets, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(sets);
        (_sets, _time) = ([.. sets], timeProvider);
        if (_sets.Length == 0) throw new ArgumentException("There is no set; one for each range.", nameof(sets));
        for (var i = 0; i < _sets.Length; i++)
        {
            if (_sets[i] is null) throw new ArgumentException($"The set at place {i} is null.", nameof(sets));
            SnapshotChain.RequireSavable(_sets[i]);
        }
        Names = Array.AsReadOnly([.. _sets.Select(set => set.Tables[0].Range.ToString())]);
        if (Names.Distinct().Count() < Names.Count)
            throw new ArgumentException($"Two sets own one range: {string.Join(", ", Names)}.", nameof(sets));
    }

    /// <inheritdoc />
    public override IReadOnlyList<string> Names { get; }

    /// <inheritdoc />
    public override async Task OpenAsync(SnapshotStore store, SnapshotChainOptions options, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _sets.Length; i++)
        {
            _writers.Add(await SnapshotPartWriter.OpenAsync(store, _sets[i], Names[i], options, _time, cancellationToken)
                .ConfigureAwait(false));
        }
    }

    /// <inheritdoc />
    public override async ValueTask CutAsync(SnapshotPartPlan plan, CancellationToken cancellationToken)
    {
        await EndCutAsync(plan).ConfigureAwait(false);
        foreach (var writer in _writers) _cut.Add(await writer.CutAsync(plan, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc />
    public override async Task<IReadOnlyList<SnapshotPart>> WriteAsync(
        SnapshotPartPlan plan, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
    {
        var parts = new List<SnapshotPart>(_cut.Count);
        foreach (var cut in (PendingPart[])[.. _cut]) parts.Add(await cut.WriteAsync(progress, cancellationToken).ConfigureAwait(false));
        return parts;
    }

    /// <inheritdoc />
    public override async ValueTask EndCutAsync(SnapshotPartPlan plan)
    {
        foreach (var cut in _cut) await cut.DisposeAsync().ConfigureAwait(false);
        _cut.Clear();
    }

    /// <inheritdoc />
    public override ValueTask CloseAsync(bool clears)
    {
        for (var i = 0; i < _writers.Count; i++)
        {
            if (clears && _writers[i].HasRestored)
            {
                foreach (var table in _sets[i].Tables) table.Clear();
            }
            _writers[i].Dispose();
        }
        _writers.Clear();
        return ValueTask.CompletedTask;
    }
}
