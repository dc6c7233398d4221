using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Memory;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Observing;

public class TableMeterTests : LeakChecked
{
    private readonly Dictionary<string, double> _measured = [];
    private MeterListener _listener = null!;
    private string _name = "";
    private EmbeddingTable _table = null!;

    [SetUp]
    public void Listen()
    {
        (_name, _listener) = ("metered " + Guid.NewGuid(), new MeterListener());
        _table = Table();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name != EmbeddingDiagnostics.MeterName) return;
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    [TearDown]
    public void Stop()
    {
        _listener.Dispose();
        _table.Dispose();
    }

    [Test]
    public void Every_number_of_the_statistics_is_measured()
    {
        _table.LookupOrAdmit([.. TestTable.Range(0, 3000), .. TestTable.Range(0, 2000)], [], new float[10_000], At.Seconds(1));
        _table.ApplyGradients([9999, 1], [float.NaN, 0, 1, 1], [], At.Seconds(100), step: 0, absent: AbsentIds.Drop);
        _table.ApplyGradients([9998], [1, 1], [], At.Seconds(100), step: 0, absent: AbsentIds.Drop);
        _table.Remove([2, 3]);
        _table.Evict();
        Collect();
        var told = _table.GetStatistics();
        var expected = new Dictionary<string, double>
        {
            ["monolith.table.row.count"] = told.Rows,
            ["monolith.table.memory kind=rows"] = told.Bytes.Rows,
            ["monolith.table.memory kind=index"] = told.Bytes.Index,
            ["monolith.table.memory kind=filter"] = told.Bytes.Filter,
            ["monolith.table.memory kind=removal_history"] = told.Bytes.RemovalHistory,
            ["monolith.table.memory kind=removal_log"] = told.Bytes.RemovalLog,
            ["monolith.table.memory kind=other"] = told.Bytes.Other,
            ["monolith.table.pending_id.count"] = told.PendingIds,
            ["monolith.table.index.place.count"] = told.IndexPlaces,
            ["monolith.table.index.load_factor"] = told.LoadFactor,
            ["monolith.table.index.growths"] = told.IndexGrowths,
            ["monolith.table.index.overflow_id.count"] = told.OverflowIds,
            ["monolith.table.index.insertions moves=0"] = told.Displacements.None,
            ["monolith.table.index.insertions moves=1"] = told.Displacements.One,
            ["monolith.table.index.insertions moves=2"] = told.Displacements.Two,
            ["monolith.table.index.insertions moves=3"] = told.Displacements.Three,
            ["monolith.table.index.insertions moves=4+"] = told.Displacements.FourOrMore,
            ["monolith.table.created_rows"] = told.Created,
            ["monolith.table.removed_rows cause=expired"] = told.Expired,
            ["monolith.table.removed_rows cause=evicted"] = told.Evicted,
            ["monolith.table.removed_rows cause=removed"] = told.Removed,
            ["monolith.table.removed_rows cause=cleared"] = told.Cleared,
            ["monolith.table.refused_ids"] = told.Refused,
            ["monolith.table.dropped_gradients"] = told.DroppedGradients,
            ["monolith.table.non_finite_gradients"] = told.NonFiniteGradients,
            ["monolith.table.non_finite_updates"] = told.NonFiniteUpdates,
            ["monolith.table.non_finite_values"] = told.NonFiniteValues,
            ["monolith.table.clamped_event_times"] = told.ClampedEventTimes,
            ["monolith.table.future_event_times"] = told.FutureEventTimes,
            ["monolith.table.late_event_times"] = told.LateEventTimes,
            ["monolith.table.implausible_event_times"] = told.ImplausibleEventTimes,
            ["monolith.table.precision_overflows"] = told.PrecisionOverflows,
            ["monolith.table.looked_up_ids"] = told.Lookups,
            ["monolith.table.found_ids"] = told.Found,
            ["monolith.table.hit_rate"] = told.HitRate,
        };
        Assert.That(_measured, Is.EquivalentTo(expected));
        Assert.That((told.Expired, told.Removed, told.DroppedGradients, told.NonFiniteGradients), Is.EqualTo((1997L, 2L, 1L, 1L)));
    }

    [Test]
    public void A_collection_reads_a_table_once_and_the_next_one_reads_it_anew()
    {
        for (var round = 1; round <= 3; round++)
        {
            _table.Assign([round], [1, 1], At.Seconds(0));
            Collect();
            Assert.That(_table.Collected.Readings, Is.EqualTo(round));
            Assert.That(_measured["monolith.table.row.count"], Is.EqualTo(round));
        }
    }

    [Test]
    public void A_reading_of_another_listener_serves_a_second_at_most()
    {
        using var time = new ManualTime();
        using var table = Table(time);
        var first = table.Collected.For(0)!;
        table.Assign([1], [1, 1], At.Seconds(0));
        Assert.That(table.Collected.For(1), Is.SameAs(first));
        time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.That(table.Collected.For(2)!.Rows, Is.EqualTo(1));
    }

    [Test]
    public void A_disposed_table_reports_nothing()
    {
        Collect();
        Assert.That(_measured, Is.Not.Empty);
        _table.Dispose();
        Collect();
        Assert.That(_measured, Is.Empty);
        Assert.That(_table.Collected.For(60), Is.EqualTo(_table.Collected.For(61)));
    }

    [Test]
    public void A_forgotten_table_is_collected_while_somebody_listens()
    {
        _table.Dispose();
        var table = Forget();
        MemoryAccountTests.Collect(() => !table.IsAlive);
        Assert.That(table.IsAlive, Is.False);
        Collect();
        Assert.That(_measured, Is.Empty);
        Forgive();
    }

    private EmbeddingTable Table(TimeProvider? time = null) => TestTable.Create(
        TestTable.Plain(configure: o =>
        {
            (o.Name, o.Admission) = (_name, new MinOccurrencesOptions(2));
            o.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(10));
        }), time: time);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference Forget()
    {
        var table = Table();
        table.Assign([1], [1, 1], At.Seconds(0));
        Collect();
        Assert.That(_measured["monolith.table.row.count"], Is.EqualTo(1));
        return new WeakReference(table);
    }

    private void Collect()
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
    }

    // Other tests' tables report as well.
    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty || tags[0].Key != "table" || (string?)tags[0].Value != _name) return;
        _measured.Add(tags.Length == 1 ? instrument.Name : $"{instrument.Name} {tags[1].Key}={tags[1].Value}", value);
    }
}
