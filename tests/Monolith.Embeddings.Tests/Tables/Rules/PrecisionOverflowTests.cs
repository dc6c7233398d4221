using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Rules;

/// <summary>A change whose result 16 bits cannot hold is dropped whole, and counted.</summary>
public class PrecisionOverflowTests : LeakChecked
{
    private static readonly float[] Large = [65504f, 1f];

    [Test]
    public void A_gradient_is_dropped_with_everything_that_it_would_have_changed_and_the_others_are_applied()
    {
        using var table = Table(o => (o.TrackFrequency, o.Segments[0].Optimizer) = (true, new AdagradOptions { LearningRate = 1000 }));
        table.Assign([1, 2], [.. Large, .. Large], At.Seconds(5));
        var before = table.Explain(1);
        Assert.That(table.ApplyGradients([1, 2, 1], [-100, 2, 100, 2, -5, 0], [], At.Seconds(9), step: 0), Is.EqualTo(1));
        var after = table.Explain(1);
        Assert.That(after.Segments, Is.EqualTo(before.Segments));
        Assert.That((after.LastUpdate, after.Frequency), Is.EqualTo((before.LastUpdate, before.Frequency)));
        Assert.That(TestTable.Read(table, 1), Is.EqualTo(Large));
        Assert.That(table.Explain(2).LastUpdate?.InSeconds(), Is.EqualTo(9));
        Assert.That(table.GetStatistics().PrecisionOverflows, Is.EqualTo(2));
    }

    [Test]
    public void A_state_that_overflows_drops_the_weights_as_well()
    {
        using var table = Table(o => (o.Segments[0].Precision, o.Segments[0].StatePrecision, o.Segments[0].Optimizer) =
            (RowPrecision.Float32, RowPrecision.BFloat16, new AdagradOptions()));
        table.ApplyGradients([1], [1, 1], [], At.Seconds(5), step: 0);
        var before = TestTable.Read(table, 1);
        Assert.That(table.ApplyGradients([1], [1, 1e30f], [], At.Seconds(5), step: 1), Is.Zero);
        Assert.That((TestTable.Read(table, 1), table.GetStatistics().PrecisionOverflows), Is.EqualTo((before, 1L)));
    }

    [Test]
    public void Assigned_values_leave_the_row_as_it_was()
    {
        using var table = Table();
        Assert.That(table.Assign([1, 2], [1, 2, 65520, 2], At.Seconds(5)), Is.EqualTo(1));
        Assert.That(table.Assign([1], [1e6f, 2], At.Seconds(6)), Is.Zero);
        Assert.That(table.Assign([1], Large, At.Seconds(7)), Is.EqualTo(1));
        Assert.That(table.AssignAdd([1], [100, 1], At.Seconds(8)), Is.Zero);
        Assert.That((TestTable.Read(table, 1), table.Explain(1).LastUpdate?.InSeconds(), table.Contains(2)),
            Is.EqualTo((Large, (uint?)7, false)));
        Assert.That(table.GetStatistics().PrecisionOverflows, Is.EqualTo(3));
    }

    [Test]
    public void An_id_whose_first_values_do_not_fit_gets_no_row_and_keeps_no_room()
    {
        using var table = Table(o =>
        {
            o.Segments[0].Initializer = new ConstantInitializerOptions { Value = 1e6f };
            o.MaxRows = 3;
            o.Admission = new MinOccurrencesOptions(1);
        });
        float[] output = [1, 1];
        for (var id = 0; id < 10; id++)
        {
            Assert.That(table.LookupOrAdmit([id], [], output, At.Seconds(5)), Is.Zero);
            Assert.That(table.ApplyGradients([id], [1, 1], [], At.Seconds(5), step: id), Is.Zero);
        }
        Assert.That((output, table.Count, table.GetStatistics().PrecisionOverflows), Is.EqualTo((new float[2], 0L, 20L)));
        Assert.That(table.Assign([1, 2, 3], [1, 1, 2, 2, 3, 3], At.Seconds(5)), Is.EqualTo(3), "all the room is there");
    }

    private static EmbeddingTable Table(Action<EmbeddingTableOptions>? configure = null) => TestTable.Create(TestTable.Plain(configure: o =>
    {
        o.Segments[0].Precision = RowPrecision.Float16;
        configure?.Invoke(o);
    }));
}
