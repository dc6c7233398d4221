using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Features.Sequences;

public class SequenceWritingTests
{
    private readonly FeatureSchema _schema;
    private readonly FeatureSlot _newest, _oldest, _plain;

    public SequenceWritingTests()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("t", row => row.Vector(2, new SgdOptions()));
        builder.Table("packed", row => row.Vector(2, new SgdOptions()), table => table.IdsCarrySlots = true);
        _newest = builder.Sequence("newest", "t", 3, SequenceOrder.NewestFirst, "age");
        _oldest = builder.Sequence("oldest", "packed", 3, SequenceOrder.OldestFirst, "age", "kind");
        _plain = builder.Slot("plain", "t", maxIds: 3);
        _schema = builder.Build();
    }

    [Test]
    public void Of_more_steps_than_fit_the_newest_are_kept_in_either_order([Values] bool isShared)
    {
        var batch = new FeatureBatch(_schema);
        if (isShared) WriteFive(batch.Shared);
        var writer = batch.BeginRow();
        if (!isShared) WriteFive(writer);
        batch.EndRow();
        Assert.That(batch.Ids(_newest).ToArray(), Is.EqualTo(new[] { 5, 4, 3 }), "5 is the newest, and was written first");
        Assert.That(batch.StepValues(_newest).ToArray(), Is.EqualTo(new[] { 0.5f, 0.4f, 0.3f }));
        Assert.That(batch.Ids(_oldest).ToArray(), Is.EqualTo(new[] { 3, 4, 5 }), "5 is the newest, and was written last");
        Assert.That(batch.StepValues(_oldest).ToArray(), Is.EqualTo(new[] { 0.3f, 3, 0.4f, 4, 0.5f, 5 }));
        Assert.That((batch.IsShared(_newest), batch.IsShared(_oldest)), Is.EqualTo((isShared, isShared)));
    }

    [Test]
    public void Weights_move_with_their_steps_and_missing_values_are_zeros()
    {
        var batch = new FeatureBatch(_schema);
        batch.BeginRow().Step(_oldest, 9, 1, 2);
        batch.EndRow();
        batch.BeginRow().Id(_oldest, 1).Id(_oldest, 2, 0.5f).Step(_oldest, 3, 7, 8).Ids(_oldest, [4, 5], [2, 3]);
        batch.EndRow();
        Assert.That(batch.Ids(_oldest).ToArray(), Is.EqualTo(new[] { 9, 3, 4, 5 }));
        Assert.That(batch.IdWeights(_oldest).ToArray(), Is.EqualTo(new[] { 1f, 1, 2, 3 }));
        Assert.That(batch.StepValues(_oldest).ToArray(), Is.EqualTo(new[] { 1f, 2, 7, 8, 0, 0, 0, 0 }));
        Assert.That(batch.Offsets(_oldest).ToArray(), Is.EqualTo(new[] { 0, 1, 4 }));
    }

    [Test]
    public void A_row_that_is_abandoned_leaves_no_step()
    {
        var batch = new FeatureBatch(_schema);
        batch.BeginRow().Step(_oldest, 1, 2, 3);
        batch.EndRow();
        batch.BeginRow().Steps(_oldest, [1, 2, 3, 4, 5], [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
        batch.AbandonRow();
        batch.BeginRow().Id(_oldest, 7);
        batch.EndRow();
        Assert.That(batch.Ids(_oldest).ToArray(), Is.EqualTo(new[] { 1, 7 }));
        Assert.That(batch.StepValues(_oldest).ToArray(), Is.EqualTo(new[] { 2f, 3, 0, 0 }));
    }

    [Test]
    public void What_cannot_be_a_step_is_refused_and_nothing_is_added()
    {
        var batch = new FeatureBatch(_schema);
        Assert.That(Writing(w => w.Step(_newest, 1)), Throws.ArgumentException.With.Message.Contains("'newest' has 1 values a step (age)"));
        Assert.That(Writing(w => w.Step(_plain, 1, 2)), Throws.ArgumentException.With.Message.Contains("(none)"));
        Assert.That(Writing(w => w.Steps(_oldest, [1, 2], [1, 2, 3])), Throws.ArgumentException.With.Message.Contains("need 4; 3"));
        Assert.That(Writing(w => w.Step(_newest, 1, float.NaN)),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'newest'"));
        Assert.That(Writing(w => w.Steps(_oldest, [-1, 1, 2, 3], new float[8])),
            Throws.InstanceOf<ArgumentOutOfRangeException>(), "also among those that are dropped");
        Assert.That(batch.IdCount, Is.Zero);
        Assert.That(Writing(w => w.Step(_plain, 1)), Throws.Nothing);

        Action Writing(Action<FeatureWriter> write) => () => write(batch.BeginRow());
    }

    [Test]
    public void Appended_examples_take_their_steps_with_them()
    {
        var (from, to) = (new ExampleBatch(_schema), new ExampleBatch(_schema));
        from.Shared.Step(_newest, 1, 0.5f).Step(_newest, 2, 0.25f);
        from.BeginExample().Step(_oldest, 3, 4, 5);
        from.EndRow();
        from.BeginExample().Steps(_oldest, [6, 7], [8, 9, 10, 11]);
        from.EndRow();
        to.Append(from, 1);
        to.Append(from, 0);
        Assert.That(to.Ids(_newest).ToArray(), Is.EqualTo(new[] { 1, 2, 1, 2 }));
        Assert.That(to.StepValues(_newest).ToArray(), Is.EqualTo(new[] { 0.5f, 0.25f, 0.5f, 0.25f }));
        Assert.That(to.Ids(_oldest).ToArray(), Is.EqualTo(new[] { 6, 7, 3 }));
        Assert.That(to.StepValues(_oldest).ToArray(), Is.EqualTo(new[] { 8f, 9, 10, 11, 4, 5 }));
    }

    [Test]
    public void Errors_of_a_sequence_are_listed_with_all_others()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("t", row => row.Vector(2, new SgdOptions()));
        builder.Sequence("a", "none", 0, (SequenceOrder)7, "x", "", "x");
        string[] many = [.. Enumerable.Range(0, 257).Select(i => $"{i}")];
        builder.Sequence("b", "t", FeatureSchema.MaxFirstN + 1, SequenceOrder.OldestFirst, many);
        var failures = OptionFailures.Of(() => builder.Build());
        foreach (var part in new[]
        {
            "Slots['a']: names the table 'none'", "Slots['a']: maxIds is 0", "Slots['a']: 7 is not an order",
            "Slots['a']: has a step value 1 that is empty", "Slots['a']: has the step value 'x' twice", "Slots['b']: maxIds is 4097",
            "Slots['b']: has 257 step values",
        }) Assert.That(failures.Count(f => f.StartsWith(part, StringComparison.Ordinal)), Is.EqualTo(1), string.Join('\n', failures));
        Assert.That(failures, Has.Length.EqualTo(7));
    }

    [Test]
    public void Order_and_values_shape_the_fingerprint_and_a_plain_sequence_is_as_it_was()
    {
        ulong[] different =
        [
            Of(b => b.Sequence("s", "t", 3)), Of(b => b.Sequence("s", "t", 4)), Of(b => b.Sequence("s", "t", 3, SequenceOrder.OldestFirst)),
            Of(b => b.Sequence("s", "t", 3, SequenceOrder.NewestFirst, "a")),
            Of(b => b.Sequence("s", "t", 3, SequenceOrder.NewestFirst, "b")),
            Of(b => b.Sequence("s", "t", 3, SequenceOrder.NewestFirst, "a", "b")),
            Of(b => b.Sequence("s", "t", 3, SequenceOrder.OldestFirst, "a", "b")), Of(b => b.Slot("s", "t", Pooling.FirstN, 3)),
        ];
        Assert.That(different.Distinct().Count(), Is.EqualTo(different.Length));
        Assert.That(Of(b => b.Slot("s", "t", Pooling.None, 3)), Is.EqualTo(different[0]));

        static ulong Of(Action<FeatureSchemaBuilder> add)
        {
            var builder = new FeatureSchemaBuilder();
            builder.Table("t", row => row.Vector(2, new SgdOptions()));
            add(builder);
            return builder.Build().Fingerprint;
        }
    }

    // The same five visits, as each order has them: visit n was at time n.
    private void WriteFive(FeatureWriter writer)
    {
        for (var i = 5; i >= 1; i--) writer.Step(_newest, i, i / 10f);
        writer.Step(_oldest, 1, 0.1f, 1).Steps(_oldest, [2, 3, 4, 5], [0.2f, 2, 0.3f, 3, 0.4f, 4, 0.5f, 5]);
    }
}
