using System.Runtime.InteropServices;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Serving;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables;

/// <summary>What a verb writes may not be what it still reads; what it reads twice may.</summary>
public class OverlappingSpansTests : LeakChecked
{
    private const int Ids = 1000;

    private long[] _buffer = null!;

    private Span<float> Output => MemoryMarshal.Cast<long, float>(_buffer.AsSpan(1, Ids));

    private Span<long> Input => _buffer.AsSpan(0, Ids);

    [SetUp]
    public void Fill() => _buffer = TestTable.Range(1, Ids + 1);

    [Test]
    public void A_look_up_whose_output_lies_over_its_input_is_refused_and_changes_nothing()
    {
        using var table = TestTable.Create(TestTable.Plain(stripes: 8));
        AssertRefused(() => table.LookupOrAdmit(Input, [], Output, At.Seconds(5)), "'output'", "'ids'");
        Assert.That((table.Count, table.NewestEventTime.InSeconds()), Is.EqualTo((0L, 0u)));
        table.LookupOrAdmit(Input, [], new float[2 * Ids], At.Seconds(5));
        AssertRefused(() => table.Lookup(Input, Output), "'output'", "'ids'");
        AssertRefused(() => table.Contains(Input, MemoryMarshal.Cast<long, bool>(_buffer.AsSpan(500, 125))), "'found'", "'ids'");
        Assert.That(_buffer, Is.EqualTo(TestTable.Range(1, Ids + 1)));
    }

    [Test]
    public void A_look_up_whose_output_lies_over_its_counts_is_refused()
    {
        using var table = TestTable.Create(TestTable.Plain());
        var counts = new int[9];
        counts.AsSpan().Fill(1);
        AssertRefused(() => Lookup(2), "'output'", "'counts'");
        Assert.That(table.Count, Is.Zero);
        Assert.That(Lookup(3), Is.EqualTo(3), "behind the counts");

        int Lookup(int start) =>
            table.LookupOrAdmit([1, 2, 3], counts.AsSpan(0, 3), MemoryMarshal.Cast<int, float>(counts.AsSpan(start, 6)), At.Seconds(5));
    }

    [Test]
    public void Weights_alone_are_looked_up_into_memory_of_their_own()
    {
        using var table = new WeightTable("t", new WeightEncoding([2], RowFormat.Float32), 0, new MemoryAccount(long.MaxValue));
        AssertRefused(() => table.Lookup(Input, Output), "'output'", "'ids'");
        Assert.That(_buffer, Is.EqualTo(TestTable.Range(1, Ids + 1)));
    }

    [Test]
    public void A_codec_writes_into_memory_of_its_own([Values] RowFormat format)
    {
        var codec = new RowCodecOptions { Format = format }.Create();
        var weights = new float[16];
        AssertRefused(() => codec.TryEncode(weights.AsSpan(0, 8), Encoded()), "'encoded'", "'weights'");
        AssertRefused(() => codec.Decode(Encoded(), weights.AsSpan(0, 8)), "'encoded'", "'weights'");
        Assert.That(codec.TryEncode(weights.AsSpan(8), Encoded()), Is.True);

        Span<byte> Encoded() => MemoryMarshal.AsBytes(weights.AsSpan())[..codec.EncodedBytes(8)];
    }

    [Test]
    public void An_optimizer_learns_in_memory_apart_from_its_gradients()
    {
        var adagrad = new AdagradOptions().Create();
        var floats = new float[12];
        AssertRefused(() => Learn(state: 4, gradients: 3), "'weights'", "'gradients'");
        AssertRefused(() => Learn(state: 4, gradients: 7), "'state'", "'gradients'");
        AssertRefused(() => Learn(state: 3, gradients: 8), "'state'", "'weights'");
        Assert.That(floats, Is.All.Zero);
        Learn(state: 4, gradients: 8);

        void Learn(int state, int gradients) =>
            adagrad.ApplyRows(4, floats.AsSpan(0, 4), floats.AsSpan(state, 4), floats.AsSpan(gradients, 4), default);
    }

    [Test]
    public void What_is_read_alone_may_lie_over_one_another()
    {
        using var apart = TestTable.Create(TestTable.Plain());
        using var over = TestTable.Create(TestTable.Plain());
        // As floats, small whole numbers are denormal, and finite.
        var values = MemoryMarshal.Cast<long, float>(_buffer.AsSpan(1, Ids)).ToArray();
        foreach (var (table, isOver) in new[] { (apart, false), (over, true) })
        {
            ReadOnlySpan<float> read = isOver ? Output : values;
            table.Assign(Input, read, At.Seconds(1));
            table.AssignAdd(Input, read, At.Seconds(2));
            table.ApplyGradients(Input, read, [], At.Seconds(3));
        }
        Assert.That(TestTable.Read(over, Input.ToArray()), Is.EqualTo(TestTable.Read(apart, Input.ToArray())).And.Some.Not.Zero);
    }

    private static void AssertRefused(Action call, params string[] parts)
    {
        var refusal = Assert.Catch<ArgumentException>(() => call());
        foreach (var part in parts) Assert.That(refusal?.Message, Does.Contain(part));
    }
}
