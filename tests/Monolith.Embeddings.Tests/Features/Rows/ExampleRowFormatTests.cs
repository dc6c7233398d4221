using System.Buffers;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;

namespace Monolith.Embeddings.Tests.Features.Rows;

public class ExampleRowFormatTests
{
    private readonly TestSchema _s = new();

    [Test]
    public void Examples_of_any_schema_come_back_to_the_bit([Range(0, 99)] int seed)
    {
        var random = new Random(seed);
        var schema = RandomExamples.Schema(random);
        var (batch, again) = (RandomExamples.Batch(schema, random, 20), new ExampleBatch(schema));
        var format = new ExampleRowFormat(schema);
        for (var row = 0; row < batch.Rows; row++)
        {
            var bytes = Bytes(format, batch, row);
            Assert.That(ExampleRowFormat.EventTimeOf(bytes), Is.EqualTo(batch.EventTimesMilliseconds[row]));
            format.Append(bytes, again);
            Assert.That(ExampleText.Of(again, row), Is.EqualTo(ExampleText.Of(batch, row)));
            Assert.That(Bytes(format, again, row), Is.EqualTo(bytes), "written again");
        }
        Assert.That(again.Rows, Is.EqualTo(batch.Rows));
    }

    [Test]
    public void Bytes_that_end_early_or_late_are_refused([Range(0, 39)] int seed)
    {
        var random = new Random(seed);
        var schema = RandomExamples.Schema(random);
        var (format, batch) = (new ExampleRowFormat(schema), new ExampleBatch(schema));
        var bytes = Bytes(format, RandomExamples.Batch(schema, random, 1), 0);
        for (var length = 0; length < bytes.Length; length++)
            Assert.That(() => format.Append(bytes.AsSpan(0, length), batch), Throws.InstanceOf<InvalidDataException>(), $"{length}");
        Assert.That(() => format.Append([.. bytes, 0], batch), Throws.InstanceOf<InvalidDataException>());
        Assert.That((batch.Rows, batch.IdCount), Is.EqualTo((0, 0)));
    }

    [Test]
    public void Random_damage_is_read_as_an_example_or_refused([Range(0, 39)] int seed)
    {
        var random = new Random(seed);
        var schema = RandomExamples.Schema(random);
        var (format, batch) = (new ExampleRowFormat(schema), new ExampleBatch(schema));
        var bytes = Bytes(format, RandomExamples.Batch(schema, random, 1), 0);
        for (var i = 0; i < 500; i++)
        {
            var changed = bytes.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--) changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            if (random.Next(3) == 0) changed = changed[..random.Next(changed.Length)];
            var rows = batch.Rows;
            try
            {
                format.Append(changed, batch);
                Assert.That(batch.Rows, Is.EqualTo(rows + 1));
            }
            catch (InvalidDataException)
            {
                Assert.That(batch.Rows, Is.EqualTo(rows));
            }
        }
    }

    [Test]
    public void A_refused_row_leaves_the_batch_as_it_was()
    {
        var (format, batch) = (new ExampleRowFormat(_s.Schema), new ExampleBatch(_s.Schema));
        batch.BeginExample().Id(_s.User, 1).Id(_s.Item, 2).Label(_s.Click, true).Dense(1, 3).At(7, 8);
        batch.EndRow();
        var bytes = Bytes(format, batch, 0);
        var before = ExampleText.Of(batch, 0);
        Assert.That(() => format.Append(bytes.AsSpan(0, bytes.Length - 1), batch), Throws.InstanceOf<InvalidDataException>());
        batch.BeginExample();
        batch.EndRow();
        Assert.That(ExampleText.Of(batch, 0), Is.EqualTo(before));
        Assert.That((batch.EventTimesMilliseconds[1], batch.RequestIds[1], batch.Labels(_s.Click)[1]), Is.EqualTo((0, 0, float.NaN)));
    }

    [Test]
    public void Labels_may_be_written_over()
    {
        var (format, batch) = (new ExampleRowFormat(_s.Schema), new ExampleBatch(_s.Schema));
        batch.BeginExample().Id(_s.User, 1).Label(_s.Click, false);
        batch.EndRow();
        var bytes = Bytes(format, batch, 0);
        var writer = format.Begin(bytes, batch);
        Assert.That((batch.OpenLabel(_s.Click), batch.OpenLabel(_s.Like)), Is.EqualTo((0, float.NaN)));
        writer.Label(_s.Click, 0.5f).Label(_s.Like, true).Delay(_s.Click, TimeSpan.FromSeconds(3)).Late();
        batch.EndRow();
        Assert.That(batch.Delays(_s.Click).ToArray(), Is.EqualTo(new[] { 0, 3f }));
        Assert.That(batch.IsLate.ToArray(), Is.EqualTo(new[] { false, true }));
        Assert.That(batch.Labels(_s.Click).ToArray(), Is.EqualTo(new[] { 0, 0.5f }));
        Assert.That(batch.Labels(_s.Like).ToArray(), Is.EqualTo(new[] { float.NaN, 1 }));
        Assert.That(batch.Ids(_s.User).ToArray(), Is.EqualTo(new[] { 1, 1 }));
    }

    [Test]
    public void A_usual_row_takes_its_ids_and_floats_and_little_more()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("t", row => row.Vector(2, new Embeddings.Optimizers.AdagradOptions()));
        for (var i = 0; i < 26; i++) builder.Slot($"s{i}", "t");
        builder.Dense(13);
        builder.Task("click");
        var schema = builder.Build();
        var batch = new ExampleBatch(schema);
        var writer = batch.BeginExample().Label(schema.Tasks[0], true).At(1_700_000_000_000, 5);
        foreach (var slot in schema.Slots) writer.Id(slot, 7);
        for (var i = 0; i < 13; i++) writer.Dense(i, 1);
        batch.EndRow();
        Assert.That(Bytes(new(schema), batch, 0), Has.Length.EqualTo((26 * 8) + (13 * 4) + 8 + 8 + 2 + 7));
    }

    [Test]
    public void Steady_writing_and_reading_allocates_nothing()
    {
        var schema = RandomExamples.Schema(new Random(3));
        var (format, again) = (new ExampleRowFormat(schema), new ExampleBatch(schema));
        var batch = RandomExamples.Batch(schema, new Random(4), 50);
        var buffer = new ArrayBufferWriter<byte>(1 << 20);
        for (var round = 0; round < 3; round++) Pass(format, batch, again, buffer);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Pass(format, batch, again, buffer);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static void Pass(ExampleRowFormat format, ExampleBatch batch, ExampleBatch again, ArrayBufferWriter<byte> buffer)
    {
        again.Clear();
        for (var row = 0; row < batch.Rows; row++)
        {
            buffer.ResetWrittenCount();
            format.Write(batch, row, buffer);
            format.Append(buffer.WrittenSpan, again);
        }
    }

    private static byte[] Bytes(ExampleRowFormat format, ExampleBatch batch, int row)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Assert.That(format.Write(batch, row, buffer), Is.EqualTo(buffer.WrittenCount));
        return buffer.WrittenSpan.ToArray();
    }
}
