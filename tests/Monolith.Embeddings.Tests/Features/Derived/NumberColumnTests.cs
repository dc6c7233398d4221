using System.Buffers;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;
using Monolith.Embeddings.Streams.ExampleLogs;

namespace Monolith.Embeddings.Tests.Features.Derived;

/// <summary>Raw columns in schemas, batches and rows.</summary>
public class NumberColumnTests
{
    private readonly TestSchema _s;
    private readonly NumberColumn _price, _age;

    public NumberColumnTests()
    {
        (NumberColumn? price, NumberColumn? age) = (null, null);
        _s = new(builder => (price, age) = (builder.Number("price"), builder.Number("age")));
        (_price, _age) = (price!, age!);
    }

    [Test]
    public void What_is_not_written_is_missing()
    {
        var batch = new FeatureBatch(_s.Schema);
        batch.BeginRow().Number(_age, 3).Number(_age, 4);
        batch.EndRow();
        batch.BeginRow();
        batch.EndRow();
        batch.BeginRow().Number(_price, float.NegativeInfinity).Number(_age, BitConverter.UInt32BitsToSingle(0x7FC12345));
        batch.AbandonRow();
        batch.BeginRow().Number(_price, float.PositiveInfinity);
        batch.EndRow();
        Assert.That(batch.Numbers.ToArray(), Is.EqualTo(new[] { float.NaN, 4, float.NaN, float.NaN, float.PositiveInfinity, float.NaN }));
    }

    [Test]
    public void Every_missing_value_has_the_same_bits()
    {
        var batch = new FeatureBatch(_s.Schema);
        batch.Shared.Number(_price, BitConverter.UInt32BitsToSingle(0xFFC00001));
        batch.BeginRow().Number(_age, BitConverter.UInt32BitsToSingle(0x7FC12345));
        batch.EndRow();
        var bits = batch.Numbers.ToArray().Select(BitConverter.SingleToUInt32Bits).Distinct();
        Assert.That(bits, Is.EqualTo(new[] { BitConverter.SingleToUInt32Bits(float.NaN) }));
    }

    [Test]
    public void Rows_begin_with_what_is_shared_until_the_batch_is_cleared()
    {
        var batch = new FeatureBatch(_s.Schema);
        batch.Shared.Number(_price, 5);
        for (var row = 0; row < 200; row++)
        {
            var writer = batch.BeginRow();
            if (row % 3 == 1) writer.Number(_price, row);
            if (row % 3 == 2) writer.Number(_price, float.NaN);
            batch.EndRow();
        }
        for (var row = 0; row < 200; row++)
            Assert.That(batch.Numbers[row * 2], Is.EqualTo(row % 3 == 0 ? 5 : row % 3 == 1 ? row : float.NaN), $"{row}");
        batch.Clear();
        batch.BeginRow();
        batch.EndRow();
        Assert.That(batch.Numbers.ToArray(), Is.EqualTo(new[] { float.NaN, float.NaN }));
    }

    [Test]
    public void What_would_not_reach_a_row_is_not_shared()
    {
        var batch = new FeatureBatch(_s.Schema);
        batch.BeginRow().Number(_price, 1).Number(_price, 2);
        RequireRefused();
        batch.AbandonRow();
        batch.Shared.Number(_age, 3).Number(_age, 4).Dense(0, 5);
        batch.BeginRow().Number(_price, 1).Number(_price, 2);
        RequireRefused();
        batch.EndRow();
        RequireRefused();
        Assert.That(batch.Numbers.ToArray(), Is.EqualTo(new[] { 2f, 4 }));
        Assert.That(batch.Dense[0], Is.EqualTo(5));
        batch.ClearRows();
        Assert.That(() => batch.Shared.Number(_price, 5).Dense(0, 5), Throws.Nothing);
        batch.BeginRow();
        batch.Clear();
        Assert.That(() => batch.Shared.Number(_price, 5).Dense(0, 5), Throws.Nothing);

        void RequireRefused()
        {
            Assert.That(() => batch.Shared.Number(_price, 5),
                Throws.InvalidOperationException.With.Message.Contains("'price'").And.Message.Contains("shared side first"));
            Assert.That(() => batch.Shared.Dense(0, 5), Throws.InvalidOperationException.With.Message.Contains("Dense feature 0"));
        }
    }

    [Test]
    public void An_appended_example_has_the_numbers_of_the_other()
    {
        var (from, to) = (new ExampleBatch(_s.Schema), new ExampleBatch(_s.Schema));
        from.Shared.Number(_age, 7);
        from.BeginExample().Number(_price, 1);
        from.EndRow();
        to.Shared.Number(_price, 9);
        to.Append(from, 0);
        Assert.That(to.Numbers.ToArray(), Is.EqualTo(new[] { 1f, 7 }));
    }

    [Test]
    public void A_column_of_another_schema_is_refused_by_name()
    {
        var batch = new FeatureBatch(_s.Schema);
        NumberColumn? other = null;
        _ = new TestSchema(builder => other = builder.Number("size"));
        Assert.That(() => batch.BeginRow().Number(other!, 1),
            Throws.ArgumentException.With.Message.Contains("'size'").And.Message.Contains("'price', 'age'"));
    }

    [Test]
    public void Mistakes_are_told_together()
    {
        var error = Assert.Throws<OptionsValidationException>(() => new TestSchema(builder =>
        {
            builder.Number(" ");
            builder.Number("price");
            builder.Number("price");
        }));
        Assert.That(error!.Failures, Has.Exactly(2).Items);
        Assert.That(error.Message, Does.Contain("Numbers[' ']").And.Contains("added twice"));
    }

    [Test]
    public void They_are_part_of_the_fingerprint_where_there_are_any()
    {
        ulong[] fingerprints =
        [
            new TestSchema().Schema.Fingerprint,
            _s.Schema.Fingerprint,
            new TestSchema(builder => builder.Number("price")).Schema.Fingerprint,
            new TestSchema(builder => (builder.Number("age"), builder.Number("price")).ToString()).Schema.Fingerprint,
        ];
        Assert.That(fingerprints, Is.Unique);
        Assert.That(_s.Schema.DifferencesFrom("here", new TestSchema().Schema, "there"), Does.Contain("raw columns is in here alone"));
    }

    [Test]
    public void A_row_with_numbers_is_of_form_3_and_one_without_as_it_was()
    {
        var batch = new ExampleBatch(_s.Schema);
        batch.BeginExample().Id(_s.User, 5).At(7);
        batch.EndRow();
        batch.BeginExample().Id(_s.User, 5).Number(_age, -0f).At(7);
        batch.EndRow();
        byte[] without = [1, 0, 7, 0, 0, 0, 0, 0, 0, 0, 1 << 4, 0, 5, 0, 0, 0, 0, 0, 0, 0];
        byte[] with = [3, 0, 7, 0, 0, 0, 0, 0, 0, 0, 2, 1 << 4, 0, 0, 0, 0xC0, 0xFF, 0, 0, 0, 0x80, 5, 0, 0, 0, 0, 0, 0, 0];
        Assert.That(Bytes(batch, 0), Is.EqualTo(without));
        Assert.That(Bytes(batch, 1), Is.EqualTo(with));
        var again = new ExampleBatch(_s.Schema);
        var format = new ExampleRowFormat(_s.Schema);
        format.Append(without, again);
        format.Append(with, again);
        Assert.That(again.Numbers.ToArray(), Is.EqualTo(batch.Numbers.ToArray()));
        with[10] |= 0x80;
        Assert.That(() => format.Append(with, again), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("parts"));
        with[0] = 4;
        Assert.That(() => format.Append(with, again), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("form is 4"));
    }

    [Test]
    public void A_row_is_read_into_other_columns_by_their_names()
    {
        var batch = new ExampleBatch(_s.Schema);
        batch.BeginExample().Id(_s.User, 5).Number(_age, 30).Number(_price, 1);
        batch.EndRow();
        var other = new TestSchema(builder => builder.Number(builder.Number("age").Name == "age" ? "size" : ""));
        var shape = RowShape.Read(RowShape.Of(_s.Schema).ToBytes());
        Assert.That(() => RowShapeFit.Reader(shape, other.Schema, allowsMissing: false, "f"),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("raw column 'size'"));
        var again = new ExampleBatch(other.Schema);
        RowShapeFit.Reader(shape, other.Schema, allowsMissing: true, "f").Append(Bytes(batch, 0), again);
        Assert.That(again.Numbers.ToArray(), Is.EqualTo(new[] { 30, float.NaN }));
        Assert.That(again.Ids(other.User).ToArray(), Is.EqualTo(new[] { 5 }));
        Assert.That(shape.ToBytes(), Is.EqualTo(RowShape.Of(_s.Schema).ToBytes()));
    }

    private byte[] Bytes(ExampleBatch batch, int row)
    {
        var buffer = new ArrayBufferWriter<byte>();
        new ExampleRowFormat(_s.Schema).Write(batch, row, buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
