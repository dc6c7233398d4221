using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Tests.Features;

public class ExampleBatchTests
{
    private readonly TestSchema _s = new();

    [Test]
    public void What_is_not_said_has_its_default()
    {
        var batch = new ExampleBatch(_s.Schema);
        batch.BeginExample().Id(_s.User, 1).Label(_s.Click, true).Weight(2).LogitOffset(_s.Like, 0.25f).At(5000, 77);
        batch.EndRow();
        batch.BeginExample();
        batch.EndRow();
        Assert.That(batch.Labels(_s.Click).ToArray(), Is.EqualTo(new[] { 1, float.NaN }));
        Assert.That(batch.Labels(_s.Like).ToArray(), Is.All.NaN);
        Assert.That(batch.LogitOffsets(_s.Like).ToArray(), Is.EqualTo(new[] { 0.25f, 0 }));
        Assert.That(batch.LogitOffsets(_s.Click).ToArray(), Is.All.Zero);
        Assert.That(batch.Weights.ToArray(), Is.EqualTo(new float[] { 2, 1 }));
        Assert.That(batch.EventTimesMilliseconds.ToArray(), Is.EqualTo(new[] { 5000, 0 }));
        Assert.That(batch.RequestIds.ToArray(), Is.EqualTo(new[] { 77, 0 }));
    }

    [Test]
    public void An_encoder_that_throws_leaves_the_batch_as_it_was()
    {
        var batch = new ExampleBatch(_s.Schema);
        var encoder = new ExampleEncoder<int>(_s.Schema, (in int record, ExampleWriter w) =>
        {
            w.Id(_s.User, record).Label(_s.Click, 1).Weight(5).At(9, 9).LogitOffset(_s.Click, 1).Dense(0, record);
            if (record == 2) throw new InvalidCastException("on purpose");
        });
        encoder.Encode(1, batch);
        Assert.That(() => encoder.Encode(2, batch), Throws.InstanceOf<InvalidCastException>());
        batch.BeginExample();
        batch.EndRow();
        Assert.That(batch.Rows, Is.EqualTo(2));
        Assert.That(batch.Ids(_s.User).ToArray(), Is.EqualTo(new[] { 1 }));
        Assert.That(batch.Weights.ToArray(), Is.EqualTo(new float[] { 5, 1 }));
        Assert.That(batch.Labels(_s.Click).ToArray(), Is.EqualTo(new[] { 1, float.NaN }));
        Assert.That(batch.LogitOffsets(_s.Click).ToArray(), Is.EqualTo(new float[] { 1, 0 }));
        Assert.That(batch.EventTimesMilliseconds.ToArray(), Is.EqualTo(new[] { 9, 0 }));
        Assert.That(batch.Dense.ToArray(), Is.EqualTo(new float[] { 1, 0, 0, 0 }));
    }

    [Test]
    public void What_few_examples_say_has_its_default_in_all_others()
    {
        var (batch, served) = (new ExampleBatch(_s.Schema), new ServedAs { Position = 3, Probability = 0.25f, Arm = 2, ModelVersion = 9 });
        for (var row = 0; row < 200; row++)
        {
            var writer = batch.BeginExample();
            if (row == 100) writer.Delay(_s.Click, TimeSpan.FromSeconds(2.5)).Late().Served(served);
            batch.EndRow();
        }
        Assert.That(batch.Delays(_s.Click).ToArray(), Is.EqualTo(Enumerable.Range(0, 200).Select(row => row == 100 ? 2.5f : 0)));
        Assert.That(batch.Delays(_s.Like).ToArray(), Is.EqualTo(new float[200]));
        Assert.That(batch.IsLate.ToArray(), Is.EqualTo(Enumerable.Range(0, 200).Select(row => row == 100)));
        Assert.That(batch.Served.ToArray().Where(one => one != default), Is.EqualTo(new[] { served }));
        Assert.That(batch.Served[100], Is.EqualTo(served));
        Assert.That((batch.HasLate, batch.HasServed, batch.HasDelays(_s.Click)), Is.EqualTo((true, true, true)));
        Assert.That(batch.HasDelays(_s.Like), Is.False);
    }

    [Test]
    public void Nothing_of_it_is_left_in_a_batch_that_was_emptied_or_of_a_row_that_was_dropped()
    {
        var batch = new ExampleBatch(_s.Schema);
        batch.BeginExample().Late().Delay(_s.Click, TimeSpan.FromSeconds(1)).Served(new() { Arm = 1 });
        batch.EndRow();
        batch.BeginExample().Late();
        batch.AbandonRow();
        batch.BeginExample();
        batch.EndRow();
        Assert.That(batch.IsLate.ToArray(), Is.EqualTo(new[] { true, false }));
        batch.Clear();
        batch.BeginExample().Late().Delay(_s.Click, TimeSpan.FromSeconds(1)).Served(new() { Arm = 1 });
        batch.AbandonRow();
        batch.BeginExample();
        batch.EndRow();
        Assert.That((batch.HasLate, batch.HasServed, batch.HasDelays(_s.Click)), Is.EqualTo((false, false, false)));
        Assert.That((batch.IsLate[0], batch.Served[0], batch.Delays(_s.Click)[0]), Is.EqualTo((false, default(ServedAs), 0f)));
    }

    [TestCase(-1, 0f)]
    [TestCase(0, 1.5f)]
    [TestCase(0, float.NaN)]
    public void What_cannot_be_said_of_serving_is_refused(int position, float probability)
    {
        var batch = new ExampleBatch(_s.Schema);
        Assert.That(() => batch.BeginExample().Served(new() { Position = position, Probability = probability }), Throws.ArgumentException);
    }

    [Test]
    public void A_negative_delay_is_refused()
    {
        var batch = new ExampleBatch(_s.Schema);
        Assert.That(() => batch.BeginExample().Delay(_s.Click, TimeSpan.FromTicks(-1)), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Many_examples_grow_every_column()
    {
        var batch = new ExampleBatch(_s.Schema);
        for (var i = 0; i < 300; i++)
        {
            batch.BeginExample().Label(_s.Like, i / 300f).Weight(i).At(DateTimeOffset.FromUnixTimeMilliseconds(i), -i);
            batch.EndRow();
        }
        Assert.That(batch.Labels(_s.Like).ToArray(), Is.EqualTo(Enumerable.Range(0, 300).Select(i => i / 300f)));
        Assert.That(batch.Weights.ToArray(), Is.EqualTo(Enumerable.Range(0, 300).Select(i => (float)i)));
        Assert.That(batch.EventTimesMilliseconds.ToArray(), Is.EqualTo(Enumerable.Range(0, 300)));
        Assert.That(batch.RequestIds.ToArray(), Is.EqualTo(Enumerable.Range(0, 300).Select(i => -i)));
    }

    [Test]
    public void What_cannot_be_learned_from_is_refused()
    {
        var batch = new ExampleBatch(_s.Schema);
        foreach (var label in new[] { -0.1f, 1.1f, float.PositiveInfinity, float.NegativeInfinity })
            Assert.That(() => batch.BeginExample().Label(_s.Click, label), Throws.InstanceOf<ArgumentOutOfRangeException>());
        foreach (var weight in new[] { -1, float.NaN, float.PositiveInfinity })
            Assert.That(() => batch.BeginExample().Weight(weight), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => batch.BeginExample().LogitOffset(_s.Click, float.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => batch.BeginExample().Label(new TestSchema(click: "buy").Click, 1),
            Throws.ArgumentException.With.Message.Contains("'buy'").And.Message.Contains("'click'"));
    }

    [Test]
    public void A_pool_gets_a_batch_back_once_and_empty()
    {
        var pool = new ExampleBatchPool(_s.Schema);
        var batch = pool.Rent();
        batch.BeginExample().Id(_s.User, 1).Label(_s.Click, 1);
        batch.EndRow();
        batch.BeginExample().Id(_s.User, 2).Weight(9);
        batch.Position = new StreamPosition(new byte[] { 1 });
        batch.Dispose();
        batch.Dispose();
        var (first, second) = (pool.Rent(), pool.Rent());
        Assert.That(first, Is.SameAs(batch));
        Assert.That(second, Is.Not.SameAs(first), "returned twice");
        Assert.That((first.Rows, first.IdCount, first.Position.IsStart), Is.EqualTo((0, 0, true)));
        first.BeginExample();
        first.EndRow();
        Assert.That(first.Weights.ToArray(), Is.EqualTo(new[] { 1f }), "the row that was open is forgotten");
    }

    [Test]
    public void A_batch_of_one_s_own_may_be_disposed()
    {
        var batch = new ExampleBatch(_s.Schema);
        batch.BeginExample().Id(_s.User, 1);
        batch.EndRow();
        batch.Dispose();
        Assert.That(batch.Rows, Is.EqualTo(1));
    }
}
