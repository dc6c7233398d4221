using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Tests.Features;

public class FeatureBatchTests
{
    private readonly TestSchema _s = new();

    [Test]
    public void Any_number_of_rows_begins_with_what_they_share_and_a_row_that_was_not_begun_is_dropped()
    {
        var batch = new FeatureBatch(_s.Schema);
        batch.Shared.Dense(1, 7);
        for (var row = 0; row < 300; row++)
        {
            batch.BeginRow().Dense(0, row);
            batch.EndRow();
            batch.AbandonRow();
        }
        var width = _s.Schema.DenseWidth;
        for (var row = 0; row < 300; row++)
            Assert.That((batch.Dense[row * width], batch.Dense[row * width + 1]), Is.EqualTo((row, 7f)));
    }
    [Test]
    public void Rows_are_ragged()
    {
        var batch = new FeatureBatch(_s.Schema);
        batch.BeginRow().Id(_s.User, 1).Ids(_s.Recent, [10, 11]).Dense(1, 0.5f);
        batch.EndRow();
        batch.BeginRow();
        batch.EndRow();
        batch.BeginRow().Id(_s.Recent, 12).Id(_s.User, 2).Id(_s.User, 3).Dense(0, -1);
        batch.EndRow();
        Assert.That((batch.Rows, batch.IdCount), Is.EqualTo((3, 6)));
        Assert.That(batch.Ids(_s.User).ToArray(), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(batch.Offsets(_s.User).ToArray(), Is.EqualTo(new[] { 0, 1, 1, 3 }));
        Assert.That(batch.Ids(_s.Recent).ToArray(), Is.EqualTo(new[] { 10, 11, 12 }));
        Assert.That(batch.Offsets(_s.Recent).ToArray(), Is.EqualTo(new[] { 0, 2, 2, 3 }));
        Assert.That(batch.Offsets(_s.Item).ToArray(), Is.EqualTo(new[] { 0, 0, 0, 0 }));
        Assert.That(batch.Dense.ToArray(), Is.EqualTo(new[] { 0, 0.5f, 0, 0, -1, 0 }));
    }

    [Test]
    public void A_shared_dense_feature_is_what_rows_have_that_do_not_set_it()
    {
        var batch = new FeatureBatch(_s.Schema);
        batch.Shared.Dense(0, 5).Dense(1, 6);
        batch.BeginRow().Dense(1, 7);
        batch.EndRow();
        batch.BeginRow().Dense(0, 8);
        batch.AbandonRow();
        batch.BeginRow();
        batch.EndRow();
        Assert.That(batch.Dense.ToArray(), Is.EqualTo(new[] { 5, 7, 5, 6 }));
        batch.Clear();
        batch.BeginRow();
        batch.EndRow();
        Assert.That(batch.Dense.ToArray(), Is.EqualTo(new[] { 0, 0 }));
    }

    [Test]
    public void Ids_beyond_the_most_are_dropped_however_they_come()
    {
        var batch = new FeatureBatch(_s.Schema);
        batch.BeginRow().Ids(_s.Recent, [1, 2, 3, 4, 5]).Id(_s.Recent, 6);
        batch.EndRow();
        batch.BeginRow().Id(_s.Recent, 7).Id(_s.Recent, 8, 2).Ids(_s.Recent, [9, 10], [3, 4]).Ids(_s.Recent, [11]);
        batch.EndRow();
        Assert.That(batch.Ids(_s.Recent).ToArray(), Is.EqualTo(new[] { 1, 2, 3, 7, 8, 9 }));
        Assert.That(batch.IdWeights(_s.Recent).ToArray(), Is.EqualTo(new float[] { 1, 1, 1, 1, 2, 3 }));
        batch.Clear();
        batch.Shared.Ids(_s.Recent, [1, 2]).Ids(_s.Recent, [3, 4]);
        Assert.That(batch.Ids(_s.Recent).ToArray(), Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public void Weights_are_1_where_none_were_given_and_empty_where_nobody_gave_any()
    {
        var batch = new FeatureBatch(_s.Schema);
        batch.BeginRow().Id(_s.User, 1).Id(_s.Item, 5);
        batch.EndRow();
        Assert.That(batch.IdWeights(_s.User).IsEmpty, Is.True);
        batch.BeginRow().Id(_s.User, 2, 0.5f).Id(_s.User, 3);
        batch.EndRow();
        Assert.That(batch.IdWeights(_s.User).ToArray(), Is.EqualTo(new[] { 1, 0.5f, 1 }));
        Assert.That(batch.IdWeights(_s.Item).IsEmpty, Is.True);
        batch.Clear();
        batch.BeginRow().Id(_s.User, 1);
        batch.EndRow();
        Assert.That(batch.IdWeights(_s.User).IsEmpty, Is.True, "after Clear");
    }

    [Test]
    public void An_abandoned_row_leaves_no_trace()
    {
        var batch = new FeatureBatch(_s.Schema);
        batch.BeginRow().Id(_s.User, 1).Dense(0, 1);
        batch.EndRow();
        batch.BeginRow().Ids(_s.User, [2, 3]).Id(_s.Recent, 4).Dense(0, 7).Dense(1, 8);
        batch.AbandonRow();
        batch.BeginRow().Id(_s.User, 5);
        batch.EndRow();
        Assert.That(batch.Ids(_s.User).ToArray(), Is.EqualTo(new[] { 1, 5 }));
        Assert.That(batch.Offsets(_s.User).ToArray(), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(batch.Ids(_s.Recent).IsEmpty, Is.True);
        Assert.That(batch.Dense.ToArray(), Is.EqualTo(new float[] { 1, 0, 0, 0 }));
    }

    [Test]
    public void A_shared_slot_has_one_bag_for_all_rows()
    {
        var batch = new FeatureBatch(_s.Schema);
        batch.Shared.Id(_s.User, 7).Ids(_s.Recent, [1, 2]);
        for (var i = 0; i < 3; i++)
        {
            batch.BeginRow().Id(_s.Item, i);
            batch.EndRow();
        }
        Assert.That((batch.IsShared(_s.User), batch.IsShared(_s.Item)), Is.EqualTo((true, false)));
        Assert.That(batch.Offsets(_s.Recent).ToArray(), Is.EqualTo(new[] { 0, 2 }));
        Assert.That(batch.Offsets(_s.Item).ToArray(), Is.EqualTo(new[] { 0, 1, 2, 3 }));
        batch.BeginRow().Id(_s.Item, 9);
        batch.AbandonRow();
        Assert.That(batch.Ids(_s.User).ToArray(), Is.EqualTo(new[] { 7 }), "abandoning a row keeps the shared side");
        Assert.That(() => batch.BeginRow().Id(_s.User, 1), Throws.InvalidOperationException.With.Message.Contains("'user'"));
        Assert.That(() => batch.Shared.Id(_s.Item, 1), Throws.InvalidOperationException.With.Message.Contains("'item'"));
        batch.Clear();
        Assert.That((batch.Rows, batch.IdCount, batch.IsShared(_s.User)), Is.EqualTo((0, 0, false)));
    }

    [Test]
    public void Many_rows_equal_a_list_also_when_the_buffers_are_used_again()
    {
        var batch = new FeatureBatch(_s.Schema);
        var random = new Random(17);
        for (var round = 0; round < 3; round++)
        {
            var (ids, weights, offsets, dense) = (new List<long>(), new List<float>(), new List<int> { 0 }, new List<float>());
            for (var row = 0; row < 500; row++)
            {
                var writer = batch.BeginRow();
                for (var i = random.Next(5); i > 0; i--)
                {
                    ids.Add(random.NextInt64());
                    weights.Add(random.Next(3));
                    writer.Id(_s.Item, ids[^1], weights[^1]);
                }
                dense.AddRange([random.NextSingle(), 0]);
                writer.Dense(0, dense[^2]);
                batch.EndRow();
                offsets.Add(ids.Count);
            }
            Assert.That(batch.Ids(_s.Item).ToArray(), Is.EqualTo(ids));
            Assert.That(batch.IdWeights(_s.Item).ToArray(), Is.EqualTo(weights));
            Assert.That(batch.Offsets(_s.Item).ToArray(), Is.EqualTo(offsets));
            Assert.That(batch.Dense.ToArray(), Is.EqualTo(dense));
            batch.Clear();
        }
    }

    [Test]
    public void A_batch_that_is_used_again_allocates_nothing()
    {
        var batch = new FeatureBatch(_s.Schema);
        Fill(batch);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 5; i++) Fill(batch);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Fill(FeatureBatch into)
        {
            into.Clear();
            for (var row = 0; row < 200; row++)
            {
                into.BeginRow().Id(_s.User, row)
                    .Id(_s.Item, row, 0.5f).Ids(_s.Recent, [1, 2, 3], [1, 2, 3]).Dense(0, 1).Text(_s.Recent, "text");
                into.EndRow();
            }
        }
    }

    [Test]
    public void What_cannot_be_used_is_refused()
    {
        var batch = new FeatureBatch(_s.Schema);
        var other = new TestSchema(user: "visitor");
        batch.BeginRow();
        Assert.That(() => batch.Ids(other.User), Throws.ArgumentException.With.Message.Contains("'visitor'"));
        Assert.That(() => new FeatureBatch(_s.Schema).BeginRow().Id(other.User, 1), Throws.ArgumentException);
        Assert.That(() => batch.Shared.Id(_s.User, 1, float.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => batch.Shared.Ids(_s.User, [1, 2], [1]), Throws.ArgumentException.With.Message.Contains("1 weights")
            .And.Message.Contains("2 ids"));
        Assert.That(() => batch.Shared.Ids(_s.User, [1, 2], [1, float.PositiveInfinity]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => batch.Shared.Dense(2, 1), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("2 dense"));
        Assert.That(() => batch.Shared.Dense(-1, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => batch.Shared.Dense(0, float.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That((batch.IdCount, batch.IsShared(_s.User)), Is.EqualTo((0, false)));
    }
}
