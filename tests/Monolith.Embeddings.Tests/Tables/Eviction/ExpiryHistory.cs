using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Tables.Cuts;

namespace Monolith.Embeddings.Tests.Tables.Eviction;

/// <summary>
/// Does the same to a table, whose passes go in slices of three rows, and to a dictionary, whose passes take no time, and compares what
/// they hold after each step.
/// </summary>
internal sealed class ExpiryHistory : IDisposable
{
    private const int Ids = 40, Kept = 12;

    private static readonly TimeSpan HalfLife = TimeSpan.FromSeconds(7);

    private readonly ExpirySettings _settings;
    private readonly ExpiryKind _kind;
    private readonly EmbeddingTable _table;
    private readonly Dictionary<long, ModelRow> _rows = [];
    private readonly Dictionary<long, (int Count, uint LastSeen)> _counted = [];
    private uint _now = 1000;
    private long _step;
    private bool _isUnderWay;

    public ExpiryHistory(ExpirySettings settings)
    {
        (_settings, _kind) = (settings, settings.Kind);
        _table = Create(settings.Stripes);
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
            case 8: Evict(isCancelled: random.Next(2) == 0); break;
            default: CompareCounted(isSaved: random.Next(2) == 0); break;
        }
        Compare();
    }

    /// <summary>Two evictions without anything between them leave nothing to reclaim.</summary>
    public void Finish()
    {
        Evict(isCancelled: false);
        Compare();
        CompareCounted(isSaved: false);
        Assert.That(_table.Count, Is.EqualTo(_rows.Count));
    }

    public void Dispose() => _table.Dispose();

    private static EvictionPolicyOptions Lightest => new PlugIns { ReadsWeights = true, OnScore = row => row.Weights[0] }.AtLimit;

    // The weights are small whole numbers, which every precision holds exactly.
    private EmbeddingTable Create(int stripes) => TestTable.Create(TestTable.Plain(stripes, 1, o =>
    {
        (o.Expiry, o.TrackFrequency, o.Segments[0].Precision) = (Options(_kind), true, _settings.Precision);
        if (_settings.IsShortOfNumbers) o.RenumberChangesAt = 1;
        if (_settings.IsFiltered) o.Admission = new MinOccurrencesOptions(ExpirySettings.Occurrences);
        if (_settings.IsLimited) (o.MaxRows, o.AtLimit) = (ExpirySettings.MaxRows, Lightest);
    }));

    private static ExpiryPolicyOptions Options(ExpiryKind kind) => kind switch
    {
        ExpiryKind.TimeToLive => new TimeToLiveOptions(TimeSpan.FromSeconds(10)),
        ExpiryKind.LowNorm => new LowNormOptions(2, "vector"),
        ExpiryKind.Predicate =>
            new ExpireIfOptions((in RowMetadata row, in ExpiryTime now) => (row.Id + now.NewestEventTime.InSeconds()) % 3 == 0),
        ExpiryKind.NewestStay => new KeepBestOptions(Kept, new LeastRecentlyUpdatedOptions()),
        ExpiryKind.FrequentStay => new KeepBestOptions(Kept, new LeastFrequentlyUsedOptions { HalfLife = HalfLife }),
        ExpiryKind.HeaviestStay => new KeepBestOptions(Kept, Lightest),
        ExpiryKind.AnyOf => new ExpireIfAnyOptions(
            new TimeToLiveOptions(TimeSpan.FromSeconds(15)), new KeepBestOptions(Kept, new LeastRecentlyUpdatedOptions())),
        _ => new ExpireIfAllOptions(new LowNormOptions(3), new TimeToLiveOptions(TimeSpan.FromSeconds(5))),
    };

    private IEnumerable<long> Expired()
    {
        // A row that is written later than all others shows the newest time to the policy.
        var newest = _table.NewestEventTime.InSeconds();
        var worst = Worst(_rows.Count - Kept, Score).ToHashSet();
        return _rows.Where(pair => _kind switch
        {
            ExpiryKind.TimeToLive => newest - pair.Value.LastUpdate >= 10,
            ExpiryKind.LowNorm => Math.Abs(pair.Value.Weight) < 2,
            ExpiryKind.Predicate => (pair.Key + newest) % 3 == 0,
            ExpiryKind.NewestStay or ExpiryKind.FrequentStay or ExpiryKind.HeaviestStay => worst.Contains(pair.Key),
            ExpiryKind.AnyOf => newest - pair.Value.LastUpdate >= 15 || worst.Contains(pair.Key),
            _ => Math.Abs(pair.Value.Weight) < 3 && newest - pair.Value.LastUpdate >= 5,
        }).Select(pair => pair.Key);
    }

    private uint? ForgottenUpTo() => _kind switch
    {
        ExpiryKind.TimeToLive => _table.NewestEventTime.InSeconds() - 10,
        ExpiryKind.AnyOf => _table.NewestEventTime.InSeconds() - 15,
        _ => null,
    };

    private IEnumerable<long> Worst(int count, Func<long, double> score) =>
        _rows.Keys.OrderBy(score).ThenBy(id => KeyMixer.Mix(unchecked((ulong)id))).Take(Math.Max(0, count));

    private double Score(long id) => _kind switch
    {
        ExpiryKind.FrequentStay => new FrequencyDecay(HalfLife).Rank(_rows[id].Frequency, _rows[id].LastUpdate),
        ExpiryKind.HeaviestStay => _rows[id].Weight,
        _ => _rows[id].LastUpdate,
    };

    private void Kill()
    {
        foreach (var id in Expired().ToArray()) _rows.Remove(id);
        if (ForgottenUpTo() is not { } bound) return;
        foreach (var (id, seen) in _counted.ToArray())
        {
            if (seen.LastSeen <= bound) _counted.Remove(id);
        }
    }

    /// <summary>What a batch of one id does to a full table before anything else.</summary>
    private void MakeRoom(long id)
    {
        if (!_settings.IsLimited || _table.Count < ExpirySettings.MaxRows) return;
        // The dead go first, whose memory fills it too.
        _isUnderWay = false;
        if (_rows.ContainsKey(id) || _rows.Count < ExpirySettings.MaxRows) return;
        foreach (var lightest in Worst(1, row => _rows[row].Weight).ToArray()) _rows.Remove(lightest);
    }

    private bool IsAdmitted(long id, int occurrences, uint time)
    {
        if (!_settings.IsFiltered) return true;
        var (count, lastSeen) = _counted.GetValueOrDefault(id);
        _counted.Remove(id);
        if (count + occurrences >= ExpirySettings.Occurrences) return true;
        _counted[id] = (count + occurrences, Math.Max(lastSeen, time));
        return false;
    }

    private void Write(long id, Random random)
    {
        var (time, weight) = (_now - (uint)random.Next(12), random.Next(-5, 6));
        MakeRoom(id);
        _table.Assign([id], [weight], At.Seconds(time));
        _counted.Remove(id);
        var row = Born(id, time, 0);
        row.Weight = weight;
        row.Touch(0, time);
    }

    private void Learn(long id, Random random)
    {
        var (time, isThere) = (_now - (uint)random.Next(12), _rows.ContainsKey(id));
        MakeRoom(id);
        _table.ApplyGradients([id], [-1], [3], At.Seconds(time), _step++);
        if (!isThere && !IsAdmitted(id, 3, time)) return;
        var row = Born(id, time, 3);
        row.Weight++;
        row.Touch(isThere ? 3 : 0, time);
    }

    // Reading is no writing: a row that is there is not exempt for it.
    private void Admit(long id)
    {
        MakeRoom(id);
        _table.LookupOrAdmit([id], [], new float[1], At.Seconds(_now));
        if (_rows.ContainsKey(id) || IsAdmitted(id, 1, _now)) Born(id, _now, 1);
    }

    private ModelRow Born(long id, uint time, float occurrences)
    {
        if (!_rows.TryGetValue(id, out var row))
            _rows[id] = row = new ModelRow(_kind == ExpiryKind.FrequentStay) { LastUpdate = time, Frequency = occurrences };
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
        for (var i = 0; i < 6; i++) _table.ReclaimSlice(random.Next(_settings.Stripes), 3);
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

    private void CompareCounted(bool isSaved)
    {
        if (!isSaved)
        {
            Assert.That(_table.GetStatistics().PendingIds, Is.EqualTo(_counted.Count));
            return;
        }
        using var copy = Create(stripes: 8);
        copy.LoadAdmission(AdmissionRecordList.Of(_table));
        for (var id = 0L; id < Ids; id++)
            Assert.That(copy.Explain(id).Admission?.Occurrences ?? 0, Is.EqualTo(_counted.GetValueOrDefault(id).Count), $"id {id}");
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
