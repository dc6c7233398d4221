using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Tables;

/// <summary>
/// Does the same to a table, whose passes go in slices of three rows, and to a dictionary, whose passes take no time, and compares what they hold after each step.
/// </summary>
internal sealed class ExpiryHistory : IDisposable
{
    private const int Ids = 40, Kept = 12;

    private static readonly TimeSpan HalfLife = TimeSpan.FromSeconds(7);

    private readonly ExpiryKind _kind;
    private readonly int _stripes;
    private readonly EmbeddingTable _table;
    private readonly Dictionary<long, ModelRow> _rows = [];
    private uint _now = 1000;
    private bool _isUnderWay;

    public ExpiryHistory(ExpiryKind kind, int stripes)
    {
        (_kind, _stripes) = (kind, stripes);
        _table = TestTable.Create(TestTable.Plain(stripes, 1, o => (o.Expiry, o.TrackFrequency) = (Options(kind), true)));
    }

    public void Do(ExpiryStep step)
    {
        var random = new Random(step.Seed);
        var id = (long)random.Next(Ids);
        switch (step.Verb)
        {
            case 0:
            case 1: Write(id, random); break;
            case 2: Learn(id, random); break;
            case 3: Assert.That(_table.Remove(id), Is.EqualTo(_rows.Remove(id))); break;
            case 4: Admit(id); break;
            case 5: _now += (uint)random.Next(8); break;
            case 6: Begin(); break;
            case 7: Reclaim(random); break;
            default: Evict(isCancelled: random.Next(2) == 0); break;
        }
        Compare();
    }

    /// <summary>Two evictions without anything between them leave nothing to reclaim.</summary>
    public void Finish()
    {
        Evict(isCancelled: false);
        Compare();
        Assert.That(_table.Count, Is.EqualTo(_rows.Count));
    }

    public void Dispose() => _table.Dispose();

    private static ExpiryOptions Options(ExpiryKind kind) => kind switch
    {
        ExpiryKind.TimeToLive => new TimeToLive(TimeSpan.FromSeconds(10)),
        ExpiryKind.LowNorm => new LowNorm(2, "vector"),
        ExpiryKind.Predicate => new ExpireIf((in RowMetadata row, in ExpiryTime now) => (row.Id + now.NewestEvent) % 3 == 0),
        ExpiryKind.NewestStay => new KeepBest(Kept, new LeastRecentlyUpdatedOptions()),
        ExpiryKind.FrequentStay => new KeepBest(Kept, new LeastFrequentlyUsedOptions { HalfLife = HalfLife }),
        ExpiryKind.AnyOf => new ExpireIfAny(new TimeToLive(TimeSpan.FromSeconds(15)), new KeepBest(Kept, new LeastRecentlyUpdatedOptions())),
        _ => new ExpireIfAll(new LowNorm(3), new TimeToLive(TimeSpan.FromSeconds(5))),
    };

    private IEnumerable<long> Expired()
    {
        // A row that is written later than all others shows the newest time to the policy.
        var newest = _table.NewestEventTime;
        var worst = _rows.Keys.OrderBy(Score).ThenBy(id => KeyMixer.Mix(unchecked((ulong)id))).Take(Math.Max(0, _rows.Count - Kept)).ToHashSet();
        return _rows.Where(pair => _kind switch
        {
            ExpiryKind.TimeToLive => newest - pair.Value.LastUpdate >= 10,
            ExpiryKind.LowNorm => Math.Abs(pair.Value.Weight) < 2,
            ExpiryKind.Predicate => (pair.Key + newest) % 3 == 0,
            ExpiryKind.NewestStay or ExpiryKind.FrequentStay => worst.Contains(pair.Key),
            ExpiryKind.AnyOf => newest - pair.Value.LastUpdate >= 15 || worst.Contains(pair.Key),
            _ => Math.Abs(pair.Value.Weight) < 3 && newest - pair.Value.LastUpdate >= 5,
        }).Select(pair => pair.Key);
    }

    private double Score(long id) => _kind == ExpiryKind.FrequentStay
        ? new FrequencyDecay(HalfLife).Rank(_rows[id].Frequency, _rows[id].LastUpdate)
        : _rows[id].LastUpdate;

    private void Kill()
    {
        foreach (var id in Expired().ToArray()) _rows.Remove(id);
    }

    private void Write(long id, Random random)
    {
        var (time, weight) = (_now - (uint)random.Next(12), random.Next(-5, 6));
        _table.Assign([id], [weight], time);
        var row = Born(id, time, 0);
        row.Weight = weight;
        row.Touch(0, time);
    }

    private void Learn(long id, Random random)
    {
        var (time, isThere) = (_now - (uint)random.Next(12), _rows.ContainsKey(id));
        _table.ApplyGradients([id], [-1], [3], time);
        var row = Born(id, time, 3);
        row.Weight++;
        row.Touch(isThere ? 3 : 0, time);
    }

    // Reading is no writing: a row that is there is not exempt for it.
    private void Admit(long id)
    {
        _table.LookupOrAdmit([id], [], new float[1], _now);
        Born(id, _now, 1);
    }

    private ModelRow Born(long id, uint time, float occurrences)
    {
        if (!_rows.TryGetValue(id, out var row)) _rows[id] = row = new ModelRow(_kind == ExpiryKind.FrequentStay) { LastUpdate = time, Frequency = occurrences };
        return row;
    }

    private void Begin()
    {
        Assert.That(_table.BeginPass() is null, Is.EqualTo(_isUnderWay), "one pass at a time");
        if (!_isUnderWay) Kill();
        _isUnderWay = true;
    }

    private void Reclaim(Random random)
    {
        for (var i = 0; i < 6; i++) _table.ReclaimSlice(random.Next(_stripes), 3);
    }

    private void Evict(bool isCancelled)
    {
        using var stop = new CancellationTokenSource();
        if (isCancelled) stop.Cancel();
        try
        {
            _table.Evict(stop.Token);
            Kill();
            _isUnderWay = false;
        }
        catch (OperationCanceledException)
        {
            Assert.That(isCancelled);
        }
    }

    private void Compare()
    {
        for (var id = 0L; id < Ids; id++)
        {
            var weight = new float[1];
            Assert.That(_table.Lookup(id, weight), Is.EqualTo(_rows.ContainsKey(id)), $"id {id}");
            Assert.That(weight[0], Is.EqualTo(_rows.GetValueOrDefault(id)?.Weight ?? 0), $"id {id}");
        }
        using var enumeration = _table.EnumerateRows();
        var listed = new List<long>();
        foreach (var chunk in enumeration) listed.AddRange(chunk.Ids);
        Assert.That(listed, Is.EquivalentTo(_rows.Keys));
    }

    private sealed class ModelRow(bool decays)
    {
        public float Weight { get; set; }

        public uint LastUpdate { get; set; }

        public float Frequency { get; set; }

        public void Touch(int occurrences, uint time)
        {
            Frequency = decays ? new FrequencyDecay(HalfLife).Add(Frequency, LastUpdate, occurrences, time) : Frequency + occurrences;
            LastUpdate = Math.Max(LastUpdate, time);
        }
    }
}
