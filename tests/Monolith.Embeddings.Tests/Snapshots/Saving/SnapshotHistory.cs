using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Tables;
using Monolith.Embeddings.Tests.Tables.Eviction;

namespace Monolith.Embeddings.Tests.Snapshots.Saving;

/// <summary>
/// Does things to two tables, cuts, goes on while the commit is unwritten, writes it or gives it up, and starts again from the store; each
/// restored set must be what the tables were at the cut.
/// </summary>
internal sealed class SnapshotHistory : IAsyncDisposable
{
    private const int Ids = 60;

    private readonly MemorySnapshotStore _store = new();
    private readonly Random _seeds = new(1);
    private readonly bool _isShortOfNumbers;
    private EmbeddingTableSet _tables;
    private SnapshotChain _chain;
    private PendingSnapshot? _pending;
    private string[] _atCut = [], _committed;
    private byte[] _sectionAtCut = [], _section = [];
    private uint _now = 1000;
    private long _step;

    private SnapshotHistory(int stripes, bool isShortOfNumbers)
    {
        _isShortOfNumbers = isShortOfNumbers;
        (_tables, _chain) = (Create(stripes), null!);
        _committed = SavedState.Of(_tables);
    }

    /// <param name="stripes">How many stripes.</param>
    /// <param name="isShortOfNumbers">Whether rows get new numbers of changes as often as that can be.</param>
    public static async Task<SnapshotHistory> BeginAsync(int stripes, bool isShortOfNumbers)
    {
        var history = new SnapshotHistory(stripes, isShortOfNumbers);
        history._chain = await SnapshotChain.OpenAsync(history._store, history._tables);
        return history;
    }

    public async Task DoAsync(ExpiryStep step)
    {
        var random = new Random(step.Seed);
        var table = _tables.Tables[random.Next(2)];
        var ids = Enumerable.Range(0, random.Next(1, 8)).Select(_ => (long)random.Next(Ids) - 3).Distinct().ToArray();
        var values = TestTable.Values(ids.Length, table.Dimension, step.Seed);
        switch (step.Verb)
        {
            case 0: table.Assign(ids, values, At.Seconds(_now)); break;
            case 1: table.AssignAdd(ids, values, At.Seconds(_now)); break;
            case 2:
            case 3: table.ApplyGradients(ids, values, [], At.Seconds(_now), _step++); break;
            case 4: table.LookupOrAdmit(ids, [], values, At.Seconds(_now), _step++); break;
            case 5: table.Remove(ids); break;
            case 6: _now += (uint)random.Next(8); break;
            case 7: table.Evict(); break;
            case 8: table.BeginPass(); break;
            case 9: await CutAsync(random); break;
            case 10: await WriteAsync(); break;
            case 11: await RestartAsync(1 << random.Next(5)); break;
            case 12 when random.Next(4) == 0: table.Clear(); break;
            case 13: await GiveUpAsync(); break;
        }
    }

    public async Task FinishAsync()
    {
        await WriteAsync();
        await RestartAsync(8);
    }

    public async ValueTask DisposeAsync()
    {
        await GiveUpAsync();
        _chain?.Dispose();
        _tables.Dispose();
    }

    private async Task CutAsync(Random random)
    {
        if (_pending is not null) return;
        var section = new byte[random.Next(20)];
        _seeds.NextBytes(section);
        _pending = await _chain.CutAsync(new Dictionary<string, ReadOnlyMemory<byte>> { ["model"] = section }, full: random.Next(8) == 0);
        (_atCut, _sectionAtCut) = (SavedState.Of(_tables), section);
    }

    private async Task WriteAsync()
    {
        if (_pending is null) return;
        var commit = await _pending.WriteAsync();
        Assert.That(_chain.Newest, Is.EqualTo(commit));
        await _pending.DisposeAsync();
        (_pending, _committed, _section) = (null, _atCut, _sectionAtCut);
    }

    private async Task GiveUpAsync()
    {
        if (_pending is not null) await _pending.DisposeAsync();
        _pending = null;
    }

    private async Task RestartAsync(int stripes)
    {
        await GiveUpAsync();
        _chain.Dispose();
        _tables.Dispose();
        _tables = Create(stripes);
        _chain = await SnapshotChain.OpenAsync(_store, _tables);
        Assert.That(SavedState.Of(_tables), Is.EqualTo(_committed));
        if (_chain.Newest is null) return;
        Assert.That(_chain.RestoredSections["model"].ToArray(), Is.EqualTo(_section));
        foreach (var table in _tables.Tables)
            Assert.That(table.RowLimit - table.Count, Is.GreaterThanOrEqualTo(0));
    }

    private EmbeddingTableSet Create(int stripes)
    {
        var plain = TestTable.Options(
            stripes, 3, o => (o.Name, o.Expiry, o.MaxRows, o.AtLimit) =
                ("limited", new TimeToLiveOptions(TimeSpan.FromSeconds(20)), 30, new LeastRecentlyUpdatedOptions()));
        var packed = new EmbeddingTableOptions
        {
            Name = "packed",
            Stripes = stripes,
            Admission = new MinOccurrencesOptions(3),
            Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(12)),
            TrackFrequency = true,
            TrackAdmissionTime = true,
        };
        packed.Segments.Add(new SegmentOptions
        {
            Name = "vector",
            Dimension = 5,
            Optimizer = new AdamOptions(),
            Initializer = new UniformInitializerOptions(),
            Precision = RowPrecision.BFloat16,
            StatePrecision = RowPrecision.BFloat16,
        });
        if (_isShortOfNumbers) plain.RenumberChangesAt = packed.RenumberChangesAt = 1;
        return new EmbeddingTableSet(
            new TableSchema([plain, packed]), new EmbeddingTableSetOptions { Seed = 7, MemoryLimitBytes = 64 << 20 });
    }
}
