using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Features.Births;

/// <summary>The verb of a table that takes first values.</summary>
public class FirstValuesTests : LeakChecked
{
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private static readonly (string What, Action<EmbeddingTableOptions> Configure)[] Kinds =
    [
        ("floats", _ => { }),
        ("halves", o => o.Segments[1].Precision = RowPrecision.Float16),
        ("state of 16 bits", o => o.Segments[1].StatePrecision = RowPrecision.BFloat16),
        ("all of 16 bits", o =>
        {
            foreach (var s in o.Segments) (s.Precision, s.StatePrecision) = (RowPrecision.BFloat16, RowPrecision.BFloat16);
        }),
        ("quantized reads", o => o.Segments[1].FakeQuantization = new RowCodecOptions()),
        ("FTRL with l1", o => o.Segments[1].Optimizer = new FtrlOptions { L1 = 0.01f, L2 = 0.1f }),
        ("Adam", o => o.Segments[1].Optimizer = new AdamOptions()),
    ];

    // As an assigned row: weights rounded alike, and a state that goes on from them.
    [TestCaseSource(nameof(Kinds))]
    public void A_row_begins_as_one_that_was_assigned((string What, Action<EmbeddingTableOptions> Configure) kind)
    {
        using var born = TestTable.Create(TestTable.Options(configure: kind.Configure));
        using var assigned = TestTable.Create(TestTable.Options(configure: kind.Configure));
        long[] ids = [5, -7, 1L << 60];
        var (first, read) = (TestTable.Values(2, 4, 3), new float[12]);
        Assert.That(born.LookupOrAdmit(ids, [], read, first, [1, 0, 1], Time), Is.EqualTo(3));
        assigned.Assign(ids, [.. first[4..], .. first[..4], .. first[4..]], Time);
        for (var step = 1; step < 6; step++)
        {
            Assert.That(
                Bits.Of(TestTable.Read(born, ids)), Is.EqualTo(Bits.Of(TestTable.Read(assigned, ids))), $"{kind.What}, step {step}");
            foreach (var id in ids) Assert.That(born.Explain(id).Segments, Is.EqualTo(assigned.Explain(id).Segments), kind.What);
            var gradients = TestTable.Values(3, 4, 10 + step);
            foreach (var table in (EmbeddingTable[])[born, assigned]) table.ApplyGradients(ids, gradients, [], Time, step);
        }
        if (kind.What == "floats") Assert.That(read, Is.EqualTo((float[])[.. first[4..], .. first[..4], .. first[4..]]));
    }

    [Test]
    public void Rows_that_are_there_keep_theirs_and_others_are_made_by_the_initializers()
    {
        using var table = TestTable.Create(TestTable.Options());
        using var plain = TestTable.Create(TestTable.Options());
        var read = new float[4];
        table.LookupOrAdmit([1], [], read, Time);
        var before = TestTable.Read(table, 1);
        table.LookupOrAdmit([1, 2, 3, 3], [], new float[16], TestTable.Values(2, 4, 3), [0, TableBatch.NoFirstValue, 1, 0], Time);
        Assert.That(TestTable.Read(table, 1), Is.EqualTo(before));
        plain.LookupOrAdmit([2], [], read, Time);
        Assert.That(TestTable.Read(table, 2), Is.EqualTo(read));
        Assert.That(TestTable.Read(table, 3), Is.EqualTo(TestTable.Values(2, 4, 3)[4..]), "the first place of a repeated id");
    }

    [Test]
    public void The_batch_that_admits_an_id_decides()
    {
        using var table = TestTable.Create(TestTable.Options(configure: o => o.Admission = new MinOccurrencesOptions(3)));
        var values = TestTable.Values(3, 4, 3);
        for (var batch = 0; batch < 3; batch++)
        {
            var read = new float[4];
            Assert.That(table.LookupOrAdmit([8], [], read, values, [batch], Time), Is.EqualTo(batch == 2 ? 1 : 0));
            Assert.That(read, Is.EqualTo(batch == 2 ? values[8..] : new float[4]));
        }
    }

    // 1e30 is no half float, and FTRL's z of it is none either.
    [Test]
    public void Weights_that_the_row_cannot_hold_are_left_to_the_initializers([Values] bool isPrecision)
    {
        using var table = TestTable.Create(TestTable.Options(configure: Configure));
        using var plain = TestTable.Create(TestTable.Options(configure: Configure));
        var (made, read) = (new float[4], new float[4]);
        plain.LookupOrAdmit([2], [], made, Time);
        Assert.That(table.LookupOrAdmit([2], [], read, [isPrecision ? 0 : 3e38f, 0, 1e30f, 0], [0], Time), Is.EqualTo(1));
        Assert.That(Bits.Of(read), Is.EqualTo(Bits.Of(made)));
        foreach (var each in (EmbeddingTable[])[table, plain]) each.ApplyGradients([2], [1, 2, 3, 4], [], Time, 1);
        Assert.That(Bits.Of(TestTable.Read(table, 2)), Is.EqualTo(Bits.Of(TestTable.Read(plain, 2))));

        void Configure(EmbeddingTableOptions options)
        {
            if (isPrecision) options.Segments[1].Precision = RowPrecision.Float16;
        }
    }

    [Test]
    public void What_cannot_be_used_is_refused_before_anything_changes()
    {
        using var table = TestTable.Create(TestTable.Options());
        var shared = new float[8];
        Assert.That(() => table.LookupOrAdmit([1, 2], [], new float[8], new float[4], [0], Time),
            Throws.ArgumentException.With.Message.Contains("2 ids"));
        Assert.That(() => table.LookupOrAdmit([1, 2], [], new float[8], new float[5], [0, 0], Time),
            Throws.ArgumentException.With.Message.Contains("5 first values"));
        Assert.That(() => table.LookupOrAdmit([1, 2], [], new float[8], new float[4], [0, 1], Time),
            Throws.ArgumentException.With.Message.Contains("place 1"));
        Assert.That(() => table.LookupOrAdmit([1, 2], [], new float[8], new float[4], [0, -2], Time),
            Throws.ArgumentException.With.Message.Contains("place -2"));
        Assert.That(() => table.LookupOrAdmit([1, 2], [], new float[8], [0, float.NaN, 0, 0], [0, 0], Time),
            Throws.ArgumentException.With.Message.Contains("NaN"));
        Assert.That(() => table.LookupOrAdmit([1, 2], [], shared, shared.AsSpan(2, 4), [0, 0], Time), Throws.ArgumentException);
        Assert.That(() => table.LookupOrAdmit([1, 2], [1], new float[8], new float[4], [0, 0], Time), Throws.ArgumentException);
        Assert.That(() => table.Lookup([1, 2], new float[8], new bool[1]), Throws.ArgumentException);
        Assert.That(table.Count, Is.Zero);
        Assert.That(table.NewestEventTime, Is.EqualTo(DateTimeOffset.UnixEpoch));
        Assert.That(table.LookupOrAdmit([], [], [], [], [], Time), Is.Zero);
        Assert.That(table.LookupOrAdmit([1], [], new float[4], [], [-1], Time), Is.EqualTo(1));
    }

    [Test]
    public void A_look_up_says_who_has_a_row([Values] bool isPacked)
    {
        using var table = TestTable.Create(TestTable.Options(
            stripes: 8, configure: o => o.Segments[1].Precision = isPacked ? RowPrecision.Float16 : RowPrecision.Float32));
        long[] ids = [.. Enumerable.Range(0, 500).Select(i => i * 7919L % 400)];
        table.Assign([.. ids.Where(id => id % 3 == 0)], new float[4 * ids.Count(id => id % 3 == 0)], Time);
        var (read, expected, hasRow) = (new float[2000], new float[2000], new bool[500]);
        hasRow.AsSpan().Fill(true);
        Assert.That(table.Lookup(ids, read, hasRow), Is.EqualTo(table.Lookup(ids, expected)));
        Assert.That(read, Is.EqualTo(expected));
        Assert.That(hasRow, Is.EqualTo(ids.Select(id => id % 3 == 0)));
    }
}
